import { createHash } from 'node:crypto'
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as browser from './browser.ts'
import * as node from './node.ts'

/** Long enough for several pieces, and different all along, so that a piece in the wrong place shows. */
const long = Buffer.from(Array.from({ length: 120_000 }, (_, at) => `<row id="${(at * 2_654_435_761) % 4_294_967_296}"/>`).join(''))
const noise = createHash('shake256', { outputLength: 700_000 }).digest()

describe.each([
  ['Node', node],
  ['a browser', browser],
])('the deflate of %s', (_, codec) => {
  it('gives back what it packed, and packs what zlib unpacks', async () => {
    for (const bytes of [new Uint8Array(), Uint8Array.of(1), Buffer.from('abc'.repeat(500)), noise, long]) {
      const packed = Buffer.concat(await codec.deflate(bytes))
      expect(inflateRawSync(packed).equals(bytes)).toBe(true)
      expect(Buffer.compare(await codec.inflate(packed, bytes.length), bytes)).toBe(0)
    }
  })

  it('unpacks what zlib packed, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.constantFrom(0, 1, 9), async (bytes, level) => {
        const content = await codec.inflate(deflateRawSync(bytes, { level }), bytes.length)
        expect(Buffer.compare(content, bytes)).toBe(0)
      }),
      { numRuns: 100 },
    )
  })

  it('refuses more than was announced, a stream that breaks off, and what is no deflate', async () => {
    const packed = deflateRawSync(long)
    for (const [bytes, size] of [
      [packed, long.length - 1],
      [packed, 0],
      [packed.subarray(0, -1), long.length],
      [packed.subarray(0, 1000), long.length],
      [new Uint8Array(), 10],
      [Buffer.from('<html>no deflate</html>'), 100],
    ] as const) {
      expect(await ending(codec, bytes, size)).toBe('refused')
    }
  })

  it('packs a file that comes in pieces as it packs the whole, however it is cut', async () => {
    for (const bytes of [new Uint8Array(), Uint8Array.of(1), noise.subarray(0, 600_000), long, long.subarray(0, 2_097_152)]) {
      for (const size of [100_000, 2_097_152, 3_000_000]) {
        const { packed, ...known } = await codec.deflatePieces(cut(bytes, size))
        expect(known).toMatchObject({ size: bytes.length, crc: crc32(bytes) })
        expect(Buffer.concat(await packed).equals(Buffer.concat(await codec.deflate(bytes)))).toBe(true)
        if (known.whole !== undefined) expect(Buffer.compare(known.whole, bytes)).toBe(0)
      }
    }
  })

  it('fails with what the pieces fail with', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield long
      throw new Error('no more of it')
    }
    await expect(codec.deflatePieces(failing())).rejects.toThrow('no more of it')
  })

  it('finds text in the bytes that are asked for, and in no others', () => {
    const bytes = new TextEncoder().encode('é<a>name</a>𝄞')
    const at = bytes.indexOf(0x6e)
    expect(codec.readText(bytes, at, at + 4)).toBe('name')
    const places = [
      [0, bytes.length],
      [at, at + 4],
      [at + 1, bytes.length],
      [0, at + 3],
    ] as const
    expect(places.map(([from, to]) => codec.holdsText(bytes, from, to, 'name'))).toEqual([true, true, false, false])
    expect(codec.holdsText(bytes.subarray(at), 0, 4, 'name')).toBe(true)
  })

  it('knows the checksum that zips have', () => {
    expect(codec.crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
    expect(codec.crc32(Buffer.from('6789'), codec.crc32(Buffer.from('12345')))).toBe(0xcbf43926)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => codec.crc32(bytes) === crc32(bytes)))
  })
})

describe('the deflate of Node', () => {
  // Node's own DecompressionStream lets it pass; browsers refuse it, which is shown in one.
  it('refuses a stream that something follows', async () => {
    expect(await ending(node, Buffer.concat([deflateRawSync(long), Buffer.from('x')]), long.length)).toBe('refused')
  })
})

describe('packing in pieces', () => {
  it('costs less than one part in five hundred of the size, and says the same every time', async () => {
    const packed = Buffer.concat(await node.deflate(long))
    expect(packed.length).toBeLessThan(deflateRawSync(long, { level: 6 }).length * 1.002)
    expect(Buffer.concat(await node.deflate(long)).equals(packed)).toBe(true)
  })

  it('keeps no more memory than what it packed', async () => {
    const pieces = await node.deflate(new Uint8Array(8 * 1024 ** 2))
    const kept = new Set(pieces.map((piece) => piece.buffer))
    expect([...kept].reduce((sum, buffer) => sum + buffer.byteLength, 0)).toBeLessThan(64 * 1024)
  })
})

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function ending(codec: typeof node | typeof browser, bytes: Uint8Array, size: number): Promise<'unpacked' | 'refused'> {
  try {
    await codec.inflate(bytes, size)
    return 'unpacked'
  } catch {
    return 'refused'
  }
}
