import type { Draw } from '#domain/data'

/** Numbers from 0 up to 1 from 16 bytes that nobody can guess: xoshiro128**, which is fast and need not be more than even, since the bytes are keyed. */
export function drawFrom(bytes: Buffer): Draw {
  let a = bytes.readUInt32LE(0)
  let b = bytes.readUInt32LE(4)
  let c = bytes.readUInt32LE(8)
  let d = bytes.readUInt32LE(12) | 1
  return () => {
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return result / 4_294_967_296
  }
}
