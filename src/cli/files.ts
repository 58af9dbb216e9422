import { readFile, writeFile } from 'node:fs/promises'
import { DroverError, errorMessage } from '#domain/kernel'

/** Largest text file that a command reads, in bytes. */
const largestText = 1_000_000

export async function readTextFile(path: string, largest = largestText): Promise<string> {
  try {
    const bytes = await readFile(path)
    if (bytes.length > largest) throw new DroverError('file.too-large', `${path} has ${bytes.length} bytes; at most ${largest} are read.`)
    return bytes.toString('utf8')
  } catch (error) {
    if (error instanceof DroverError) throw error
    throw new DroverError(isAbsent(error) ? 'file.absent' : 'file.unreadable', `${path} cannot be read: ${errorMessage(error)}`, {
      hint: 'Check the path.',
      cause: error,
    })
  }
}

export async function writeTextFile(path: string, text: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (error) {
    throw new DroverError('file.unwritable', `${path} cannot be written: ${errorMessage(error)}`, {
      hint: 'Check the path and the rights on its folder.',
      cause: error,
    })
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
