import { DroverError } from '#domain/kernel'
import type { PackageFile } from './package.ts'

/** Files to read from: a folder, an opened zip, memory. Paths have forward slashes and no leading one. */
export interface FileTree {
  /** In no particular order; what is made from a tree never depends on it. */
  readonly paths: readonly string[]
  /** The content of one of `paths`; may answer at once, or later (a browser's folder). */
  read(path: string): Uint8Array | Promise<Uint8Array>
}

/** A tree of files that are in memory already. */
export function memoryTree(files: Iterable<PackageFile>): FileTree {
  const byPath = new Map<string, Uint8Array>()
  for (const file of files) byPath.set(file.path, file.bytes)
  return {
    paths: [...byPath.keys()],
    read: (path) => {
      const bytes = byPath.get(path)
      if (bytes === undefined) throw new DroverError('solution.file-missing', `There is no file "${path}" in this solution.`)
      return bytes
    },
  }
}
