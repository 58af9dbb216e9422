import { readFile } from 'node:fs/promises'
import { DroverError } from '#domain/kernel'

/** Reads a solution file named on the command line; says which file when it is not there. */
export async function readSolutionFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new DroverError(
      isAbsent ? 'file.absent' : 'file.unreadable',
      isAbsent ? `There is no file "${path}".` : `The file "${path}" cannot be read.`,
      {
        hint: 'Name the .zip that was exported from an environment.',
        cause: error,
      },
    )
  }
}
