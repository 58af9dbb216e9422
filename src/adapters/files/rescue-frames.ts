import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'

/*
 * A stored rescue: a head, then frames. Each frame is sealed by AES-256-GCM under a key of this object alone, with its position and whether
 * it is the last as associated data: a changed, exchanged, repeated or missing frame does not open, and a file that ends early has no last one.
 *
 *   head   magic (8) · salt (32) · id of the workspace's key (8) · hash of the object's name (32)
 *   frame  length of the sealed bytes (4, big-endian) · 1 for the last, else 0 (1) · sealed bytes with their tag (16)
 */

const magic = Buffer.from('DRVRESC1', 'latin1')
const saltLength = 32
const keyIdLength = 8
const nameLength = 32
const tagLength = 16
const frameHeadLength = 5
/** Plain bytes of a frame. */
export const frameSize = 256 * 1024
export const headLength = magic.length + saltLength + keyIdLength + nameLength

export interface Head {
  readonly bytes: Buffer
  readonly salt: Buffer
  readonly keyId: Buffer
  readonly nameHash: Buffer
}

export function writeHead({ salt, keyId, nameHash }: Omit<Head, 'bytes'>): Head {
  return { bytes: Buffer.concat([magic, salt, keyId, nameHash]), salt, keyId, nameHash }
}

/** Undefined for bytes that are no head. */
export function readHead(bytes: Buffer): Head | undefined {
  if (bytes.length < headLength || !bytes.subarray(0, magic.length).equals(magic)) return undefined
  const keyAt = magic.length + saltLength
  return {
    bytes: bytes.subarray(0, headLength),
    salt: bytes.subarray(magic.length, keyAt),
    keyId: bytes.subarray(keyAt, keyAt + keyIdLength),
    nameHash: bytes.subarray(keyAt + keyIdLength, headLength),
  }
}

/** Seals a stream into frames; there is always a last one, also of nothing. */
export async function* sealFrames(head: Head, key: Uint8Array, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  const objectKey = deriveKey(head, key)
  let waiting: Uint8Array[] = []
  let waitingLength = 0
  let index = 0
  for await (const chunk of chunks) {
    waiting.push(chunk)
    waitingLength += chunk.length
    // What fills a frame exactly waits: it may be the last.
    while (waitingLength > frameSize) {
      const all = Buffer.concat(waiting)
      yield sealFrame({ head, objectKey, index, isLast: false }, all.subarray(0, frameSize))
      index++
      waiting = [all.subarray(frameSize)]
      waitingLength = all.length - frameSize
    }
  }
  yield sealFrame({ head, objectKey, index, isLast: true }, Buffer.concat(waiting))
}

/** Opens frames again; undefined stands for a frame that does not hold, and ends the stream. */
export async function* openFrames(head: Head, key: Uint8Array, chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer | undefined> {
  const objectKey = deriveKey(head, key)
  let rest: Buffer = Buffer.alloc(0)
  let index = 0
  let isEnded = false
  for await (const chunk of chunks) {
    if (isEnded) return yield undefined
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let frame = cutFrame(rest); frame !== undefined; frame = cutFrame(rest)) {
      if (isEnded || frame === 'malformed') return yield undefined
      const plain = openFrame({ head, objectKey, index, isLast: frame.isLast }, frame.sealed)
      if (plain === undefined) return yield undefined
      yield plain
      index++
      isEnded = frame.isLast
      rest = frame.rest
    }
  }
  if (!isEnded || rest.length > 0) yield undefined
  return undefined
}

interface Seal {
  readonly head: Head
  readonly objectKey: Buffer
  readonly index: number
  readonly isLast: boolean
}

function sealFrame(seal: Seal, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', seal.objectKey, nonceOf(seal.index))
  cipher.setAAD(associated(seal))
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  const frameHead = Buffer.alloc(frameHeadLength)
  frameHead.writeUInt32BE(sealed.length, 0)
  frameHead.writeUInt8(seal.isLast ? 1 : 0, 4)
  return Buffer.concat([frameHead, sealed])
}

function openFrame(seal: Seal, sealed: Buffer): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', seal.objectKey, nonceOf(seal.index))
  decipher.setAAD(associated(seal))
  decipher.setAuthTag(sealed.subarray(sealed.length - tagLength))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagLength)), decipher.final()])
  } catch {
    return undefined
  }
}

function cutFrame(bytes: Buffer): { readonly isLast: boolean; readonly sealed: Buffer; readonly rest: Buffer } | 'malformed' | undefined {
  if (bytes.length < frameHeadLength) return undefined
  const length = bytes.readUInt32BE(0)
  const flag = bytes.readUInt8(4)
  if (length < tagLength || length > frameSize + tagLength || flag > 1) return 'malformed'
  const end = frameHeadLength + length
  if (bytes.length < end) return undefined
  return { isLast: flag === 1, sealed: bytes.subarray(frameHeadLength, end), rest: Buffer.from(bytes.subarray(end)) }
}

/** A key for this object alone: its frames may count from nought. */
function deriveKey({ salt }: Head, key: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, 'drover rescue 1', 32))
}

function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(index), 4)
  return nonce
}

function associated({ head, index, isLast }: Seal): Buffer {
  return Buffer.concat([head.bytes, nonceOf(index), Buffer.from([isLast ? 1 : 0])])
}
