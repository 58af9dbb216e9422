import { max16, max32 } from './extra-field.ts'
import { corruptZip, foreignZip, notAZip } from './zip-error.ts'

/** Where the central directory lies, and how many entries it says it has. */
export interface DirectoryPlace {
  readonly at: number
  readonly end: number
  readonly count: number
}

/**
 * Finds the directory by the record at the zip's end (APPNOTE 4.3.14 to 4.3.16). Bytes before the first entry are tolerated only when
 * the zip counts them in its offsets, as a self-extracting one does; nothing may lie between the directory and its end, or behind that.
 */
export function findDirectory(zip: DataView): DirectoryPlace {
  const endAt = findEnd(zip)
  const narrow: EndValues = {
    disk: zip.getUint16(endAt + 4, true),
    directoryDisk: zip.getUint16(endAt + 6, true),
    countHere: zip.getUint16(endAt + 8, true),
    count: zip.getUint16(endAt + 10, true),
    size: zip.getUint32(endAt + 12, true),
    at: zip.getUint32(endAt + 16, true),
  }
  const wideAt = findZip64End(zip, endAt)
  const { disk, directoryDisk, countHere, count, size, at } = wideAt === undefined ? narrow : widened(narrow, zip64End(zip, wideAt))
  if (disk !== 0 || directoryDisk !== 0 || countHere !== count) throw foreignZip('The zip is one of several parts; a solution is one file.')
  const end = wideAt ?? endAt
  if (at + size !== end) {
    throw corruptZip(`The directory of the zip ends at byte ${end}; by what the zip says it ends at byte ${at + size}.`)
  }
  return { at, end, count }
}

interface EndValues {
  readonly disk: number
  readonly directoryDisk: number
  readonly countHere: number
  readonly count: number
  readonly size: number
  readonly at: number
}

const signature = { firstEntry: 0x04034b50, end: 0x06054b50, zip64End: 0x06064b50, zip64Locator: 0x07064b50 }
const endBytes = 22
const locatorBytes = 20
const zip64EndBytes = 56
/** Size of the zip64 record that its own size field leaves out. */
const zip64LeadBytes = 12

/** The last place that can be the end record: its comment reaches exactly to the end of the file. */
function findEnd(zip: DataView): number {
  let mismatch: number | undefined
  const first = Math.max(0, zip.byteLength - endBytes - max16)
  for (let at = zip.byteLength - endBytes; at >= first; at--) {
    if (zip.getUint32(at, true) !== signature.end) continue
    const after = zip.byteLength - at - endBytes - zip.getUint16(at + 20, true)
    if (after === 0) return at
    mismatch ??= after
  }
  if (mismatch !== undefined && mismatch > 0) throw corruptZip(`${mismatch} bytes follow the end of the zip.`)
  const isBeginning = zip.byteLength >= 4 && zip.getUint32(0, true) === signature.firstEntry
  throw notAZip(zip.byteLength, isBeginning || mismatch !== undefined ? 'its end is missing' : 'the mark of a zip is missing at its end')
}

function findZip64End(zip: DataView, endAt: number): number | undefined {
  const locatorAt = endAt - locatorBytes
  if (locatorAt < 0 || zip.getUint32(locatorAt, true) !== signature.zip64Locator) return undefined
  const disk = zip.getUint32(locatorAt + 4, true)
  const disks = zip.getUint32(locatorAt + 16, true)
  if (disk !== 0 || disks > 1) throw foreignZip('The zip is one of several parts; a solution is one file.')
  const at = wideNumber(zip, locatorAt + 8)
  const isWhole = at + zip64EndBytes <= locatorAt && zip.getUint32(at, true) === signature.zip64End
  if (!isWhole || at + zip64LeadBytes + wideNumber(zip, at + 4) !== locatorAt) {
    throw corruptZip('The zip64 record, which tells where the directory of the zip lies, is not where the zip says.')
  }
  return at
}

function zip64End(zip: DataView, at: number): EndValues {
  return {
    disk: zip.getUint32(at + 16, true),
    directoryDisk: zip.getUint32(at + 20, true),
    countHere: wideNumber(zip, at + 24),
    count: wideNumber(zip, at + 32),
    size: wideNumber(zip, at + 40),
    at: wideNumber(zip, at + 48),
  }
}

/** The zip64 record's values; what the older record says itself has to be the same, or two readers would see two zips. */
function widened(narrow: EndValues, wide: EndValues): EndValues {
  const agree = (small: number, large: number, escape: number): boolean => small === escape || small === large
  const isOneZip =
    agree(narrow.disk, wide.disk, max16) &&
    agree(narrow.directoryDisk, wide.directoryDisk, max16) &&
    agree(narrow.countHere, wide.countHere, max16) &&
    agree(narrow.count, wide.count, max16) &&
    agree(narrow.size, wide.size, max32) &&
    agree(narrow.at, wide.at, max32)
  if (!isOneZip) throw corruptZip('The two end records of the zip tell of different directories.')
  return wide
}

/** Beyond 2^53 the number is not exact, and larger than any file. */
function wideNumber(zip: DataView, at: number): number {
  return Number(zip.getBigUint64(at, true))
}
