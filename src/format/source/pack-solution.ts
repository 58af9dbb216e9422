import { DroverError } from '#domain/kernel'
import { contentTypesOf, contentTypesPath } from '../content-types.ts'
import { type FileTree, memoryTree } from '../file-tree.ts'
import type { BegunFile, FileInPieces, PackageFile } from '../package.ts'
import { joined } from '../xml/copy-xml.ts'
import { isYamlLayout } from '../yaml/solution-paths.ts'
import { bytesOf } from './carried-file.ts'
import { type Carried, carriedPath } from './carried.ts'
import type { PackOptions } from './options.ts'
import { packCustomizations } from './pack-customizations.ts'
import { packManifest, typeToPack } from './pack-manifest.ts'
import { PackNotes } from './pack-notes.ts'
import { type Packing, readTape, serverCopier } from './packing.ts'
import { sideOfFolder } from './folder-side.ts'
import { manifestPath } from './unpack-manifest.ts'
import { checkRelationshipIndex } from './relationship-index.ts'
import { checkRequiredFiles } from './required-files.ts'
import { checkRootComponents } from './root-components.ts'
import { indexSource, isTemplateList } from './source-index.ts'
import { type CopiedFile, warnOfStrays } from './stray-files.ts'
import { zipPathOfSource } from './zip-paths.ts'
import { inLayoutsLetters } from './layout-letters.ts'
import { beginPacking } from '../zip/begun-packing.ts'
import { safeEntryPath } from '../zip/entry-path.ts'
import { unsafePath } from '../zip/zip-error.ts'

/**
 * The files of the solution zip that a folder of either layout makes, in the order of the zip; the inverse of `unpackSolution`.
 * Equal folders give equal files, whatever order their paths come in. Files that live elsewhere: give the folder as `mappedTree`.
 */
export async function* packSolution(source: FileTree, options: PackOptions = {}): AsyncGenerator<PackageFile> {
  for await (const file of packInPieces(source, options)) yield 'pieces' in file ? await wholeFile(file) : file
}

/**
 * The same for who packs them into a zip: the largest of them comes in pieces, so that it can be packed while it is made, and others are
 * being packed when they come.
 */
export async function* packInPieces(source: FileTree, options: PackOptions = {}): AsyncGenerator<PackageFile | BegunFile | FileInPieces> {
  yield* packFiles(await inXmlLayout(source, options), options, { packsAhead: true })
}

export async function wholeFile({ path, pieces }: FileInPieces): Promise<PackageFile> {
  const parts: Uint8Array[] = []
  for await (const piece of pieces) parts.push(piece.slice())
  return { path, bytes: joined(parts) }
}

/** The folder in SolutionPackager's layout. */
export async function inXmlLayout(source: FileTree, options: PackOptions = {}): Promise<FileTree> {
  if (!isYamlLayout(source.paths)) return source
  const { solution, onWarning } = options
  // Most folders are in the other layout and need no reader of YAML: loading it would take longer than packing a small one.
  const { toXmlLayout } = await import('../yaml/to-xml-layout.ts')
  return memoryTree(
    await toXmlLayout(source, { ...(solution === undefined ? {} : { solution }), ...(onWarning === undefined ? {} : { onWarning }) }),
  )
}

interface PackRules {
  /** Compare RootComponents, and the index of relationships, with the files. */
  readonly checksRoots?: boolean
  /** Begin with packing what goes into the zip as it is: until there is something of customizations.xml, other threads have no work. */
  readonly packsAhead?: boolean
}

/** So much is kept in memory for it, in bytes: as much as the threads pack in the time that a large solution takes to begin. */
const mostAheadBytes = 4 * 1024 ** 2

export async function* packFiles(
  given: FileTree,
  options: PackOptions,
  rules: PackRules = {},
): AsyncGenerator<PackageFile | BegunFile | FileInPieces> {
  const folder = inLayoutsLetters(given)
  if (!folder.paths.includes(manifestPath)) throw noSolution()
  refuseTemplates(folder.paths)
  const type = typeToPack(await readTape(folder, manifestPath), options.type)
  const { source, carried, version, isOfBoth } = await sideOfFolder(folder, type, options)
  const manifest = await readTape(source, manifestPath)
  const index = indexSource(source.paths, type === 'managed')
  const notes = new PackNotes(index)
  const ownNamespaces = new Set(carried.xml?.ownNamespaces)
  const packing: Packing = {
    source,
    index,
    carried,
    ownNamespaces,
    copier: serverCopier(),
    spare: [],
    onComponent: (one) => notes.add(one),
  }
  const begun = rules.packsAhead === true ? await packedAhead(source, index.contents) : new Map<string, Content>()
  const manifestBytes = packManifest(manifest, type, version)
  const pieces = packCustomizations(packing)
  yield { path: 'customizations.xml', pieces }
  // What follows is known only when all of it was made.
  for await (const _ of pieces);
  if (rules.checksRoots !== false) {
    const warn = options.onWarning ?? (() => undefined)
    checkRootComponents(manifest, notes.components(), warn)
    await checkRelationshipIndex({ source, present: notes.relationships, isOfBoth, warn })
  }
  const copied = copiedFiles(packing, notes)
  const zipPaths = [...copied.map(({ zipPath }) => zipPath), ...(carried.xml?.files ?? []).map(({ path }) => path)]
  const excused = carried.xml?.absent ?? []
  checkRequiredFiles(notes.required, new Set([...zipPaths, ...excused].map((path) => path.toLowerCase())))
  warnOfStrays({ index, copied, notes, carried }, options)
  yield { path: 'solution.xml', bytes: manifestBytes }
  yield* distinct(fileContents({ source, begun }, copied, carried))
  yield contentTypesOf(['customizations.xml', 'solution.xml', ...new Set(zipPaths)])
}

function noSolution(): DroverError {
  return new DroverError('solution.no-solution', `There is no solution in this folder: it has no ${manifestPath}.`, {
    hint: 'Give the folder that a solution was unpacked to.',
  })
}

/** Without them the solution would be packed as one that no longer has them, and an upgrade would delete them. */
function refuseTemplates(paths: readonly string[]): void {
  const list = paths.find(isTemplateList)
  if (list === undefined) return
  throw new DroverError('solution.templates-in-files', `${list} cannot be packed: templates that lie in files are not put together.`, {
    hint: 'Pack this folder with SolutionPackager, and unpack that zip again: templates then stay in Other/Customizations.xml.',
  })
}

function copiedFiles({ index, carried }: Packing, notes: PackNotes): CopiedFile[] {
  const names = new Map(Object.entries(carried.xml?.names ?? {}))
  const inPlace = index.contents.map((path) => ({ path, zipPath: names.get(path) ?? notes.zipPathOf(path) ?? zipPathOfSource(path) }))
  for (const { path, zipPath } of inPlace) refusePlace(zipPath, path)
  for (const { path } of carried.xml?.files ?? []) refusePlace(path, carriedPath)
  return inPlace
}

/** What is made of other files of the folder; in lower case. */
const madeAnew: ReadonlySet<string> = new Set(['solution.xml', 'customizations.xml', contentTypesPath.toLowerCase()])

/** Refuses a path that no zip may hold, or that is taken already. */
function refusePlace(zipPath: string, from: string): void {
  if (safeEntryPath(zipPath) !== zipPath || zipPath.endsWith('/')) {
    throw unsafePath(`${from} would be ${JSON.stringify(zipPath)} in the zip, which is no path of a file.`)
  }
  if (!madeAnew.has(zipPath.toLowerCase())) return
  throw new DroverError('solution.path-twice', `${from} would be "${zipPath}" in the zip, which is made of other files of the folder.`, {
    hint: 'Take it out of the folder. A solution zip that is unzipped is no folder of source: unpack it with "drover solution unpack".',
  })
}

/** The first files, and the packing of them that was begun. */
async function packedAhead(source: FileTree, paths: readonly string[]): Promise<ReadonlyMap<string, Content>> {
  const begun = new Map<string, Content>()
  let total = 0
  for (const path of paths) {
    const bytes = await source.read(path)
    begun.set(path, { bytes, begun: beginPacking(bytes) })
    total += bytes.length
    if (total >= mostAheadBytes) break
  }
  return begun
}

type Content = Omit<PackageFile, 'path'> | Omit<BegunFile, 'path'>

async function* fileContents(
  { source, begun }: { source: FileTree; begun: ReadonlyMap<string, Content> },
  copied: readonly CopiedFile[],
  carried: Carried,
): AsyncGenerator<CopiedContent> {
  for (const { path, zipPath } of copied) {
    const content = begun.get(path) ?? { bytes: await source.read(path) }
    yield { file: { path: zipPath, ...content }, from: path }
  }
  for (const file of carried.xml?.files ?? []) yield { file: { path: file.path, bytes: bytesOf(file) }, from: carriedPath }
}

interface CopiedContent {
  readonly file: PackageFile | BegunFile
  /** Its path in the folder. */
  readonly from: string
}

/** Two web resources may share one file of the zip; two contents may not. */
async function* distinct(contents: AsyncIterable<CopiedContent>): AsyncGenerator<PackageFile | BegunFile> {
  const seen = new Map<string, CopiedContent>()
  for await (const content of contents) {
    const { file, from } = content
    const first = seen.get(file.path.toLowerCase())
    if (first === undefined) {
      seen.set(file.path.toLowerCase(), content)
      yield file
    } else if (first.file.bytes.length !== file.bytes.length || first.file.bytes.some((byte, at) => byte !== file.bytes[at])) {
      throw new DroverError(
        'solution.path-twice',
        `${first.from} and ${from} would both be "${file.path}" in the zip, with different content.`,
        {
          hint: 'Remove one of them, or give them the same content.',
        },
      )
    }
  }
}
