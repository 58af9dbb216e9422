import { DroverError, errorMessage } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import { defaultPackageLimits, type PackageLimits } from '../limits.ts'
import { checkClaims } from './check-claims.ts'
import { crc32, inflate } from './codec.ts'
import { bytesAt, readDirectory, stored, type ZipEntry } from './directory.ts'
import { findDirectory } from './end-record.ts'
import { contentStart } from './local-header.ts'
import { refuseCollisions } from './path-collisions.ts'
import { corruptZip, tooLarge } from './zip-error.ts'

/**
 * The files of a zip, in the order of its directory, without its folders. All that the zip claims is checked here; content is unpacked when
 * it is read, one file at a time, and proved against size and checksum. Content that is not packed is a view of `bytes`, not a copy.
 */
export function openZip(bytes: Uint8Array, limits: Partial<PackageLimits> = {}): FileTree {
  const zip = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const bounds = { ...defaultPackageLimits, ...limits }
  const place = findDirectory(zip)
  if (place.count > bounds.maxEntries) throw tooLarge(`The zip lists ${place.count} entries; ${bounds.maxEntries} are allowed.`)
  const entries = readDirectory(zip, place)
  refuseCollisions(entries.map((entry) => entry.path))
  checkClaims(entries, bounds)
  const placed = placeContents(zip, entries, place.at)
  const files = new Map(placed.filter(({ path }) => !path.endsWith('/')).map((entry) => [entry.path, entry]))
  return {
    paths: [...files.keys()],
    read: (path) => {
      const entry = files.get(path)
      if (entry === undefined) throw new DroverError('solution.file-missing', `There is no file "${path}" in this zip.`)
      return readContent(entry, bytesAt(zip, entry.contentAt, entry.packedSize))
    },
  }
}

interface PlacedEntry extends ZipEntry {
  readonly contentAt: number
}

/** Entries with the start of their contents. No two may share a byte: zip bombs do, to say the same content many times over. */
function placeContents(zip: DataView, entries: readonly ZipEntry[], directoryAt: number): PlacedEntry[] {
  const placed = entries.map((entry): PlacedEntry => ({ ...entry, contentAt: contentStart(zip, entry) }))
  const inPlace = [...placed].sort((one, other) => one.headerAt - other.headerAt)
  for (const [at, entry] of inPlace.entries()) {
    const next = inPlace[at + 1]
    if (entry.contentAt + entry.packedSize > (next?.headerAt ?? directoryAt)) {
      throw corruptZip(`Entry "${entry.path}" overlaps ${next === undefined ? 'the directory of the zip' : `entry "${next.path}"`}.`)
    }
  }
  return placed
}

function readContent(entry: PlacedEntry, packed: Uint8Array): Uint8Array | Promise<Uint8Array> {
  if (entry.method === stored) return proved(entry, packed)
  let content: Uint8Array | Promise<Uint8Array>
  try {
    content = inflate(packed, entry.size)
  } catch (cause) {
    throw doesNotUnpack(entry, cause)
  }
  if (!(content instanceof Promise)) return proved(entry, content)
  return content.then(
    (bytes) => proved(entry, bytes),
    (cause: unknown) => {
      throw doesNotUnpack(entry, cause)
    },
  )
}

function proved({ path, size, crc }: ZipEntry, content: Uint8Array): Uint8Array {
  if (content.length !== size) throw corruptZip(`Entry "${path}" has ${content.length} bytes; the zip says ${size}.`)
  if (crc32(content) !== crc) throw corruptZip(`Entry "${path}" has another checksum than the zip says.`)
  return content
}

function doesNotUnpack({ path }: ZipEntry, cause: unknown): DroverError {
  return corruptZip(`Entry "${path}" does not unpack to what the zip says of it (${errorMessage(cause)}).`, cause)
}
