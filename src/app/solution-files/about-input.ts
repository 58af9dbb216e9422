import { DroverError } from '#domain/kernel'
import type { FileTree, PackageFile } from '#format'

/** Work on one input of a command: what goes wrong with it begins with its path as it was typed, since a command may have several. */
export async function aboutInput<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw blaming(path, error)
  }
}

/** The same for files that are made one by one; `pathOf` says whose fault an error is. */
export async function* eachAboutInput(files: AsyncIterable<PackageFile>, pathOf: (error: unknown) => string): AsyncGenerator<PackageFile> {
  try {
    yield* files
  } catch (error) {
    throw blaming(pathOf(error), error)
  }
}

/** The same for opening a tree and for each file that is read from it. */
export function treeAboutInput(path: string, open: () => FileTree): FileTree {
  const blamed = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw blaming(path, error)
    }
  }
  const tree = blamed(open)
  return {
    paths: tree.paths,
    read: (file) => {
      const bytes = blamed(() => tree.read(file))
      return bytes instanceof Promise ? aboutInput(path, () => bytes) : bytes
    },
  }
}

/** What is not about a solution, such as Ctrl-C, and what begins with the path already, stays as it is. */
function blaming(path: string, error: unknown): unknown {
  if (!(error instanceof DroverError) || !error.code.startsWith('solution.')) return error
  const isSaid = [`${path}: `, `"${path}"`, `"${path}/`, `"${path}\\`].some((start) => error.message.startsWith(start))
  return isSaid
    ? error
    : new DroverError(error.code, `${path}: ${error.message}`, { ...(error.hint && { hint: error.hint }), cause: error })
}
