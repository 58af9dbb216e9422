import { DroverError } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import type { PackageFile } from '../package.ts'
import { rootOf } from '../xml/parse-xml.ts'
import { scanXml } from '../xml/scan-xml.ts'
import type { XmlTape } from '../xml/tape.ts'
import { type Carried, carriedPath } from './carried.ts'
import type { UnpackOptions } from './options.ts'
import { SourceWriter } from './source-writer.ts'
import { unpackCustomizations } from './unpack-customizations.ts'
import { unpackFiles } from './unpack-files.ts'
import { manifestFile } from './unpack-manifest.ts'

/**
 * The files of a solution zip as source, in SolutionPackager's layout with LF line ends, each as soon as it is made.
 * [Content_Types].xml is not among them: it follows from the other files. What the layout has no place for comes last, in
 * `.drover/carried.json`.
 */
export async function* unpackSolution(zip: FileTree, options: UnpackOptions = {}): AsyncGenerator<PackageFile> {
  void options
  const manifest = await readManifestTape(zip)
  const writer = new SourceWriter(isManagedManifest(manifest))
  yield manifestFile(writer, manifest)
  yield* unpackCustomizations(writer, await readNamed(zip, 'customizations.xml'))
  yield* unpackFiles(writer, zip)
  const xml = writer.carried.collected()
  if (xml !== undefined) yield carriedFile({ format: 1, xml })
}

async function readManifestTape(zip: FileTree): Promise<XmlTape> {
  const { bytes, path } = await readNamed(zip, 'solution.xml')
  return scanXml(bytes, path)
}

/** Whether solution.xml says that this is the managed form. */
function isManagedManifest(tape: XmlTape): boolean {
  const manifest = tape.child(rootOf(tape), 'SolutionManifest')
  return manifest !== undefined && tape.childText(manifest, 'Managed') === '1'
}

function carriedFile(carried: Carried): PackageFile {
  return { path: carriedPath, bytes: new TextEncoder().encode(`${JSON.stringify(carried, undefined, 2)}\n`) }
}

async function readNamed(zip: FileTree, name: string): Promise<PackageFile> {
  const path = zip.paths.find((one) => one.toLowerCase() === name)
  if (path !== undefined) return { path, bytes: await zip.read(path) }
  throw new DroverError('solution.no-manifest', `The zip has no ${name} at its top, so it is not a solution.`, {
    hint: 'Give the zip as the platform exports it. If solution.xml lies inside a folder of the zip, zip the content of that folder instead.',
  })
}
