// What unpacking and packing cost at the least, as whole processes that know nothing of solutions; `bench/format.mjs` compares with them:
//   node bench/format-baseline.mjs unpack <zip> <target folder> <list of files: JSON of [path, size]>
//     inflates every entry, looks at each byte of the XML once, and writes as many files of the same sizes into the same folders.
//   node bench/format-baseline.mjs pack <folder> <target file>
//     reads every file, deflates all XML as one stream and each other file alone, at level 6, and writes what came out.
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { deflateRawSync, inflateRawSync } from 'node:zlib'

const [action, ...rest] = process.argv.slice(2)
if (action === 'unpack') unpack(...rest)
else pack(...rest)

function unpack(zipPath, target, listPath) {
  const content = inflateAll(readFileSync(zipPath))
  let tags = 0
  for (const { name, bytes } of content) {
    if (!name.endsWith('.xml')) continue
    for (let at = 0; at < bytes.length; at++) if (bytes[at] === 0x3c) tags++
  }
  if (tags === 0) throw new Error('The zip has no XML.')
  const source = content.reduce((largest, { bytes }) => (bytes.length > largest.length ? bytes : largest), Buffer.alloc(0))
  const folders = new Set()
  let at = 0
  for (const [path, size] of JSON.parse(readFileSync(listPath, 'utf8'))) {
    const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0))
    if (!folders.has(folder)) {
      mkdirSync(`${target}/${folder}`, { recursive: true })
      folders.add(folder)
    }
    if (at + size > source.length) at = 0
    const handle = openSync(`${target}/${path}`, 'w')
    writeSync(handle, size <= source.length ? source.subarray(at, at + size) : Buffer.alloc(size))
    closeSync(handle)
    at += size
  }
}

function inflateAll(zip) {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  const files = []
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const nameLength = zip.readUInt16LE(at + 28)
    const local = zip.readUInt32LE(at + 42)
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const packed = zip.subarray(from, from + zip.readUInt32LE(at + 20))
    const size = zip.readUInt32LE(at + 24)
    const isDeflated = zip.readUInt16LE(at + 10) === 8
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    // One buffer of the size that comes out, not many small ones.
    files.push({ name, bytes: isDeflated ? inflateRawSync(packed, { chunkSize: Math.max(64, size) }) : packed })
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return files
}

function pack(folder, target) {
  const xml = []
  const others = []
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const bytes = readFileSync(`${entry.parentPath}/${entry.name}`)
    if (entry.name.endsWith('.xml')) xml.push(bytes)
    else others.push(bytes)
  }
  const packed = [Buffer.concat(xml), ...others].map((bytes) => deflateRawSync(bytes, { level: 6 }))
  writeFileSync(target, Buffer.concat(packed))
}
