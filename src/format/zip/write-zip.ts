import { type ZippedFiles, zipChunks } from './zip-chunks.ts'

/** A zip of these files in this order. Equal files give equal bytes under one version of Node: time stamps and modes are fixed. */
export async function writeZip(files: ZippedFiles): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of zipChunks(files)) {
    chunks.push(chunk)
    length += chunk.length
  }
  const zip = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    zip.set(chunk, at)
    at += chunk.length
  }
  return zip
}
