import { DroverError, errorMessage } from '#domain/kernel'
import { crc32 } from 'node:zlib'
import * as yauzl from 'yauzl'
import { defaultPackageLimits, type PackageLimits } from '../limits.ts'
import type { PackageFile } from '../package.ts'
import { safeEntryPath } from './entry-path.ts'

/** The files of a zip, in the order of its directory. Inflating stops as soon as a limit is passed, before more memory is used. */
export async function readZip(bytes: Uint8Array, limits: Partial<PackageLimits> = {}): Promise<PackageFile[]> {
  const bounds = { ...defaultPackageLimits, ...limits }
  const zip = await openZip(bytes)
  if (zip.entryCount > bounds.maxEntries) throw tooLarge(`The zip lists ${zip.entryCount} entries; ${bounds.maxEntries} are allowed.`)
  const files: PackageFile[] = []
  const seen = new Set<string>()
  let total = 0
  for (const entry of await listEntries(zip)) {
    const path = safeEntryPath(yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false))
    if (path.endsWith('/')) continue
    const folded = path.toLowerCase()
    if (seen.has(folded)) throw unsafe(`The zip has two entries named "${path}".`)
    seen.add(folded)
    checkClaims(entry, path, bounds)
    const room = Math.min(bounds.maxEntryBytes, bounds.maxUnpackedBytes - total)
    const content = await inflate(zip, entry, { path, room })
    total += content.length
    files.push({ path, bytes: content })
  }
  return files
}

async function openZip(bytes: Uint8Array): Promise<yauzl.ZipFile> {
  try {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return await yauzl.fromBufferPromise(view, { lazyEntries: true, decodeStrings: false })
  } catch (cause) {
    throw new DroverError('solution.not-a-zip', `The ${bytes.length} bytes given are not a zip file (${errorMessage(cause)}).`, {
      hint: 'Give a solution file as the platform exports it: a .zip with solution.xml and customizations.xml in it. If it was downloaded, download it again.',
      cause,
    })
  }
}

async function listEntries(zip: yauzl.ZipFile): Promise<yauzl.Entry[]> {
  const entries: yauzl.Entry[] = []
  try {
    for await (const entry of zip.eachEntry()) entries.push(entry)
  } catch (cause) {
    throw corrupt(`The directory of the zip cannot be read (${errorMessage(cause)}).`, cause)
  }
  return entries
}

/** Refuses by what the directory claims; what inflates to more than its claim is caught while inflating. */
function checkClaims(entry: yauzl.Entry, path: string, bounds: PackageLimits): void {
  const { uncompressedSize: claimed, compressedSize: packed } = entry
  if (claimed > bounds.maxEntryBytes) throw tooLarge(`Entry "${path}" unpacks to ${claimed} bytes; ${bounds.maxEntryBytes} are allowed.`)
  if (claimed > bounds.ratioAppliesAboveBytes && claimed > packed * bounds.maxRatio) {
    throw tooLarge(`Entry "${path}" unpacks ${packed} bytes to ${claimed}: more than ${bounds.maxRatio} times, as zip bombs do.`)
  }
  if (!entry.canDecodeFileData()) {
    throw corrupt(`Entry "${path}" is encrypted or packed with method ${entry.compressionMethod}; solution files use deflate or none.`)
  }
}

async function inflate(zip: yauzl.ZipFile, entry: yauzl.Entry, target: { path: string; room: number }): Promise<Uint8Array> {
  const { path, room } = target
  if (entry.uncompressedSize > room) throw tooLarge(`At entry "${path}" the zip passes the size that it may unpack to.`)
  const content = new Uint8Array(entry.uncompressedSize)
  let length = 0
  try {
    const stream = await zip.openReadStreamPromise(entry)
    for await (const part of stream) {
      const chunk: Uint8Array = part
      content.set(chunk, length)
      length += chunk.length
    }
  } catch (cause) {
    throw corrupt(`Entry "${path}" does not unpack to what the zip says of it (${errorMessage(cause)}).`, cause)
  }
  if (length !== entry.uncompressedSize) throw corrupt(`Entry "${path}" has ${length} bytes; the zip says ${entry.uncompressedSize}.`)
  if (crc32(content) !== entry.crc32) throw corrupt(`Entry "${path}" has another checksum than the zip says.`)
  return content
}

function tooLarge(message: string): DroverError {
  return new DroverError('solution.too-large', message, {
    hint: 'If this is a real solution, raise the limits for solution files in the configuration; otherwise do not trust the file.',
  })
}

function corrupt(message: string, cause?: unknown): DroverError {
  return new DroverError('solution.corrupt-zip', message, {
    hint: 'Export or download the solution again; this file is damaged or forged.',
    cause,
  })
}

function unsafe(message: string): DroverError {
  return new DroverError('solution.unsafe-path', message, {
    hint: 'Do not trust this file; export the solution again from its environment.',
  })
}
