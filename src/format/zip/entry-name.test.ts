import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { extraField, type ForgedEntry, forgeZip, numbers } from '../../../test/support/forged-zip.ts'
import { openZip } from './open-zip.ts'

const utf8Flag = 0x800
const unicodePath = 0x7075
const unix = 3
const macOs = 19

function nameOf(entry: ForgedEntry): string | undefined {
  return openZip(forgeZip([entry])).paths[0]
}

describe('the name of an entry', () => {
  it('is UTF-8 where the entry says so', () => {
    expect(nameOf({ name: 'Größe/名前.txt', both: { flags: utf8Flag } })).toBe('Größe/名前.txt')
  })

  it('is code page 437 where it says nothing, as DOS wrote it', () => {
    expect(nameOf({ name: Uint8Array.of(0x81, 0x84, 0x94, 0xe1, 0x9b, 0xfb) })).toBe('üäöß¢√')
    // Bytes that UTF-8 would take too.
    expect(nameOf({ name: Uint8Array.of(0xc3, 0xa9) })).toBe('├⌐')
  })

  it('is UTF-8 where it was made by Unix or macOS, unless its bytes are none', () => {
    for (const host of [unix, macOs]) {
      expect(nameOf({ name: 'Größe.txt', central: { host } })).toBe('Größe.txt')
      expect(nameOf({ name: Uint8Array.of(0x81, 0x41), central: { host } })).toBe('üA')
    }
  })

  it('is that of the Unicode field while it belongs to the plain name', () => {
    const plain = Uint8Array.of(0x47, 0x72, 0x3f)
    const field = (crc: number, version = 1): Uint8Array =>
      extraField(unicodePath, Buffer.concat([numbers([1, version], [4, crc]), Buffer.from('Größe')]))
    expect(nameOf({ name: plain, central: { extra: Buffer.concat([extraField(0xcafe, Buffer.alloc(3)), field(crc32(plain))]) } })).toBe(
      'Größe',
    )
    expect(nameOf({ name: plain, central: { extra: field(1) } })).toBe('Gr?')
    expect(nameOf({ name: plain, central: { extra: field(crc32(plain), 2) } })).toBe('Gr?')
    expect(nameOf({ name: plain, central: { extra: numbers([2, unicodePath], [2, 900]) } })).toBe('Gr?')
  })

  it('is judged as it reads, not as its bytes look', () => {
    const plain = Buffer.from('a.txt')
    const hostile = extraField(unicodePath, Buffer.concat([numbers([1, 1], [4, crc32(plain)]), Buffer.from('../a.txt')]))
    expect(() => nameOf({ name: plain, central: { extra: hostile } })).toThrow(expect.objectContaining({ code: 'solution.unsafe-path' }))
  })
})
