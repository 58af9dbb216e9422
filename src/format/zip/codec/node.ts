import { constants, crc32, deflateRaw, deflateRawSync, inflateRawSync, type ZlibOptions } from 'node:zlib'
import type { PackedPieces } from './packed-pieces.ts'

export { crc32 }
export { holdsText, readText } from './node-text.ts'

const level = 6
/** Deflate looks back this far; a piece that knows so much of the piece before it packs as if they were one. */
const windowBytes = 32 * 1024
/** Pieces of one file are packed side by side on zlib's threads. A constant, so that equal files give equal bytes on any machine. */
const pieceBytes = 2 * 1024 ** 2
const piecesAtOnce = 8
/** Handing so little to another thread costs more than packing it. */
const packedHereBytes = 8 * 1024

/** Deflate's content, which has to be all of `packed` and at most `size` bytes: no more memory than that is taken. Throws whatever zlib says. */
export function inflate(packed: Uint8Array, size: number): Uint8Array {
  // One byte more than the content, or zlib asks for a second buffer to learn that nothing follows.
  const options = { chunkSize: Math.max(constants.Z_MIN_CHUNK, size + 1), maxOutputLength: Math.max(1, size), info: true }
  // With `info`, Node answers the content together with its engine (documented, but not in the types).
  const { buffer, engine } = inflateRawSync(packed, options) as unknown as { buffer: Buffer; engine: { bytesWritten: number } }
  if (engine.bytesWritten !== packed.length) throw new Error(`${packed.length - engine.bytesWritten} bytes follow its end`)
  return bytesOf(buffer)
}

/** Packs at level 6, in pieces that follow each other; large files on several threads. Equal bytes pack equally under one version of Node. */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array[]> {
  if (bytes.length <= packedHereBytes) return [bytesOf(deflateRawSync(bytes, { level, chunkSize: roomFor(bytes.length) }))]
  const count = Math.ceil(bytes.length / pieceBytes)
  const packed: Uint8Array[] = []
  let next = 0
  const packOneAfterTheOther = async (): Promise<void> => {
    while (next < count) {
      const at = next++
      packed[at] = await deflatePiece(pieceAt(bytes, at * pieceBytes))
    }
  }
  await Promise.all(Array.from({ length: Math.min(count, piecesAtOnce) }, packOneAfterTheOther))
  return packed
}

function pieceAt(bytes: Uint8Array, from: number): Piece {
  const to = from + pieceBytes
  return {
    piece: bytes.subarray(from, to),
    before: from > 0 ? bytes.subarray(from - windowBytes, from) : undefined,
    isLast: to >= bytes.length,
  }
}

/**
 * Packs a file that comes in pieces of any size as `deflate` packs the whole of it, with the same result, while its later pieces are
 * still made. Waits before it is too far behind, and resolves when all is read.
 */
export async function deflatePieces(pieces: AsyncIterable<Uint8Array>): Promise<PackedPieces> {
  const packed: Promise<Uint8Array>[] = []
  let [piece, filled, size, crc] = [new Uint8Array(pieceBytes), 0, 0, 0]
  const buffers = [piece]
  let before: Uint8Array | undefined
  for await (const bytes of pieces) {
    crc = crc32(bytes, crc)
    size += bytes.length
    for (let from = 0; from < bytes.length; ) {
      // Only now is it known not to be the last.
      if (filled === pieceBytes) {
        packed.push(heard(deflatePiece({ piece, before, isLast: false })))
        before = piece
        filled = 0
        // A buffer is filled again when its piece is packed, and the one that looks back into it.
        const turn = packed.length % (piecesAtOnce + 2)
        await Promise.all(packed.slice(-piecesAtOnce - 2, -piecesAtOnce))
        piece = buffers[turn] ??= new Uint8Array(pieceBytes)
      }
      const part = bytes.subarray(from, from + pieceBytes - filled)
      piece.set(part, filled)
      filled += part.length
      from += part.length
    }
  }
  const last = piece.subarray(0, filled)
  packed.push(heard(deflatePiece({ piece: last, before, isLast: true })))
  return { size, crc, packed: Promise.all(packed), whole: before === undefined ? last : undefined }
}

/** It is waited for later; a failure before that is not unheard. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

interface Piece {
  readonly piece: Uint8Array
  /** What comes before it; undefined for the first. */
  readonly before: Uint8Array | undefined
  readonly isLast: boolean
}

/** Only the last piece ends the stream; the others end on a whole byte, so that the next can follow. */
function deflatePiece({ piece, before, isLast }: Piece): Promise<Uint8Array> {
  const options: ZlibOptions = {
    level,
    chunkSize: roomFor(piece.length),
    finishFlush: isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    ...(before !== undefined && { dictionary: before.subarray(-windowBytes) }),
  }
  return new Promise((resolve, reject) => {
    deflateRaw(piece, options, (error, packed) => (error === null ? resolve(withoutSpareRoom(packed)) : reject(error)))
  })
}

/** Enough for XML, which shrinks, so that zlib is asked once; what does not shrink is packed in some turns more. */
const largestRoom = 192 * 1024

function roomFor(length: number): number {
  return Math.min(length + (length >> 10) + constants.Z_MIN_CHUNK, largestRoom)
}

/** What is kept until the zip is whole keeps no buffer that is mostly empty. */
function withoutSpareRoom(packed: Buffer): Uint8Array {
  return packed.length * 2 < packed.buffer.byteLength ? new Uint8Array(packed) : bytesOf(packed)
}

function bytesOf(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}
