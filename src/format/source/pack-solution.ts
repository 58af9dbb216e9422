import { contentTypesOf } from '../content-types.ts'
import { readCarried } from './read-carried.ts'
import type { FileTree } from '../file-tree.ts'
import type { PackageFile } from '../package.ts'
import { rootOf } from '../xml/parse-xml.ts'
import type { XmlTape } from '../xml/tape.ts'
import type { PackOptions } from './options.ts'
import { type PackedComponent, type Packing, packCustomizations, readTape, serverCopier } from './pack-customizations.ts'
import { indexSource } from './source-index.ts'

/**
 * The files of the solution zip that a folder makes, in the order of the zip; the inverse of `unpackSolution`. Equal folders give
 * equal files, whatever order their paths come in.
 */
export async function* packSolution(source: FileTree, options: PackOptions = {}): AsyncGenerator<PackageFile> {
  const manifest = await readTape(source, 'Other/Solution.xml')
  const isManaged = options.type === undefined ? managedText(manifest) === '1' : options.type === 'managed'
  const index = indexSource(source.paths, isManaged)
  const moves = new Map<string, string>()
  const onComponent = (component: PackedComponent): void => noteMoves(moves, component)
  const packing: Packing = { source, index, carried: await readCarried(source), copier: serverCopier(), onComponent }
  const customizations: PackageFile = { path: 'customizations.xml', bytes: await packCustomizations(packing) }
  const copied = index.contents.map((path) => ({ path, zipPath: moves.get(path.toLowerCase()) ?? zipPathOfSource(path) }))
  yield customizations
  yield { path: 'solution.xml', bytes: packManifest(manifest) }
  for (const { path, zipPath } of copied) yield { path: zipPath, bytes: await source.read(path) }
  yield contentTypesOf(['customizations.xml', 'solution.xml', ...copied.map(({ zipPath }) => zipPath)])
}

function managedText(tape: XmlTape): string {
  const manifest = tape.child(rootOf(tape), 'SolutionManifest')
  return (manifest === undefined ? undefined : tape.childText(manifest, 'Managed')) ?? ''
}

function packManifest(tape: XmlTape): Uint8Array {
  const copier = serverCopier()
  copier.element(tape, rootOf(tape), 0)
  return copier.take()
}

/** Where files of the zip come from whose path differs: source path, in lower case → path in the zip. */
function noteMoves(moves: Map<string, string>, { place, tape, item }: PackedComponent): void {
  for (const { zipPath, sourcePath } of place?.movesOf?.(tape, item) ?? []) moves.set(sourcePath.toLowerCase(), zipPath)
}

/** The path in the zip by the layout's own rules. */
function zipPathOfSource(path: string): string {
  const formula = /^Entities\/[^/]+\/Formulas\/([^/]+)$/i.exec(path)?.[1]
  if (formula !== undefined) return `Formulas/${formula}`
  return /^Connectors\//i.test(path) ? `Connector/${path.slice('Connectors/'.length)}` : path
}
