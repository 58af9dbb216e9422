import { contentTypesPath } from '../content-types.ts'
import type { FileTree } from '../file-tree.ts'
import type { PackageFile } from '../package.ts'
import { textOrBase64 } from './carried-file.ts'
import { safeEntryPath } from '../zip/entry-path.ts'
import { layoutPath } from './layout-letters.ts'
import { isLayoutsOwn } from './source-index.ts'
import type { SourceWriter } from './source-writer.ts'
import { sourcePathOf, zipPathOfSource } from './zip-paths.ts'

/** The files of the zip that stay files, each in its place; what would not find its way back from there is carried. */
export async function* unpackFiles(writer: SourceWriter, zip: FileTree): AsyncGenerator<PackageFile> {
  for (const path of zip.paths) {
    if (madeAnew.has(path.toLowerCase())) continue
    const bytes = await zip.read(path)
    const moves = writer.movesOf(path)
    if (moves === undefined) yield* fileByName(writer, { path, bytes })
    for (const { sourcePath, zipPath } of moves ?? []) {
      if (zipPath !== path) writer.carried.names.set(sourcePath, path)
      yield { path: sourcePath, bytes }
    }
  }
  const present = new Set(zip.paths.map((path) => path.toLowerCase()))
  for (const path of writer.named) if (!present.has(path.toLowerCase())) writer.carried.absent.push(path)
}

const madeAnew: ReadonlySet<string> = new Set(['solution.xml', 'customizations.xml', contentTypesPath.toLowerCase()])

/** A file that no component moves: where the layout's own rules put it. */
function fileByName(writer: SourceWriter, { path, bytes }: PackageFile): PackageFile[] {
  safeEntryPath(path)
  const place = layoutPath(sourcePathOf(path))
  if (isLayoutsOwn(place) || !writer.take([place])) {
    writer.carried.files.push({ path, ...textOrBase64(bytes) })
    return []
  }
  if (zipPathOfSource(place) !== path) writer.carried.names.set(place, path)
  return [{ path: place, bytes }]
}
