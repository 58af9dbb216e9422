import type { PackageFile } from '#format'
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'

/** What a header says of an entry; every field may be made to lie. */
export interface Claims {
  readonly name: Uint8Array
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly unpacked: number
  readonly extra: Uint8Array
}

export interface CentralClaims extends Claims {
  readonly madeBy: number
  readonly disk: number
  readonly external: number
  readonly offset: number
  readonly comment: Uint8Array
}

export interface RawEntry {
  readonly path: string
  readonly bytes: Uint8Array
  readonly local?: Partial<Claims>
  readonly central?: Partial<CentralClaims>
}

export interface EndClaims {
  readonly disk: number
  readonly entries: number
  readonly size: number
  readonly offset: number
  readonly comment: Uint8Array
}

const nothing = new Uint8Array()
const utf8 = 0x800

/** A zip written by hand, by nothing of the product, in which any field can be said otherwise than it is. */
export function rawZip(entries: readonly RawEntry[], end: Partial<EndClaims> = {}): Uint8Array {
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let offset = 0
  for (const entry of entries) {
    const data = deflateRawSync(entry.bytes, { level: 1 })
    const truth: CentralClaims = {
      name: Buffer.from(entry.path),
      flags: utf8,
      method: 8,
      crc: crc32(entry.bytes),
      packed: data.length,
      unpacked: entry.bytes.length,
      extra: nothing,
      madeBy: 20,
      disk: 0,
      external: 0,
      offset,
      comment: nothing,
    }
    const local = localHeader({ ...truth, ...entry.local })
    parts.push(local, data)
    directory.push(centralHeader({ ...truth, ...entry.central }))
    offset += local.length + data.length
  }
  const size = directory.reduce((sum, record) => sum + record.length, 0)
  return Buffer.concat([...parts, ...directory, endRecord({ disk: 0, entries: entries.length, size, offset, comment: nothing, ...end })])
}

function localHeader(claims: Claims): Uint8Array {
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(20, 4)
  writeShared(head, 6, claims)
  return Buffer.concat([head, claims.name, claims.extra])
}

function centralHeader(claims: CentralClaims): Uint8Array {
  const head = Buffer.alloc(46)
  head.writeUInt32LE(0x02014b50, 0)
  head.writeUInt16LE(claims.madeBy & 0xffff, 4)
  head.writeUInt16LE(20, 6)
  writeShared(head, 8, claims)
  head.writeUInt16LE(claims.comment.length, 32)
  head.writeUInt16LE(claims.disk & 0xffff, 34)
  head.writeUInt32LE(claims.external >>> 0, 38)
  head.writeUInt32LE(claims.offset >>> 0, 42)
  return Buffer.concat([head, claims.name, claims.extra, claims.comment])
}

/** The fields that both headers have, in the same order. */
function writeShared(head: Buffer, at: number, claims: Claims): void {
  head.writeUInt16LE(claims.flags & 0xffff, at)
  head.writeUInt16LE(claims.method & 0xffff, at + 2)
  head.writeUInt16LE(0x21, at + 6)
  head.writeUInt32LE(claims.crc >>> 0, at + 8)
  head.writeUInt32LE(claims.packed >>> 0, at + 12)
  head.writeUInt32LE(claims.unpacked >>> 0, at + 16)
  head.writeUInt16LE(claims.name.length, at + 20)
  head.writeUInt16LE(claims.extra.length, at + 22)
}

function endRecord(claims: EndClaims): Uint8Array {
  const record = Buffer.alloc(22)
  record.writeUInt32LE(0x06054b50, 0)
  record.writeUInt16LE(claims.disk & 0xffff, 4)
  record.writeUInt16LE(claims.disk & 0xffff, 6)
  record.writeUInt16LE(claims.entries & 0xffff, 8)
  record.writeUInt16LE(claims.entries & 0xffff, 10)
  record.writeUInt32LE(claims.size >>> 0, 12)
  record.writeUInt32LE(claims.offset >>> 0, 16)
  record.writeUInt16LE(claims.comment.length, 20)
  return Buffer.concat([record, claims.comment])
}

/** The files of an honest zip, read by nothing of the product. */
export function rawFiles(zip: Uint8Array): PackageFile[] {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength)
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  const files: PackageFile[] = []
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const lengths = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field))
    const [name = 0] = lengths
    const path = bytes.toString('utf8', at + 46, at + 46 + name).replaceAll('\\', '/')
    const local = bytes.readUInt32LE(at + 42)
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(from, from + bytes.readUInt32LE(at + 20))
    const content = bytes.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed)
    if (!path.endsWith('/')) files.push({ path, bytes: new Uint8Array(content) })
    at += 46 + lengths.reduce((sum, length) => sum + length, 0)
  }
  return files
}
