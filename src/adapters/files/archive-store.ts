import { randomBytes } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DroverError, errorMessage } from '#domain/kernel'
import type { ArchiveStore } from '#engine/ports'

/**
 * A folder whose files are written once and are read-only then. Whoever owns the folder can still change that: what keeps them out is a place
 * that itself refuses, such as storage with object lock behind a mount.
 */
export function createArchiveStore(folder: string): ArchiveStore {
  return {
    get: (name) => readIfThere(join(folder, name)),
    async put(name, bytes) {
      const path = join(folder, name)
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await writeOnce(path, bytes)
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw unwritable(path, error)
        const there = await readIfThere(path)
        if (there === undefined || Buffer.compare(there, bytes) !== 0) throw otherBytes(path)
      }
    },
  }
}

/** Linked under its name once it is whole, and only where nothing has that name: a rename would take the place of what is there. */
async function writeOnce(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o400)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await chmod(temporary, 0o444)
    await link(temporary, path)
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw new DroverError('archive.unreadable', `${path} cannot be read: ${errorMessage(error)}.`, {
      hint: 'Check the rights on the archive, and that it is mounted.',
      cause: error,
      isRetryable: true,
    })
  }
}

function otherBytes(path: string): DroverError {
  return new DroverError('archive.other-bytes', `${path} is in the archive already, and holds something else.`, {
    hint: 'Nothing was overwritten. Find out who wrote there; name another folder for the archive where it is that of another ledger.',
  })
}

function unwritable(path: string, error: unknown): DroverError {
  return new DroverError('archive.unwritable', `${path} cannot be written: ${errorMessage(error)}.`, {
    hint: 'Check that the archive is mounted, has room, and that the user who runs Drover may write to it.',
    cause: error,
    isRetryable: true,
  })
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
