import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readZip } from './read-zip.ts'
import { writeZip } from './write-zip.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

describe('a zip', () => {
  it('gives back every file in its order, and equal files give equal bytes', async () => {
    const file = fc.record({ path: fc.stringMatching(/^[a-z]{1,8}\/[A-Za-z0-9 _.-]{1,12}x$/), bytes: fc.uint8Array({ maxLength: 300 }) })
    const files = fc.uniqueArray(file, { selector: (one) => one.path.toLowerCase(), maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(files, async (list) => {
        const bytes = await writeZip(list)
        const read = await readZip(bytes)
        expect(read.map((one) => one.path)).toEqual(list.map((one) => one.path))
        for (const [at, one] of read.entries()) expect([...one.bytes]).toEqual([...(list[at]?.bytes ?? [])])
        expect(Buffer.compare(bytes, await writeZip(list))).toBe(0)
      }),
      { numRuns: 40 },
    )
  })

  it('is refused when it is no zip, or only the beginning of one', async () => {
    await expect(readZip(text('hello'))).rejects.toMatchObject({ code: 'solution.not-a-zip' })
    await expect(readZip(new Uint8Array())).rejects.toMatchObject({ code: 'solution.not-a-zip' })
    const whole = await writeZip([{ path: 'solution.xml', bytes: text('<a/>') }])
    await expect(readZip(whole.subarray(0, whole.length - 30))).rejects.toMatchObject({ code: 'solution.not-a-zip' })
  })

  it('reads names with backslashes as folders', async () => {
    const bytes = await writeZip([{ path: 'a/b.txt', bytes: text('x') }])
    const files = await readZip(renamed(bytes, 'a/b.txt', 'a\\b.txt'))
    expect(files.map((file) => file.path)).toEqual(['a/b.txt'])
  })

  it.for(['../ab.txt', '/abc.txt', 'C:/a.txt', 'a/../.txt', '..\\b.txt'])('is refused when an entry is named %s', async (name) => {
    const bytes = await writeZip([{ path: 'n'.repeat(name.length), bytes: text('x') }])
    const failure = readZip(renamed(bytes, 'n'.repeat(name.length), name))
    await expect(failure).rejects.toMatchObject({ code: 'solution.unsafe-path', message: expect.stringContaining('points outside') })
  })

  it('is refused when two entries have one name, in whatever capitals', async () => {
    const bytes = await writeZip([
      { path: 'aa.txt', bytes: text('1') },
      { path: 'bb.txt', bytes: text('2') },
    ])
    await expect(readZip(renamed(bytes, 'bb.txt', 'AA.txt'))).rejects.toMatchObject({ code: 'solution.unsafe-path' })
  })

  it('never writes a path that leads out of its folder', async () => {
    await expect(writeZip([{ path: '../x', bytes: text('x') }])).rejects.toMatchObject({ code: 'solution.unsafe-path' })
  })
})

describe('a zip that lies', () => {
  const content = text('abcdefghij'.repeat(1000))

  it('about the size of an entry is refused, whether it says too little or too much', async () => {
    const bytes = await writeZip([{ path: 'a.txt', bytes: content }])
    for (const claimed of [10, 20_000]) {
      const failure = readZip(withCentralField(bytes, { offset: 24, value: claimed }))
      await expect(failure).rejects.toMatchObject({ code: 'solution.corrupt-zip', message: expect.stringContaining('"a.txt"') })
    }
  })

  it('about the checksum of an entry is refused', async () => {
    const bytes = await writeZip([{ path: 'a.txt', bytes: content }])
    await expect(readZip(withCentralField(bytes, { offset: 16, value: 1 }))).rejects.toMatchObject({ code: 'solution.corrupt-zip' })
  })
})

describe('a huge zip', () => {
  it('is refused by the number of its entries', async () => {
    const bytes = await writeZip(['a', 'b', 'c'].map((path) => ({ path, bytes: text(path) })))
    await expect(readZip(bytes, { maxEntries: 2 })).rejects.toMatchObject({ code: 'solution.too-large' })
  })

  it('is refused when its entries together unpack to more than allowed', async () => {
    const bytes = await writeZip(['a', 'b', 'c'].map((path) => ({ path, bytes: text(path.repeat(1000)) })))
    await expect(readZip(bytes, { maxUnpackedBytes: 2500 })).rejects.toMatchObject({ code: 'solution.too-large' })
    expect(await readZip(bytes, { maxUnpackedBytes: 3000 })).toHaveLength(3)
  })

  it('is refused as a bomb before anything is inflated, when one entry unpacks absurdly', async () => {
    const bomb = await writeZip([{ path: 'bomb', bytes: new Uint8Array(64 * 1024 ** 2) }])
    expect(bomb.length).toBeLessThan(100_000)
    const before = process.memoryUsage().arrayBuffers
    const failure = await readZip(bomb).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failure).toMatchObject({ code: 'solution.too-large', message: expect.stringContaining('zip bombs') })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 ** 2)
  })

  it('passes when it is merely big: repetitive XML of tens of megabytes is real', async () => {
    const big = text('<attribute PhysicalName="x" />\n'.repeat(300_000))
    const [file] = await readZip(await writeZip([{ path: 'customizations.xml', bytes: big }]))
    expect(file?.bytes.length).toBe(big.length)
  })
})

/** The zip with an entry renamed to a name of the same length, in both of its headers. */
function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  expect(to.length).toBe(from.length)
  const copy = Buffer.from(bytes)
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) copy.write(to, at, 'latin1')
  return copy
}

/** The zip with a 32-bit field of its first central directory record replaced: 16 checksum, 24 unpacked size. */
function withCentralField(bytes: Uint8Array, field: { offset: number; value: number }): Uint8Array {
  const copy = Buffer.from(bytes)
  const record = copy.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]))
  copy.writeUInt32LE(field.value, record + field.offset)
  return copy
}
