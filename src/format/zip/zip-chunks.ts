import type { BegunFile, FileInPieces, PackageFile } from '../package.ts'
import { beginPacking } from './begun-packing.ts'
import { deflatePieces } from './codec.ts'
import { deflated, stored } from './directory.ts'
import { safeEntryPath } from './entry-path.ts'
import { max16 } from './extra-field.ts'
import { refuseCollisions } from './path-collisions.ts'
import { unsafePath } from './zip-error.ts'
import { centralRecord, endRecords, localHeader, type WrittenEntry, zip64From } from './zip-records.ts'

/** What a zip is made of. */
export type ZippedFiles = Iterable<ZippedFile> | AsyncIterable<ZippedFile>
export type ZippedFile = PackageFile | BegunFile | FileInPieces

/**
 * A zip of these files, in this order, piece by piece: what has been taken need not stay in memory. Files are packed on other threads
 * while the next ones are made. Equal files give equal bytes under one version of Node, whatever the clock, the zone or who is ready first.
 */
export async function* zipChunks(files: ZippedFiles, from = zip64From): AsyncGenerator<Uint8Array> {
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

interface WaitingFile {
  readonly bytes: number
  readonly packed: Promise<PackedFile>
}

async function* packedInOrder(files: ZippedFiles): AsyncGenerator<PackedFile> {
  const waiting: WaitingFile[] = []
  let bytes = 0
  try {
    for await (const file of files) {
      const begun = 'pieces' in file ? await packPieces(file) : { bytes: file.bytes.length, packed: pack(file) }
      // It is waited for in its turn; a failure before that is not unheard.
      begun.packed.catch(() => undefined)
      waiting.push(begun)
      bytes += begun.bytes
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

async function pack(file: PackageFile | BegunFile): Promise<PackedFile> {
  const { path, bytes } = file
  const named = nameOf(path)
  const { crc, packed } = 'begun' in file ? file.begun : beginPacking(bytes)
  return packedFile({ ...named, crc, size: bytes.length }, await packed, bytes)
}

/** Resolves when all its pieces are read; they are packed by the time that the rest of the zip is made. */
async function packPieces({ path, pieces }: FileInPieces): Promise<WaitingFile> {
  const named = nameOf(path)
  const { size, crc, packed, whole } = await deflatePieces(pieces)
  // What is kept of it is packed: it is in nobody's way.
  return { bytes: 0, packed: packed.then((content) => packedFile({ ...named, crc, size }, content, whole)) }
}

function nameOf(given: string): Pick<PackedFile, 'path' | 'name'> {
  const path = safeEntryPath(given)
  const name = new TextEncoder().encode(path)
  if (path.endsWith('/') || name.length > max16)
    throw unsafePath(`The solution has a file that a zip cannot name: ${JSON.stringify(path.slice(0, 200))}.`)
  return { path, name }
}

/** What does not shrink is stored, if it is still there. */
function packedFile(
  known: Pick<PackedFile, 'path' | 'name' | 'crc' | 'size'>,
  content: readonly Uint8Array[],
  whole: Uint8Array | undefined,
): PackedFile {
  const packedSize = content.reduce((sum, piece) => sum + piece.length, 0)
  return packedSize < known.size || whole === undefined
    ? { ...known, method: deflated, content, packedSize }
    : { ...known, method: stored, content: [whole], packedSize: whole.length }
}
