import type { DirectoryPlace } from './end-record.ts'
import { decodeName } from './entry-name.ts'
import { safeEntryPath } from './entry-path.ts'
import { zip64Values } from './extra-field.ts'
import { corruptZip, encryptedZip, foreignZip, unsafePath } from './zip-error.ts'

/** What the central directory says of an entry; nothing of it is proved yet but its form. */
export interface ZipEntry {
  /** With forward slashes, and with one at the end for a folder. */
  readonly path: string
  readonly rawName: Uint8Array
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly packedSize: number
  readonly size: number
  readonly headerAt: number
}

export const deflated = 8
export const stored = 0

/** All entries, in the order of the directory. Refuses kinds of entries that solutions never have: encrypted ones, links, other methods. */
export function readDirectory(zip: DataView, place: DirectoryPlace): ZipEntry[] {
  const entries: ZipEntry[] = []
  let at = place.at
  for (let number = 1; number <= place.count; number++) {
    const isRecord = at + recordBytes <= place.end && zip.getUint32(at, true) === recordSignature
    const end = isRecord ? at + recordLength(zip, at) : Infinity
    if (end > place.end) throw corruptZip(`The directory of the zip cannot be read from entry ${number} of ${place.count} on.`)
    entries.push(readRecord(zip, at))
    at = end
  }
  if (at !== place.end) throw corruptZip(`The directory of the zip has more than the ${place.count} entries that the zip says.`)
  return entries
}

/** Bit 0 encrypted, bit 6 strongly, bit 13 with values of the headers masked. */
const encryptedFlags = 0x2041
const patchFlag = 0x20
const utf8Flag = 0x800
const recordSignature = 0x02014b50
const recordBytes = 46
const aesMethod = 99
/** Upper half of the external attributes, as Unix makes them. */
const fileType = { mask: 0xf000, regular: 0x8000, folder: 0x4000 }

function recordLength(zip: DataView, at: number): number {
  return recordBytes + zip.getUint16(at + 28, true) + zip.getUint16(at + 30, true) + zip.getUint16(at + 32, true)
}

function readRecord(zip: DataView, at: number): ZipEntry {
  const flags = zip.getUint16(at + 8, true)
  const nameLength = zip.getUint16(at + 28, true)
  const rawName = bytesAt(zip, at + recordBytes, nameLength)
  const extra = new DataView(zip.buffer, zip.byteOffset + at + recordBytes + nameLength, zip.getUint16(at + 30, true))
  const host = zip.getUint8(at + 5)
  const path = safeEntryPath(decodeName({ bytes: rawName, extra, isUtf8: (flags & utf8Flag) !== 0, host }))
  const method = zip.getUint16(at + 10, true)
  refuseForeignKinds({ path, flags, method, mode: zip.getUint16(at + 40, true), disk: zip.getUint16(at + 34, true) })
  const narrow = [zip.getUint32(at + 24, true), zip.getUint32(at + 20, true), zip.getUint32(at + 42, true)]
  const wide = zip64Values(extra, narrow)
  if (wide === undefined)
    throw corruptZip(`Entry "${path}" says that it is too large for 32 bits, but its zip64 field does not say how large.`)
  const [size = 0, packedSize = 0, headerAt = 0] = wide
  return { path, rawName, flags, method, crc: zip.getUint32(at + 16, true), packedSize, size, headerAt }
}

interface Kind {
  readonly path: string
  readonly flags: number
  readonly method: number
  readonly mode: number
  readonly disk: number
}

function refuseForeignKinds({ path, flags, method, mode, disk }: Kind): void {
  if (isEncrypted(flags) || method === aesMethod) throw encryptedZip(`Entry "${path}" is encrypted.`)
  if (disk !== 0) throw foreignZip(`Entry "${path}" lies in another part of a zip of several parts; a solution is one file.`)
  if (method !== deflated && method !== stored)
    throw foreignZip(`Entry "${path}" is packed with method ${method}; solution files use deflate or none.`)
  if ((flags & patchFlag) !== 0) throw foreignZip(`Entry "${path}" is a patch of another file; solution files are whole.`)
  const type = mode & fileType.mask
  if (type !== 0 && type !== fileType.regular && type !== fileType.folder) {
    throw unsafePath(`Entry "${path}" is a link or device, not a file.`)
  }
}

/** By the flags of either of an entry's two headers. */
export function isEncrypted(flags: number): boolean {
  return (flags & encryptedFlags) !== 0
}

export function bytesAt(zip: DataView, at: number, length: number): Uint8Array {
  return new Uint8Array(zip.buffer, zip.byteOffset + at, length)
}
