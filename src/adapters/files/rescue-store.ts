import { createHash, randomBytes } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Transform } from 'node:stream'
import { pipeline, Readable } from 'node:stream'
import { createGunzip, createGzip } from 'node:zlib'
import type { Digest } from '#domain/kernel'
import { DroverError, errorMessage, toId } from '#domain/kernel'
import type { RescueStore } from '#engine/ports'
import type { Head } from './rescue-frames.ts'
import { headLength, openFrames, readHead, sealFrames, writeHead } from './rescue-frames.ts'
import type { RescueKey } from './rescue-key.ts'
import { createRescueKey, readRescueKey } from './rescue-key.ts'

export interface RescuePlace {
  readonly folder: string
  /** Made with the first rescue. Whoever loses it loses what was rescued. */
  readonly keyFile: string
}

const digestForm = /^sha256:([0-9a-f]{64})$/
const noRoomCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
const readSize = 1024 * 1024

/**
 * Keeps rescues as compressed, encrypted files below `folder`, named by the sha256 of what is stored. `names/` says which object a name led to, so that
 * a put that was killed before anybody knew its digest leaves nothing behind once it is put again.
 */
export function createRescueStore(place: RescuePlace): RescueStore {
  return {
    put: (name, chunks) => putRescue(place, name, chunks),
    get: (digest) => getRescue(place, digest),
    remove: (digest) => removeRescue(place, digest),
  }
}

async function putRescue(
  place: RescuePlace,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const nameHash = createHash('sha256').update(name).digest()
  // A file of its own: a worker that lost its lease may still be writing under this name.
  const unfinished = join(place.folder, 'unfinished', `${nameHash.toString('hex')}.${randomBytes(6).toString('hex')}`)
  try {
    const key = await keyForWriting(place)
    await clearEarlier(place, nameHash)
    await mkdir(dirname(unfinished), { recursive: true, mode: 0o700 })
    const head = writeHead({ salt: randomBytes(32), keyId: key.id, nameHash })
    const stored = await writeFrames(unfinished, head, sealFrames(head, key.bytes, through(createGzip(), chunks)))
    const path = pathOf(place.folder, stored.digest)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    // The name is known before the object is there: killed in between, the next put finds what to clear.
    await writeWhole(namePath(place, nameHash), stored.digest)
    await rename(unfinished, path)
    await syncFolder(dirname(path))
    await syncFolder(place.folder)
    return stored
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined)
    throw writeError(error, place.folder)
  }
}

async function* getRescue(place: RescuePlace, digest: Digest): AsyncIterable<Uint8Array> {
  const path = pathOf(place.folder, digest)
  const file = await openIfThere(path, digest)
  try {
    const { head, hash } = await hashFile(file)
    if (hash !== digest || head === undefined) throw tampered(place, digest)
    const key = await readRescueKey(place.keyFile)
    if (key === undefined || !key.id.equals(head.keyId)) throw keyLost(place, `what was rescued as ${digest} cannot be opened`)
    yield* through(
      createGunzip(),
      opened(openFrames(head, key.bytes, readChunks(file, headLength)), () => tampered(place, digest)),
    )
  } finally {
    await file.close()
  }
}

/** Of a file that changed under our hands after it was hashed, nothing broken is given. */
async function* opened(frames: AsyncIterable<Buffer | undefined>, broken: () => DroverError): AsyncIterable<Buffer> {
  for await (const plain of frames) {
    if (plain === undefined) throw broken()
    yield plain
  }
}

/** What comes out of a transformation; an error of its source comes out as it is. */
async function* through(transformation: Transform, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  // The error ends the iteration below, so that nothing is left to do here.
  pipeline(Readable.from(chunks), transformation, () => undefined)
  for await (const chunk of transformation) yield chunk as Buffer // zlib streams give buffers
}

async function removeRescue(place: RescuePlace, digest: Digest): Promise<void> {
  const path = pathOf(place.folder, digest)
  const head = await readHeadOf(path)
  await rm(path, { force: true })
  if (head === undefined) return
  const name = namePath(place, head.nameHash)
  if ((await readIfThere(name)) === digest) await rm(name, { force: true })
}

/** A missing key is made, unless rescues show that there was one: those would be lost without a word. */
async function keyForWriting(place: RescuePlace): Promise<RescueKey> {
  const key = await readRescueKey(place.keyFile)
  if (key !== undefined) return key
  if ((await namesIn(join(place.folder, 'names'))).length > 0) throw keyLost(place, 'what was rescued before can no longer be opened')
  return createRescueKey(place.keyFile)
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

/** What an earlier, killed put of the same name left. */
async function clearEarlier(place: RescuePlace, nameHash: Buffer): Promise<void> {
  const folder = join(place.folder, 'unfinished')
  for (const left of await namesIn(folder)) if (left.startsWith(nameHash.toString('hex'))) await rm(join(folder, left), { force: true })
  const name = namePath(place, nameHash)
  const earlier = await readIfThere(name)
  if (earlier === undefined) return
  if (digestForm.test(earlier)) await rm(pathOf(place.folder, toId<Digest>(earlier)), { force: true })
  await rm(name, { force: true })
}

async function writeFrames(
  path: string,
  head: Head,
  frames: AsyncIterable<Buffer>,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash('sha256')
  let size = 0
  const file = await open(path, 'w', 0o600)
  async function write(bytes: Buffer): Promise<void> {
    hash.update(bytes)
    size += bytes.length
    await file.writeFile(bytes)
  }
  try {
    await write(head.bytes)
    for await (const frame of frames) await write(frame)
    await file.sync()
  } finally {
    await file.close()
  }
  return { digest: toId<Digest>(`sha256:${hash.digest('hex')}`), size }
}

async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  await syncFolder(dirname(path))
}

async function hashFile(file: FileHandle): Promise<{ readonly head: Head | undefined; readonly hash: string }> {
  const hash = createHash('sha256')
  let head: Head | undefined
  for await (const chunk of readChunks(file, 0)) {
    head ??= readHead(Buffer.from(chunk.subarray(0, headLength)))
    hash.update(chunk)
  }
  return { head, hash: `sha256:${hash.digest('hex')}` }
}

async function* readChunks(file: FileHandle, start: number): AsyncIterable<Buffer> {
  for (let position = start; ; ) {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(readSize), position })
    if (bytesRead === 0) return
    position += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

async function readHeadOf(path: string): Promise<Head | undefined> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch {
    return undefined
  }
  try {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(headLength), position: 0 })
    return readHead(buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}

async function openIfThere(path: string, digest: Digest): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') {
      throw new DroverError('rescue.absent', `What was rescued as ${digest} is not in ${dirname(dirname(path))}.`, {
        hint: 'Its time may be over; otherwise restore the workspace from its backup.',
      })
    }
    throw new DroverError('rescue.unreadable', `What was rescued as ${digest} cannot be read: ${errorMessage(cause)}.`, {
      hint: 'Check the rights on the workspace and the health of its disk.',
      cause,
    })
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function tampered(place: RescuePlace, digest: Digest): DroverError {
  return new DroverError('rescue.tampered', `What was rescued as ${digest} in ${place.folder} is not what was stored.`, {
    hint: 'Find out who changed the file, then restore it from the backup of the workspace; nothing of it is used as it is.',
  })
}

function keyLost(place: RescuePlace, what: string): DroverError {
  return new DroverError('rescue.key-lost', `The key ${place.keyFile} is not the one that rescues were made with: ${what}.`, {
    hint: `Restore the key from the backup of the workspace at once. Without it those rescues are lost for good; to give them up, delete ${place.folder}.`,
  })
}

function writeError(error: unknown, folder: string): unknown {
  if (error instanceof DroverError) return error
  const code = systemCode(error)
  if (noRoomCodes.has(code ?? '')) {
    return new DroverError('rescue.full', `There is no room for the rescue in ${folder}; nothing of it was kept.`, {
      hint: 'Free space on that disk or raise its quota, then try again.',
      cause: error,
      isRetryable: true,
    })
  }
  if (code === undefined) return error
  return new DroverError('rescue.unwritable', `The rescue cannot be written to ${folder}: ${errorMessage(error)}.`, {
    hint: 'Check the rights on the workspace and the health of its disk.',
    cause: error,
  })
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function namePath(place: RescuePlace, nameHash: Buffer): string {
  return join(place.folder, 'names', nameHash.toString('hex'))
}

/** Two hex digits fan the files out. */
function pathOf(folder: string, digest: Digest): string {
  const hex = digestForm.exec(digest)?.[1]
  if (hex === undefined) {
    throw new DroverError('rescue.digest-malformed', `"${digest}" is not the digest of a rescue.`, {
      hint: 'A digest is sha256: followed by 64 lower-case hex digits.',
    })
  }
  return join(folder, hex.slice(0, 2), hex)
}
