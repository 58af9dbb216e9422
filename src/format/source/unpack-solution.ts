import { DroverError } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import type { PackageFile } from '../package.ts'
import { scanXml } from '../xml/scan-xml.ts'
import type { XmlTape } from '../xml/tape.ts'
import { carriedFile } from './carried-file.ts'
import { checkTwins, joinSides, noTwin, type Side } from './both-sides.ts'
import { packageTypeOf, wrongPackageType } from './pack-manifest.ts'
import { type FileMap, saysWhatIsThere } from './file-map.ts'
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
export function unpackSolution(zip: FileTree, options: UnpackOptions = {}): AsyncGenerator<PackageFile> {
  const files = options.type === 'both' ? unpackBoth(zip, options.managed) : unpackOne(zip, options.type)
  const laidOut = options.layout === 'yaml' ? inYaml(files) : files
  return options.map === undefined ? laidOut : unmapped(laidOut, options.map)
}

/** Mapped files live elsewhere: there they are the original, here they would be a copy. What says that they are there stays. */
async function* unmapped(files: AsyncIterable<PackageFile>, map: FileMap): AsyncGenerator<PackageFile> {
  for await (const file of files) if (saysWhatIsThere(file.path) || map.locate(file.path) === undefined) yield file
}

/** A conversion of the whole: which document a component goes to depends on others. */
async function* inYaml(files: AsyncIterable<PackageFile>): AsyncGenerator<PackageFile> {
  const all: PackageFile[] = []
  for await (const file of files) all.push(file)
  const { toYamlLayout } = await import('../yaml/to-yaml-layout.ts')
  yield* toYamlLayout(all)
}

async function* unpackOne(zip: FileTree, wanted: 'managed' | 'unmanaged' | undefined): AsyncGenerator<PackageFile> {
  const manifest = await readManifestTape(zip)
  const held = packageTypeOf(manifest)
  if (wanted !== undefined && wanted !== held) {
    throw wrongPackageType(`Solution package type did not match requested type. The zip is ${held}, and ${wanted} was asked for.`, held)
  }
  const writer = new SourceWriter(held === 'managed')
  yield manifestFile(writer, manifest)
  for (const file of unpackCustomizations(writer, await readNamed(zip, 'customizations.xml'))) yield file
  for await (const file of unpackFiles(writer, zip)) yield file
  const xml = writer.carried.collected()
  if (xml !== undefined) yield carriedFile({ format: 1, xml })
}

/** Both package types as one folder: the managed one holds where they differ, and what that hides of the other is carried. */
async function* unpackBoth(zip: FileTree, managedZip: FileTree | undefined): AsyncGenerator<PackageFile> {
  if (managedZip === undefined) throw noTwin()
  const [unmanaged, managed] = [await readManifestTape(zip), await readManifestTape(managedZip)]
  checkTwins(unmanaged, managed)
  yield* joinSides(await sideOf(zip, unmanaged), await sideOf(managedZip, managed))
}

async function sideOf(zip: FileTree, manifest: XmlTape): Promise<Side> {
  const writer = new SourceWriter(packageTypeOf(manifest) === 'managed')
  const first = manifestFile(writer, manifest, '2')
  const files = new Map([[first.path, first.bytes]])
  for (const { path, bytes } of unpackCustomizations(writer, await readNamed(zip, 'customizations.xml'))) files.set(path, bytes)
  for await (const { path, bytes } of unpackFiles(writer, zip)) files.set(path, bytes)
  return { files, xml: writer.carried.collected() }
}

async function readManifestTape(zip: FileTree): Promise<XmlTape> {
  const { bytes, path } = await readNamed(zip, 'solution.xml')
  return scanXml(bytes, path)
}

async function readNamed(zip: FileTree, name: string): Promise<PackageFile> {
  const path = zip.paths.find((one) => one.toLowerCase() === name)
  if (path !== undefined) return { path, bytes: await zip.read(path) }
  throw new DroverError('solution.no-manifest', `The zip has no ${name} at its top, so it is not a solution.`, {
    hint: 'Give the zip as the platform exports it. If solution.xml lies inside a folder of the zip, zip the content of that folder instead.',
  })
}
