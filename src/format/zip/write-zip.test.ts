import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as yauzl from 'yauzl'
import * as yazl from 'yazl'
import type { PackageFile } from '../package.ts'
import { beginPacking } from './begun-packing.ts'
import { openZip } from './open-zip.ts'
import { readZip } from './read-zip.ts'
import { writeZip } from './write-zip.ts'
import { zipChunks } from './zip-chunks.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const segment = fc.stringMatching(/^[a-zé名]{1,6}$/)
const file = fc.record({
  path: fc.tuple(segment, segment).map(([folder, name]) => `${folder}/${name}.x`),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.nat(5000).map((length) => new Uint8Array(length)),
  ),
})
const files = fc.uniqueArray(file, { selector: ({ path }) => path.normalize('NFC'), maxLength: 8 })

describe('a zip that we write', () => {
  it('is read alike by another implementation', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (list) => {
        expectSame(await readByYauzl(await writeZip(list)), list)
      }),
      { numRuns: 60 },
    )
  })

  it('has the same bytes from a list as from files that come late or begun, and whatever their sizes', async () => {
    const list = [500_000, 0, 10, 3_000_000, 1, 90_000].map((length, at) => ({ path: `${at}.bin`, bytes: new Uint8Array(length).fill(at) }))
    const late = async function* (): AsyncGenerator<PackageFile> {
      for (const one of list) {
        await setImmediate()
        yield one
      }
    }
    const bytes = await writeZip(list)
    expect(Buffer.compare(await writeZip(late()), bytes)).toBe(0)
    expect(Buffer.compare(await writeZip(list.values()), bytes)).toBe(0)
    expect(Buffer.compare(await writeZip(list.map((one) => ({ ...one, begun: beginPacking(one.bytes) }))), bytes)).toBe(0)
    expectSame(await readZip(bytes), list)
  })

  it('tells of no clock: every entry is of the first day of 1980', async () => {
    const [entry] = await yauzlEntries(await writeZip([{ path: 'a.txt', bytes: text('x') }]))
    expect([entry?.lastModFileDate, entry?.lastModFileTime]).toEqual([0x21, 0])
  })

  it('keeps as it is what does not shrink, and says UTF-8 only of names that need it', async () => {
    const incompressible = createHash('shake256', { outputLength: 3000 }).digest()
    const entries = await yauzlEntries(
      await writeZip([
        { path: 'plain.bin', bytes: incompressible },
        { path: 'empty', bytes: new Uint8Array() },
        { path: 'größe.txt', bytes: text('a'.repeat(100)) },
      ]),
    )
    expect(entries.map(({ compressionMethod, generalPurposeBitFlag }) => [compressionMethod, generalPurposeBitFlag])).toEqual([
      [0, 0],
      [0, 0],
      [8, 0x800],
    ])
  })

  it('holds no name that reading refuses', async () => {
    const of = (...paths: string[]): Promise<Uint8Array> => writeZip(paths.map((path) => ({ path, bytes: text('x') })))
    for (const paths of [['../x'], ['a/'], ['n'.repeat(70_000)], ['a.txt', 'A.txt'], ['a', 'a/b'], ['\ud800.txt'], ['con.js']]) {
      await expect(of(...paths)).rejects.toMatchObject({ code: 'solution.unsafe-path' })
    }
  })

  it('fails with the failure of whoever makes the files, and asks for no more of them after a failure of its own', async () => {
    let asked = 0
    const endless = function* (): Generator<PackageFile> {
      for (;;) yield { path: asked++ === 3 ? '../x' : `${asked}`, bytes: text('x') }
    }
    await expect(writeZip(endless())).rejects.toMatchObject({ code: 'solution.unsafe-path' })
    expect(asked).toBeLessThan(100)
    const failing = async function* (): AsyncGenerator<PackageFile> {
      yield { path: '../x', bytes: text('x') }
      await setImmediate()
      throw new Error('the folder is gone')
    }
    await expect(writeZip(failing())).rejects.toThrow('the folder is gone')
  })

  it('asks for few files more than it has packed, by their number and by their size', async () => {
    for (const [size, most] of [
      [10, 20],
      [12 * 1024 ** 2, 4],
    ] as const) {
      let made = 0
      const many = function* (): Generator<PackageFile> {
        for (; made < 40; made++) yield { path: `${made}`, bytes: new Uint8Array(size) }
      }
      const chunks = zipChunks(many())
      await chunks.next()
      expect(made).toBeLessThanOrEqual(most)
      await chunks.return(undefined)
    }
  })
})

describe('a zip beyond the old limits', () => {
  it('of 70,000 files is written and read in zip64', async () => {
    const many = Array.from({ length: 70_000 }, (_, at) => ({ path: `${at}`, bytes: new Uint8Array() }))
    const bytes = await writeZip(many)
    expect(openZip(bytes).paths).toHaveLength(70_000)
    expect(await yauzlEntries(bytes)).toHaveLength(70_000)
  })

  it.for([2, 3, 4])('says %i entries rightly on both sides of the limit, shown with one of 3', async (count) => {
    const list = Array.from({ length: count }, (_, at) => ({ path: `${at}`, bytes: text('x') }))
    const bytes = Buffer.from(await joined(zipChunks(list, { count: 3, size: 0xffffffff })))
    expect([bytes.includes('PK\x06\x06'), bytes.readUInt16LE(bytes.length - 12)]).toEqual(count < 3 ? [false, count] : [true, 0xffff])
    expectSame(await readZip(bytes), list)
    expectSame(await readByYauzl(bytes), list)
  })

  it('leaves no old field with a value that it cannot hold, nor puts zip64 beside one that can', async () => {
    const list = [new Uint8Array(49), new Uint8Array(51), new Uint8Array(1)].map((bytes, at) => ({ path: `${at}`, bytes }))
    const bytes = Buffer.from(await joined(zipChunks(list, { count: 0xffff, size: 50 })))
    const end = bytes.length - 22
    expect([bytes.readUInt32LE(end + 12), bytes.readUInt32LE(end + 16)]).toEqual([0xffffffff, 0xffffffff])
    const short = Buffer.from(
      await joined(zipChunks([{ path: '0', bytes: createHash('shake256', { outputLength: 40 }).digest() }], { count: 0xffff, size: 50 })),
    )
    // The directory is 47 bytes long, and starts at byte 71.
    expect(short.readUInt32LE(short.length - 6)).toBe(0xffffffff)
    const records = bytes.toString('latin1').split('PK\x01\x02').slice(1)
    // Unpacked size, and place of the header: 49 and 0 fit, 51 does not, and what comes after it is too far.
    expect(
      records.map((record) => [Buffer.from(record, 'latin1').readUInt32LE(20), Buffer.from(record, 'latin1').readUInt32LE(38)]),
    ).toEqual([
      [49, 0],
      [0xffffffff, expect.any(Number)],
      [1, 0xffffffff],
    ])
  })

  it('of sizes and places is written and read in zip64, shown with a limit of 50 bytes', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (list) => {
        const bytes = await joined(zipChunks(list, { count: 3, size: 50 }))
        expectSame(await readZip(bytes), list)
        expectSame(await readByYauzl(bytes), list)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a zip that others write', () => {
  it.for([true, false])('is read, as a stream with sizes behind the content too, in zip64: %s', async (forceZip64Format) => {
    const list = [
      { path: 'größe/a.txt', bytes: text('abc'.repeat(100)) },
      { path: 'b.bin', bytes: Uint8Array.of(1, 2, 3) },
      { path: 'empty', bytes: new Uint8Array() },
    ]
    const zip = new yazl.ZipFile()
    zip.addEmptyDirectory('größe')
    for (const { path, bytes } of list) {
      // A stream's size is not known before it ends: its header leaves sizes and checksum out.
      zip.addReadStreamLazy(path, { forceZip64Format, compress: bytes.length > 10 }, (ready) =>
        ready(null, Readable.from([Buffer.from(bytes)])),
      )
      zip.addBuffer(Buffer.from(bytes), `again/${path}`, { forceZip64Format, compress: bytes.length > 10 })
    }
    zip.end({ forceZip64Format, comment: 'made elsewhere' })
    const read = await readZip(await joined(zip.outputStream))
    expectSame(
      read,
      list.flatMap((one) => [one, { path: `again/${one.path}`, bytes: one.bytes }]),
    )
  })
})

function expectSame(read: readonly PackageFile[], list: readonly PackageFile[]): void {
  expect(read.map(({ path }) => path)).toEqual(list.map(({ path }) => path))
  for (const [at, { bytes }] of list.entries()) expect(Buffer.compare(read[at]?.bytes ?? Buffer.from('missing'), bytes)).toBe(0)
}

async function yauzlEntries(bytes: Uint8Array): Promise<yauzl.Entry[]> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(bytes), { lazyEntries: true })
  const entries: yauzl.Entry[] = []
  for await (const entry of zip.eachEntry()) entries.push(entry)
  return entries
}

async function readByYauzl(bytes: Uint8Array): Promise<PackageFile[]> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(bytes), { lazyEntries: true })
  const read: PackageFile[] = []
  for await (const entry of zip.eachEntry()) {
    read.push({ path: entry.fileName, bytes: await joined(await zip.openReadStreamPromise(entry)) })
  }
  return read
}

async function joined(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
