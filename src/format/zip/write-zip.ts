import * as yazl from 'yazl'
import type { PackageFile } from '../package.ts'
import { safeEntryPath } from './entry-path.ts'

/** A zip of these files in this order. Equal files give equal bytes under one Node version: time stamps and modes are fixed. */
export async function writeZip(files: readonly PackageFile[]): Promise<Uint8Array> {
  const zip = new yazl.ZipFile()
  // A DOS time stamp is local time; the first day it can say, in whatever zone, is the same 4 bytes everywhere.
  const options = { mtime: new Date(1980, 0, 1), mode: 0o100644, compress: true, forceDosTimestamp: true }
  for (const file of files) {
    zip.addBuffer(Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength), safeEntryPath(file.path), options)
  }
  zip.end()
  const chunks: Uint8Array[] = []
  for await (const chunk of zip.outputStream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  return joinBytes(chunks)
}

function joinBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}
