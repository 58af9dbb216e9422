/**
 * Checksum of zip entries (CRC-32, polynomial 0xEDB88320), for where the platform brings none. Takes four bytes a step. `before` is the
 * checksum of what comes before these bytes.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const [one, two, three, four] = tables
  let crc = ~before
  const whole = bytes.length - (bytes.length % 4)
  let at = 0
  for (; at < whole; at += 4) {
    crc ^= byte(bytes, at) | (byte(bytes, at + 1) << 8) | (byte(bytes, at + 2) << 16) | (byte(bytes, at + 3) << 24)
    crc = word(four, crc) ^ word(three, crc >>> 8) ^ word(two, crc >>> 16) ^ word(one, crc >>> 24)
  }
  for (; at < bytes.length; at++) crc = word(one, crc ^ byte(bytes, at)) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

const tables = makeTables()

function makeTables(): [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const one = Uint32Array.from({ length: 256 }, (_, value) => {
    let crc = value
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
    return crc
  })
  const after = (table: Uint32Array): Uint32Array => table.map((crc) => (crc >>> 8) ^ word(one, crc))
  const two = after(one)
  const three = after(two)
  return [one, two, three, after(three)]
}

function word(table: Uint32Array, index: number): number {
  return table[index & 0xff] ?? 0
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}
