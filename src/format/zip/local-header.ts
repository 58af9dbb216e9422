import { bytesAt, isEncrypted, type ZipEntry } from './directory.ts'
import { zip64Values } from './extra-field.ts'
import { corruptZip, encryptedZip } from './zip-error.ts'

/**
 * Where the content of an entry starts. The header before it repeats what the directory says, and other programs believe the header:
 * so the two have to agree. Sizes and checksum may be missing there when they follow the content (general purpose bit 3);
 * what follows is never read: the directory and the content itself tell the same.
 */
export function contentStart(zip: DataView, entry: ZipEntry): number {
  const { path, headerAt } = entry
  const isHeader = headerAt + headerBytes <= zip.byteLength && zip.getUint32(headerAt, true) === headerSignature
  if (!isHeader) throw corruptZip(`Entry "${path}" is not where the directory of the zip says.`)
  const nameLength = zip.getUint16(headerAt + 26, true)
  const extraLength = zip.getUint16(headerAt + 28, true)
  const start = headerAt + headerBytes + nameLength + extraLength
  if (start + entry.packedSize > zip.byteLength) throw corruptZip(`Entry "${path}" reaches beyond the end of the zip.`)
  if (isEncrypted(zip.getUint16(headerAt + 6, true))) throw encryptedZip(`Entry "${path}" is encrypted, by its own header.`)
  const name = bytesAt(zip, headerAt + headerBytes, nameLength)
  const isSame =
    zip.getUint16(headerAt + 8, true) === entry.method && areEqual(name, entry.rawName) && claimsAgree(zip, entry, start - extraLength)
  if (!isSame) throw corruptZip(`Entry "${path}" is another file by its own header than by the directory of the zip.`)
  return start
}

const headerSignature = 0x04034b50
const headerBytes = 30
/** Sizes and checksum stand behind the content. */
const descriptorFlag = 0x08

function claimsAgree(zip: DataView, entry: ZipEntry, extraAt: number): boolean {
  const { headerAt } = entry
  const extra = new DataView(zip.buffer, zip.byteOffset + extraAt, zip.getUint16(headerAt + 28, true))
  const sizes = zip64Values(extra, [zip.getUint32(headerAt + 22, true), zip.getUint32(headerAt + 18, true)])
  if (sizes === undefined) return false
  const mayBeMissing = (zip.getUint16(headerAt + 6, true) & descriptorFlag) !== 0
  const agrees = (said: number | undefined, known: number): boolean => said === known || (mayBeMissing && said === 0)
  return agrees(zip.getUint32(headerAt + 14, true), entry.crc) && agrees(sizes[0], entry.size) && agrees(sizes[1], entry.packedSize)
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}
