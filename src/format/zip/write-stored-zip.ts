import type { PackageFile } from '../package.ts'
import { crc32 } from './codec.ts'
import { stored } from './directory.ts'
import { safeEntryPath } from './entry-path.ts'
import { refuseCollisions } from './path-collisions.ts'
import { centralRecord, endRecords, localHeader, type WrittenEntry, zip64From } from './zip-records.ts'

/**
 * A zip of these files in this order, none of them packed: what is in it alone decides every byte, under every version of Node. So a zip
 * that differs from the one that its files give was changed.
 */
export function writeStoredZip(files: readonly PackageFile[]): Uint8Array {
  refuseCollisions(files.map(({ path }) => path))
  const parts: Uint8Array[] = []
  const entries: WrittenEntry[] = []
  let at = 0
  const put = (bytes: Uint8Array) => {
    parts.push(bytes)
    at += bytes.length
  }
  for (const { path, bytes } of files) {
    const name = new TextEncoder().encode(safeEntryPath(path))
    const entry = { name, method: stored, crc: crc32(bytes), packedSize: bytes.length, size: bytes.length, headerAt: at }
    entries.push(entry)
    put(localHeader(entry, zip64From))
    put(bytes)
  }
  const directoryAt = at
  for (const entry of entries) put(centralRecord(entry, zip64From))
  put(endRecords({ at: directoryAt, size: at - directoryAt, count: entries.length }, zip64From))
  const zip = new Uint8Array(at)
  let filled = 0
  for (const part of parts) {
    zip.set(part, filled)
    filled += part.length
  }
  return zip
}
