import { resolve } from 'node:path'
import type { PackReport, PackRequest, SolutionWarning, Tell } from '#cli'
import { DroverError } from '#domain/kernel'
import type { BegunFile, FileInPieces, FileTree, PackageFile } from '#format'
import { mappedTree, packInPieces, typeOfManifest, writeZip } from '#format'
import { aboutInput } from './about-input.ts'
import { openSourceFolder } from './open-solution.ts'
import { readLimits } from './read-limits.ts'
import { isInside } from './target-folder.ts'
import { createWatch } from './watch.ts'
import type { Watch } from './watch.ts'
import { refuseFolder, writeWholeFile } from './write-zip-file.ts'

type ZipType = 'unmanaged' | 'managed'

/** `drover solution pack`: the zip of a folder, or both zips of a folder that holds both. */
export async function packSolution(request: PackRequest, tell: Tell): Promise<PackReport> {
  refuseFolder(request.out)
  refuseInSource(request)
  const watch = createWatch(request.signal, tell)
  const warnings: SolutionWarning[] = []
  const onWarning = (warning: SolutionWarning) => void warnings.push(warning)
  const folder = await openSource(request, onWarning)
  const source = await withMappedFiles(folder, request, onWarning)
  const made = []
  // Both are made before either is written: a folder that gives one zip only changes nothing.
  for (const { type, path } of zipsOf(request)) {
    made.push({ path, ...(await aboutInput(request.folder, () => makeZip(source, { request, type, onWarning, watch }))) })
  }
  for (const { path, bytes } of made) writeWholeFile(path, bytes)
  return { zips: made.map(({ path, type, files, bytes }) => ({ path, type, files, bytes: bytes.length })), warnings: distinct(warnings) }
}

/** A zip among the files would be one of them when they are packed next. */
function refuseInSource({ folder, out }: PackRequest): void {
  if (!isInside(resolve(out), resolve(folder))) return
  throw new DroverError('solution.target-in-source', `${out} would lie in the folder that is packed.`, {
    hint: 'Name a file outside of it with --out.',
  })
}

function openSource({ folder, solution, maxBytes }: PackRequest, onWarning: (warning: SolutionWarning) => void): Promise<FileTree> {
  return aboutInput(folder, async () => {
    const tree = await openSourceFolder(folder, {
      onWarning,
      limits: readLimits(maxBytes),
      ...(solution === undefined ? {} : { solution }),
    })
    refuseUnzipped(tree)
    return tree
  })
}

/** What a zip holds is not what it is made of: pack would look for files that are written by unpacking only. */
function refuseUnzipped({ paths }: FileTree): void {
  const longest = 'customizations.xml'.length
  const names = new Set(paths.filter(({ length }) => length <= longest).map((path) => path.toLowerCase()))
  if (names.has('other/solution.xml') || !names.has('solution.xml') || !names.has('customizations.xml')) return
  throw new DroverError('solution.no-solution', 'This is an unzipped solution, not its source.', {
    hint: 'It needs no packing: zip its content. Source, which can be packed, is what `drover solution unpack` writes of that zip.',
  })
}

async function withMappedFiles(
  tree: FileTree,
  { map, folder }: PackRequest,
  onWarning: (warning: SolutionWarning) => void,
): Promise<FileTree> {
  if (map === undefined) return tree
  return mappedTree(tree, { ...(await import('./load-file-map.ts')).loadFileMap(map, folder), onWarning })
}

function zipsOf({ type, out }: PackRequest): readonly { readonly type: ZipType | undefined; readonly path: string }[] {
  if (type !== 'both') return [{ type, path: out }]
  return [
    { type: 'unmanaged', path: out },
    { type: 'managed', path: out.replace(/(\.zip)?$/i, '_managed$1') },
  ]
}

interface Making {
  readonly request: PackRequest
  readonly type: ZipType | undefined
  readonly onWarning: (warning: SolutionWarning) => void
  readonly watch: Watch
}

async function makeZip(source: FileTree, { request, type, onWarning, watch }: Making) {
  const packed = packInPieces(source, {
    ...(type === undefined ? {} : { type }),
    ...(request.version === undefined ? {} : { version: request.version }),
    onWarning,
  })
  const made: Made = { files: 0, isManaged: false }
  const bytes = await writeZip(noted(packed, made, { watch, total: source.paths.length }))
  const madeType: ZipType = made.isManaged ? 'managed' : 'unmanaged'
  return { type: madeType, files: made.files, bytes }
}

interface Made {
  files: number
  isManaged: boolean
}

type PackedFile = PackageFile | BegunFile | FileInPieces

async function* noted(
  files: AsyncIterable<PackedFile>,
  made: Made,
  { watch, total }: { watch: Watch; total: number },
): AsyncGenerator<PackedFile> {
  const look = async () => {
    if (watch.isDue()) await watch.look(made.files, Math.max(total, made.files))
  }
  for await (const file of files) {
    made.files += 1
    if ('pieces' in file) {
      yield { path: file.path, pieces: watched(file.pieces, look) }
      continue
    }
    if (file.path === 'solution.xml') made.isManaged = typeOfManifest(file) === 'managed'
    await look()
    yield file
  }
}

async function* watched(pieces: AsyncIterable<Uint8Array>, look: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    await look()
    yield piece
  }
}

/** What is odd in a folder of both is odd in each of its zips. */
function distinct(warnings: readonly SolutionWarning[]): SolutionWarning[] {
  return [...new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()]
}
