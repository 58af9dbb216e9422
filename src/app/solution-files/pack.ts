import type { PackReport, PackRequest, SolutionWarning, Tell } from '#cli'
import type { FileTree, PackageFile } from '#format'
import { packSolution as packFiles, writeZip } from '#format'
import { openSourceFolder } from './open-solution.ts'
import { createWatch } from './watch.ts'
import type { Watch } from './watch.ts'
import { refuseFolder, writeWholeFile } from './write-zip-file.ts'

type ZipType = 'unmanaged' | 'managed'

/** `drover solution pack`: the zip of a folder, or both zips of a folder that holds both. */
export async function packSolution(request: PackRequest, tell: Tell): Promise<PackReport> {
  refuseFolder(request.out)
  const source = openSourceFolder(request.folder)
  const watch = createWatch(request.signal, tell)
  const warnings: SolutionWarning[] = []
  const made = []
  // Both are made before either is written: a folder that gives one zip only changes nothing.
  for (const { type, path } of zipsOf(request)) made.push({ path, ...(await makeZip(source, { request, type, warnings, watch })) })
  for (const { path, bytes } of made) writeWholeFile(path, bytes)
  return { zips: made.map(({ path, type, files, bytes }) => ({ path, type, files, bytes: bytes.length })), warnings: distinct(warnings) }
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
  readonly warnings: SolutionWarning[]
  readonly watch: Watch
}

async function makeZip(source: FileTree, { request, type, warnings, watch }: Making) {
  const packed = packFiles(source, {
    ...(type === undefined ? {} : { type }),
    ...(request.version === undefined ? {} : { version: request.version }),
    ...(request.solution === undefined ? {} : { solution: request.solution }),
    onWarning: (warning) => warnings.push(warning),
  })
  const count = { files: 0 }
  const bytes = await writeZip(counted(packed, count, { watch, total: source.paths.length }))
  return { type: type ?? 'unmanaged', files: count.files, bytes }
}

async function* counted(
  files: AsyncIterable<PackageFile>,
  count: { files: number },
  { watch, total }: { watch: Watch; total: number },
): AsyncGenerator<PackageFile> {
  for await (const file of files) {
    count.files += 1
    if (watch.isDue()) await watch.look(count.files, Math.max(total, count.files))
    yield file
  }
}

/** What is odd in a folder of both is odd in each of its zips. */
function distinct(warnings: readonly SolutionWarning[]): SolutionWarning[] {
  return [...new Map(warnings.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()]
}
