import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Digest } from '#domain/kernel'
import { DroverError, errorMessage, toId } from '#domain/kernel'
import type { ArtifactStore } from '#engine/ports'

const digestForm = /^sha256:([0-9a-f]{64})$/
const noRoomCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Keeps artifacts as files below `folder`, named by their sha256; the folder is made when it is missing. */
export function createArtifactStore(folder: string): ArtifactStore {
  return {
    put: (bytes) => putArtifact(folder, bytes),
    get: (digest) => getArtifact(folder, digest),
    remove: (digest) => removeArtifact(folder, digest),
  }
}

async function putArtifact(folder: string, bytes: Uint8Array): Promise<Digest> {
  const digest = digestOf(bytes)
  const path = pathOf(folder, digest)
  if (await holds(path, digest)) return digest
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeWhole(path, bytes)
  } catch (error) {
    throw storeError(error, digest, folder)
  }
  return digest
}

async function getArtifact(folder: string, digest: Digest): Promise<Uint8Array> {
  const bytes = await readIfThere(pathOf(folder, digest))
  if (bytes === undefined) {
    throw new DroverError('artifact.absent', `Artifact ${digest} is not in the artifact store ${folder}.`, {
      hint: 'Restore the artifact store from its backup, or prepare a new release.',
    })
  }
  if (digestOf(bytes) !== digest) {
    throw new DroverError('artifact.tampered', `The bytes of artifact ${digest} in ${folder} no longer match their name.`, {
      hint: 'Find out who changed the file, then restore it from a backup or prepare a new release; it is never deployed as it is.',
    })
  }
  return bytes
}

async function removeArtifact(folder: string, digest: Digest): Promise<void> {
  const path = pathOf(folder, digest)
  try {
    await unlink(path)
    await syncFolder(dirname(path))
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw storeError(error, digest, folder)
  }
}

/** A file that is there but does not match is written again: the name promises the bytes. */
async function holds(path: string, digest: Digest): Promise<boolean> {
  const bytes = await readIfThere(path)
  return bytes !== undefined && digestOf(bytes) === digest
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw new DroverError('artifact-store.unreadable', `The artifact file ${path} cannot be read: ${errorMessage(error)}.`, {
      hint: 'Check the rights on the artifact store and the health of its disk.',
      cause: error,
    })
  }
}

/** Readers see the old state or the whole file, also after a power cut: the bytes reach the disk before the name does. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await syncFolder(dirname(path))
  await syncFolder(dirname(dirname(path)))
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function storeError(error: unknown, digest: Digest, folder: string): DroverError {
  if (noRoomCodes.has(systemCode(error) ?? '')) {
    return new DroverError('artifact-store.full', `There is no room for artifact ${digest} in the artifact store ${folder}.`, {
      hint: 'Free space on that disk or raise its quota, then try again; nothing was kept of this artifact.',
      cause: error,
      isRetryable: true,
    })
  }
  return new DroverError('artifact-store.unwritable', `Artifact ${digest} cannot be written to ${folder}: ${errorMessage(error)}.`, {
    hint: 'Check the rights on the artifact store and the health of its disk.',
    cause: error,
  })
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Two hex digits fan the files out, so that no folder grows to hundreds of thousands of entries. */
function pathOf(folder: string, digest: Digest): string {
  const hex = digestForm.exec(digest)?.[1]
  if (hex === undefined) {
    throw new DroverError('artifact.digest-malformed', `"${digest}" is not an artifact digest.`, {
      hint: 'A digest is sha256: followed by 64 lower-case hex digits.',
    })
  }
  return join(folder, hex.slice(0, 2), hex)
}

function digestOf(bytes: Uint8Array): Digest {
  return toId<Digest>(`sha256:${createHash('sha256').update(bytes).digest('hex')}`)
}
