import { max16, max32, zip64Field } from './extra-field.ts'

/** An entry as it will stand in the zip: all is known before its first byte is written. */
export interface WrittenEntry {
  readonly name: Uint8Array
  readonly method: number
  readonly crc: number
  readonly packedSize: number
  readonly size: number
  readonly headerAt: number
}

/** From these values on, zip64 fields hold what the old ones cannot; lower ones let tests see zip64 without gigabytes. */
export interface Zip64From {
  readonly count: number
  readonly size: number
}

export const zip64From: Zip64From = { count: max16, size: max32 }

/** The header in front of the content (APPNOTE 4.3.7). */
export function localHeader(entry: WrittenEntry, from: Zip64From): Uint8Array {
  const extra = zip64Extra(Math.max(entry.size, entry.packedSize) >= from.size ? [entry.size, entry.packedSize] : [])
  const record = newRecord(30 + entry.name.length + extra.length)
  const { view } = record
  view.setUint32(0, 0x04034b50, true)
  setCommonFields(record, { at: 4, entry, extra })
  record.bytes.set(entry.name, 30)
  record.bytes.set(extra, 30 + entry.name.length)
  return record.bytes
}

/** The entry's record in the central directory (APPNOTE 4.3.12). As the platform's own zips, it tells of no system and no attributes. */
export function centralRecord(entry: WrittenEntry, from: Zip64From): Uint8Array {
  const sizesAreWide = Math.max(entry.size, entry.packedSize) >= from.size
  const isFar = entry.headerAt >= from.size
  const extra = zip64Extra([...(sizesAreWide ? [entry.size, entry.packedSize] : []), ...(isFar ? [entry.headerAt] : [])])
  const record = newRecord(46 + entry.name.length + extra.length)
  const { view } = record
  view.setUint32(0, 0x02014b50, true)
  view.setUint16(4, versionFor(extra), true)
  setCommonFields(record, { at: 6, entry, extra, sizesAreWide })
  view.setUint32(42, isFar ? max32 : entry.headerAt, true)
  record.bytes.set(entry.name, 46)
  record.bytes.set(extra, 46 + entry.name.length)
  return record.bytes
}

/** What ends a zip (APPNOTE 4.3.14 to 4.3.16): with a zip64 record and its locator where the old record is too narrow. */
export function endRecords(directory: { at: number; size: number; count: number }, from: Zip64From): Uint8Array {
  const { at, size, count } = directory
  const isWide = count >= from.count || at >= from.size || size >= from.size
  const record = newRecord(22 + (isWide ? 56 + 20 : 0))
  const { view } = record
  const endAt = record.bytes.length - 22
  if (isWide) {
    view.setUint32(0, 0x06064b50, true)
    setWide(view, 4, 56 - 12)
    view.setUint16(12, zip64Version, true)
    view.setUint16(14, zip64Version, true)
    for (const [index, value] of [count, count, size, at].entries()) setWide(view, 24 + index * 8, value)
    view.setUint32(56, 0x07064b50, true)
    setWide(view, 64, at + size)
    view.setUint32(72, 1, true)
  }
  view.setUint32(endAt, 0x06054b50, true)
  view.setUint16(endAt + 8, isWide ? max16 : count, true)
  view.setUint16(endAt + 10, isWide ? max16 : count, true)
  view.setUint32(endAt + 12, isWide ? max32 : size, true)
  view.setUint32(endAt + 16, isWide ? max32 : at, true)
  return record.bytes
}

interface NewRecord {
  readonly bytes: Uint8Array
  readonly view: DataView
}

const deflateVersion = 20
const zip64Version = 45
const utf8Flag = 0x800
/** The first day that a DOS time stamp can say, 1 January 1980: no clock and no time zone ever shows in a zip. */
const firstDosDay = 0x21

function newRecord(length: number): NewRecord {
  const bytes = new Uint8Array(length)
  return { bytes, view: new DataView(bytes.buffer) }
}

/** The run of fields that both headers of an entry have, from "version needed" to the length of the extra field. */
function setCommonFields(
  { view }: NewRecord,
  { at, entry, extra, sizesAreWide = extra.length > 0 }: { at: number; entry: WrittenEntry; extra: Uint8Array; sizesAreWide?: boolean },
): void {
  view.setUint16(at, versionFor(extra), true)
  view.setUint16(at + 2, entry.name.some((byte) => byte >= 0x80) ? utf8Flag : 0, true)
  view.setUint16(at + 4, entry.method, true)
  view.setUint16(at + 8, firstDosDay, true)
  view.setUint32(at + 10, entry.crc, true)
  view.setUint32(at + 14, sizesAreWide ? max32 : entry.packedSize, true)
  view.setUint32(at + 18, sizesAreWide ? max32 : entry.size, true)
  view.setUint16(at + 22, entry.name.length, true)
  view.setUint16(at + 24, extra.length, true)
}

function versionFor(extra: Uint8Array): number {
  return extra.length > 0 ? zip64Version : deflateVersion
}

function zip64Extra(values: readonly number[]): Uint8Array {
  if (values.length === 0) return new Uint8Array()
  const record = newRecord(4 + values.length * 8)
  record.view.setUint16(0, zip64Field, true)
  record.view.setUint16(2, values.length * 8, true)
  for (const [index, value] of values.entries()) setWide(record.view, 4 + index * 8, value)
  return record.bytes
}

function setWide(view: DataView, at: number, value: number): void {
  view.setBigUint64(at, BigInt(value), true)
}
