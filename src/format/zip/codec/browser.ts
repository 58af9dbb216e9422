import { crc32 } from './crc32.ts'
import type { PackedPieces } from './packed-pieces.ts'

export { crc32 }
export { holdsText, readText } from './browser-text.ts'

/** Deflate's content, which has to be all of `packed` and at most `size` bytes: unpacking stops when there is more. Rejects with whatever the platform says. */
export async function inflate(packed: Uint8Array, size: number): Promise<Uint8Array> {
  const content = new Uint8Array(size)
  let length = 0
  for await (const part of through(new DecompressionStream('deflate-raw'), packed)) {
    if (length + part.length > size) throw new Error(`it holds more than ${size} bytes`)
    content.set(part, length)
    length += part.length
  }
  return content.subarray(0, length)
}

/** Packs at the level of the platform, in pieces that follow each other. */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  for await (const piece of through(new CompressionStream('deflate-raw'), bytes)) pieces.push(piece)
  return pieces
}

/** The same of a file that comes in pieces. What runs on threads of its own in Node is done at the end here. */
export async function deflatePieces(pieces: AsyncIterable<Uint8Array>): Promise<PackedPieces> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of pieces) {
    parts.push(part.slice())
    size += part.length
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return { size, crc: crc32(whole), packed: deflate(whole), whole }
}

async function* through(stream: CompressionStream | DecompressionStream, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const writer = stream.writable.getWriter()
  // A failure to write is met where the other end is read; here it would go unheard.
  const written = writer
    .write(bytes)
    .then(() => writer.close())
    .catch(() => undefined)
  const reader = stream.readable.getReader()
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value
    await written
  } finally {
    // Who stops reading early lets go of what was not unpacked; after the end, or a failure, there is nothing left to cancel.
    await reader.cancel().catch(() => undefined)
  }
}
