import type { PackageFile } from '../package.ts'
import { crc32, deflate } from './codec.ts'
import { deflated, stored } from './directory.ts'
import { safeEntryPath } from './entry-path.ts'
import { max16 } from './extra-field.ts'
import { refuseCollisions } from './path-collisions.ts'
import { unsafePath } from './zip-error.ts'
import { centralRecord, endRecords, localHeader, type WrittenEntry, zip64From } from './zip-records.ts'

/**
 * A zip of these files, in this order, piece by piece: what has been taken need not stay in memory. Files are packed on other threads
 * while the next ones are made. Equal files give equal bytes under one version of Node, whatever the clock, the zone or who is ready first.
 */
export async function* zipChunks(files: Iterable<PackageFile> | AsyncIterable<PackageFile>, from = zip64From): AsyncGenerator<Uint8Array> {
  const entries: { readonly path: string; readonly entry: WrittenEntry }[] = []
  let at = 0
  for await (const { path, name, content, ...packed } of packedInOrder(files)) {
    const entry: WrittenEntry = { name, ...packed, headerAt: at }
    const header = localHeader(entry, from)
    yield header
    yield* content
    at += header.length + entry.packedSize
    entries.push({ path, entry })
  }
  refuseCollisions(entries.map(({ path }) => path))
  let size = 0
  for (const { entry } of entries) {
    const record = centralRecord(entry, from)
    yield record
    size += record.length
  }
  yield endRecords({ at, size, count: entries.length }, from)
}

interface PackedFile extends Omit<WrittenEntry, 'headerAt'> {
  readonly path: string
  readonly content: readonly Uint8Array[]
}

/** Files that may wait for their turn, and their bytes before packing: enough to keep every thread at work. */
const waitingFiles = 16
const waitingBytes = 32 * 1024 ** 2

async function* packedInOrder(files: Iterable<PackageFile> | AsyncIterable<PackageFile>): AsyncGenerator<PackedFile> {
  const waiting: { readonly bytes: number; readonly packed: Promise<PackedFile> }[] = []
  let bytes = 0
  try {
    for await (const file of files) {
      const packed = pack(file)
      // It is waited for in its turn; a failure before that is not unheard.
      packed.catch(() => undefined)
      waiting.push({ bytes: file.bytes.length, packed })
      bytes += file.bytes.length
      while (waiting.length > waitingFiles || bytes > waitingBytes) {
        const first = waiting.shift()
        if (first === undefined) break
        bytes -= first.bytes
        yield await first.packed
      }
    }
    for (let first = waiting.shift(); first !== undefined; first = waiting.shift()) yield await first.packed
  } finally {
    // Whoever failed first is heard; the others end before it is told.
    await Promise.allSettled(waiting.map(({ packed }) => packed))
  }
}

async function pack(file: PackageFile): Promise<PackedFile> {
  const path = safeEntryPath(file.path)
  const name = new TextEncoder().encode(path)
  if (path.endsWith('/') || name.length > max16)
    throw unsafePath(`The solution has a file that a zip cannot name: ${JSON.stringify(path.slice(0, 200))}.`)
  const common = { path, name, crc: crc32(file.bytes), size: file.bytes.length }
  const content = await deflate(file.bytes)
  const packedSize = content.reduce((sum, piece) => sum + piece.length, 0)
  return packedSize < file.bytes.length
    ? { ...common, method: deflated, content, packedSize }
    : { ...common, method: stored, content: [file.bytes], packedSize: file.bytes.length }
}
