import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorCode } from '#domain/kernel'
import { extraField, type ForgedEntry, forgeZip, numbers } from '../../../test/support/forged-zip.ts'
import type { PackageLimits } from '../limits.ts'
import { openZip } from './open-zip.ts'
import { readZip } from './read-zip.ts'

const plain = 'abcdefghij'.repeat(1000)

/** The code that reading ends with, or the paths that were read. */
async function outcome(zip: Uint8Array, limits?: Partial<PackageLimits>): Promise<string | readonly string[]> {
  try {
    return (await readZip(zip, limits)).map((file) => file.path)
  } catch (error) {
    // Anything but an error of ours would say `unexpected` here.
    return errorCode(error)
  }
}

const one = (entry: Partial<ForgedEntry>): Uint8Array => forgeZip([{ name: 'a.txt', content: plain, ...entry }])
const named = (...names: (string | Uint8Array)[]): Uint8Array => forgeZip(names.map((name) => ({ name, content: 'x' })))

describe('a name in a zip', () => {
  it.for([
    '../a.txt',
    'a/../../b.txt',
    '..\\a.txt',
    'a/..',
    '/etc/passwd',
    '\\\\server\\share\\a.txt',
    'C:/a.txt',
    'c:a.txt',
    'D:\\a.txt',
    '/',
  ])('that points outside of the solution is refused: %j', async (name) => {
    expect(await outcome(named(name))).toBe('solution.unsafe-path')
  })

  it.for(['CON', 'nul', 'aux.xml', 'Prn.tar.gz', 'com1.txt', 'LPT9', 'COM¹.js', 'conin$', 'Conout$.txt', 'folder/CON/a.txt', 'nul .txt'])(
    'that is a device on Windows is refused: %j',
    async (name) => {
      expect(await outcome(forgeZip([{ name, content: 'x', both: { flags: 0x800 } }]))).toBe('solution.unsafe-path')
    },
  )

  it.for(['console.js', 'auxiliary.xml', 'com10.txt', 'nullable/x.js', 'com.txt', 'a.con', 'a b.txt', '.hidden', 'a..b'])(
    'that only resembles an unsafe one is read: %j',
    async (name) => {
      expect(await outcome(named(name))).toEqual([name])
    },
  )

  it.for(['a.txt.', 'a.txt ', 'folder./a.txt', 'folder /a.txt', '...'])('that Windows would shorten is refused: %j', async (name) => {
    expect(await outcome(named(name))).toBe('solution.unsafe-path')
  })

  it.for(['a.txt:hidden', 'a.txt::$DATA', 'folder:x/a.txt'])('that means a hidden stream on Windows is refused: %j', async (name) => {
    expect(await outcome(named(name))).toBe('solution.unsafe-path')
  })

  it.for(['.git/hooks/post-checkout', 'a/.GIT/config', 'GIT~1/config', '.g\u200cit/config'])(
    'that writes into Git itself is refused: %j',
    async (name) => {
      expect(await outcome(forgeZip([{ name, content: 'x', both: { flags: 0x800 } }]))).toBe('solution.unsafe-path')
    },
  )

  it.for(['solution.xml\0.txt', 'a\nb.txt', 'a\u007f.txt', 'a\u001b[2J.txt', 'a\u0085.txt'])(
    'with a control character is refused: %j',
    async (name) => {
      expect(await outcome(forgeZip([{ name, content: 'x', both: { flags: 0x800 } }]))).toBe('solution.unsafe-path')
    },
  )

  it('is shown in the refusal without its control characters, and shortened when it is endless', () => {
    const hostile = forgeZip([{ name: `\u001b${'n'.repeat(50_000)}`, content: 'x' }])
    expect(() => openZip(hostile)).toThrow(/^The solution has a file named "\\u001bn{199}…", which has a control character in its name\.$/)
  })

  it('that says to be UTF-8 and is not is refused', async () => {
    expect(await outcome(forgeZip([{ name: Uint8Array.of(0x61, 0xc3, 0x28), both: { flags: 0x800 } }]))).toBe('solution.corrupt-zip')
    expect(await outcome(forgeZip([{ name: Uint8Array.of(0xed, 0xa0, 0x80), both: { flags: 0x800 } }]))).toBe('solution.corrupt-zip')
  })
})

describe('two names in a zip', () => {
  it.for([
    ['a.txt', 'a.txt'],
    ['a/B.txt', 'A/b.TXT'],
    ['\u00c9t\u00e9.js', 'E\u0301te\u0301.js'],
    ['\u00e9.js', 'E\u0301.js'],
    ['a\\b.txt', 'a/b.txt'],
  ])('that some file system takes for one are refused: %j', async (names) => {
    const entries = names.map((name) => ({ name, content: 'x', both: { flags: 0x800 } }))
    expect(await outcome(forgeZip(entries))).toBe('solution.unsafe-path')
    expect(await outcome(forgeZip([...entries].reverse()))).toBe('solution.unsafe-path')
  })

  it.for([
    ['a', 'a/b'],
    ['a', 'a/'],
    ['A', 'a/b/c/d'],
    ['x/a', 'x/a b', 'x/a.b', 'x/a/b'],
  ])('of which one is a file where the other needs a folder are refused: %j', async (names) => {
    expect(await outcome(named(...names))).toBe('solution.unsafe-path')
    expect(await outcome(named(...[...names].reverse()))).toBe('solution.unsafe-path')
  })

  it('that differ are read, folders and all', async () => {
    const folder = { name: 'a/' }
    const files = ['a/b', 'a b', 'A/c', 'ab'].map((name) => ({ name, content: 'x' }))
    expect(await outcome(forgeZip([folder, folder, ...files]))).toEqual(['a/b', 'a b', 'A/c', 'ab'])
  })

  it('are told apart in time, also in folders that are two thousand deep', async () => {
    const deep = Array.from({ length: 2000 }, (_, at) => `${'d/'.repeat(2000)}${at}`)
    expect(await outcome(named(...deep))).toHaveLength(2000)
  })
})

describe('an entry that lies', () => {
  it.for<[string, Partial<ForgedEntry>]>([
    ['unpacks to less than it says', { both: { size: plain.length + 1 } }],
    ['unpacks to more than it says', { both: { size: plain.length - 1 } }],
    ['unpacks to something, and says nothing', { both: { size: 0, crc: 0 } }],
    ['has another checksum', { both: { crc: 1 } }],
    ['says another size in its own header', { local: { size: 1 } }],
    ['says another packed size in its own header', { local: { packedSize: 1 } }],
    ['says another checksum in its own header', { local: { crc: 1 } }],
    ['says another name in its own header', { local: { name: 'b.txt' } }],
    ['says a longer name in its own header', { local: { name: 'a.txt.exe' } }],
    ['says a shorter name in its own header', { local: { name: 'a.tx' } }],
    ['says nothing of sizes in its own header, and not that they follow', { local: { size: 0, packedSize: 0, crc: 0 } }],
    ['needs zip64 in its own header, and has none there', { local: { size: 0xffffffff } }],
    ['says another method in its own header', { local: { method: 0 } }],
    ['says more than deflate can pack', { both: { size: 60_000_000 } }],
    ['is not packed, and says two sizes', { isStored: true, both: { size: plain.length + 1 } }],
    ['is not deflate', { both: { method: 8 }, isStored: true }],
    ['lies beyond the end', { central: { headerAt: 900_000 } }],
    ['reaches beyond the end', { both: { packedSize: 900_000 } }],
    ['starts in the middle of another', { central: { headerAt: 1 } }],
    ['has its header in the directory', { central: { headerAt: 30 + 5 + 40 } }],
    ['needs zip64, and has none', { central: { size: 0xffffffff } }],
    [
      'needs zip64, and has too little of it',
      { central: { size: 0xffffffff, packedSize: 0xffffffff, extra: extraField(1, numbers([8, plain.length])) } },
    ],
    ['says a size in zip64 that no file has', { central: { size: 0xffffffff, extra: extraField(1, Buffer.alloc(8, 0xff)) } }],
    ['says another size in zip64', { central: { size: 0xffffffff, extra: extraField(1, numbers([8, plain.length + 1])) } }],
    ['says another size in zip64 in its own header', { local: { size: 0xffffffff, extra: extraField(1, numbers([8, 1])) } }],
    ['has extra fields that do not add up', { central: { size: 0xffffffff, extra: numbers([2, 1], [2, 800], [8, plain.length]) } }],
  ])('is refused: it %s', async ([, entry]) => {
    expect(await outcome(one(entry))).toBe('solution.corrupt-zip')
  })

  it('is none when it says that sizes and checksum follow the content, and repeats them or leaves them out', async () => {
    expect(await outcome(one({ both: { flags: 0x08 }, local: { size: 0, packedSize: 0, crc: 0 } }))).toEqual(['a.txt'])
    expect(await outcome(one({ both: { flags: 0x08 }, after: Buffer.alloc(16) }))).toEqual(['a.txt'])
    expect(await outcome(one({ both: { flags: 0x08 }, local: { size: 1 } }))).toBe('solution.corrupt-zip')
  })

  it('is refused before anything is read when it contradicts itself', () => {
    for (const entry of [{ isStored: true, both: { size: plain.length + 1 } }, { local: { size: 1 } }, { both: { size: 60_000_000 } }]) {
      expect(() => openZip(one(entry))).toThrow(expect.objectContaining({ code: 'solution.corrupt-zip' }))
    }
  })

  it('is refused when bytes follow its packed content', async () => {
    const whole = one({})
    const packedSize = Buffer.from(whole).readUInt32LE(18)
    expect(await outcome(one({ both: { packedSize: packedSize + 3 }, after: Buffer.alloc(3) }))).toBe('solution.corrupt-zip')
  })

  it('is refused as a folder with content, which nobody would see', async () => {
    expect(await outcome(named('a/'))).toBe('solution.corrupt-zip')
    expect(await outcome(named('a\\'))).toBe('solution.corrupt-zip')
  })

  it('is named in the message', () => {
    expect(() => openZip(one({ local: { name: 'b.txt' } }))).toThrow('"a.txt"')
    expect(() => openZip(one({ both: { crc: 1 } })).read('a.txt')).toThrow('"a.txt"')
  })
})

describe('an entry of another kind', () => {
  it.for<[string, Partial<ForgedEntry>]>([
    ['by its flag', { both: { flags: 0x01 } }],
    ['strongly', { both: { flags: 0x40 } }],
    ['by the directory only', { central: { flags: 0x01 } }],
    ['with its header masked', { both: { flags: 0x2000 } }],
    ['with AES', { both: { method: 99 } }],
    ['by its own header only', { local: { flags: 0x01 } }],
  ])('is refused as encrypted: %s', async ([, entry]) => {
    expect(await outcome(one(entry))).toBe('solution.encrypted-zip')
  })

  it.for([1, 9, 12, 14, 93, 95, 97])('is refused when it is packed with method %i', async (method) => {
    expect(await outcome(one({ both: { method } }))).toBe('solution.corrupt-zip')
    expect(() => openZip(one({ both: { method } }))).toThrow(`method ${method}`)
  })

  it('is refused as a patch, or as a part of a zip of several', async () => {
    expect(await outcome(one({ both: { flags: 0x20 } }))).toBe('solution.corrupt-zip')
    expect(await outcome(one({ central: { disk: 1 } }))).toBe('solution.corrupt-zip')
  })

  it.for([
    ['symbolic link', 0o120777],
    ['character device', 0o020666],
    ['pipe', 0o010644],
    ['socket', 0o140755],
  ] as const)('is refused as a %s, whatever system it says to come from', async ([, mode]) => {
    for (const host of [0, 3, 19]) {
      expect(await outcome(forgeZip([{ name: 'link', content: '/etc/passwd', central: { host, mode } }]))).toBe('solution.unsafe-path')
    }
  })

  it('is read when Unix says that it is a plain file or a folder', async () => {
    const file = { name: 'a/b.sh', content: 'x', central: { host: 3, mode: 0o100755 } }
    expect(await outcome(forgeZip([{ name: 'a/', central: { host: 3, mode: 0o040755 } }, file]))).toEqual(['a/b.sh'])
  })
})

describe('a zip bomb', () => {
  it('is refused when its entries overlap, although each of them tells the truth', async () => {
    const inner = Buffer.from(forgeZip([{ name: 'b', content: 'x', isStored: true }])).subarray(0, 32)
    // An entry that is the content of another: each header is where the directory says, each checksum is right.
    const nested = forgeZip([
      { name: 'a', content: inner, isStored: true },
      { name: 'b', content: 'x', isStored: true, central: { headerAt: 31 } },
    ])
    expect(await outcome(nested)).toBe('solution.corrupt-zip')
    expect(() => openZip(nested)).toThrow('"a" overlaps entry "b"')
    const reaching = forgeZip([
      { name: 'a', content: 'x', isStored: true, both: { size: 9, packedSize: 9 } },
      ...Array.from('bc', (name) => ({ name })),
    ])
    expect(() => openZip(reaching)).toThrow('"a" overlaps entry "b"')
    expect(() => openZip(forgeZip([{ name: 'a', isStored: true, both: { size: 9, packedSize: 9 } }]))).toThrow('overlaps the directory')
  })

  it('is refused by the sum of what its entries say, before one of them is read', () => {
    const zip = forgeZip(Array.from({ length: 10 }, (_, at) => ({ name: `${at}`, content: plain })))
    expect(() => openZip(zip, { maxUnpackedBytes: plain.length * 10 - 1 })).toThrow(expect.objectContaining({ code: 'solution.too-large' }))
    expect(openZip(zip, { maxUnpackedBytes: plain.length * 10 }).paths).toHaveLength(10)
  })

  it('is refused by the size of one entry, and by the number of entries', async () => {
    expect(await outcome(one({}), { maxEntryBytes: plain.length - 1 })).toBe('solution.too-large')
    expect(await outcome(named('a', 'b', 'c'), { maxEntries: 2 })).toBe('solution.too-large')
  })

  it('is refused by its ratio, from the size on that limits say', async () => {
    expect(await outcome(one({}), { maxRatio: 10, ratioAppliesAboveBytes: 100 })).toBe('solution.too-large')
    expect(await outcome(one({}), { maxRatio: 10, ratioAppliesAboveBytes: plain.length })).toEqual(['a.txt'])
  })

  it('costs no memory for what it only says: a claim that deflate cannot keep is refused unread', () => {
    const before = process.memoryUsage().arrayBuffers
    expect(() => openZip(one({ both: { size: 1024 ** 3 - 1 } }))).toThrow(expect.objectContaining({ code: 'solution.corrupt-zip' }))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 ** 2)
  })

  it('is not what is read again and again: a file counts once', () => {
    const zip = openZip(one({}), { maxUnpackedBytes: plain.length })
    for (let times = 0; times < 5; times++) expect(zip.read('a.txt')).toHaveLength(plain.length)
  })
})

describe('the end of a zip', () => {
  const entries = [
    { name: 'a.txt', content: plain },
    { name: 'b.txt', content: 'x' },
  ]
  const paths = ['a.txt', 'b.txt']

  it('may have a comment, also one that looks like an end', async () => {
    expect(await outcome(forgeZip(entries, { comment: Buffer.from('made by hand') }))).toEqual(paths)
    expect(await outcome(forgeZip(entries, { comment: Buffer.alloc(0xffff, 0x20) }))).toEqual(paths)
    const likeAnEnd = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(40, 7)])
    expect(await outcome(forgeZip(entries, { comment: likeAnEnd }))).toEqual(paths)
  })

  it('may not be followed by anything, nor have a comment of another length than it says', async () => {
    expect(await outcome(forgeZip(entries, { after: Buffer.from('\n') }))).toBe('solution.corrupt-zip')
    expect(await outcome(forgeZip(entries, { comment: Buffer.from('abc'), commentLength: 2 }))).toBe('solution.corrupt-zip')
    expect(await outcome(forgeZip(entries, { commentLength: 1 }))).toBe('solution.not-a-zip')
  })

  it('tolerates bytes before the first entry only when the zip counts them', async () => {
    const before = Buffer.from('MZ: a program that unpacks itself')
    expect(await outcome(forgeZip(entries, { before }))).toEqual(paths)
    expect(await outcome(forgeZip(entries, { before, countsBefore: false }))).toBe('solution.corrupt-zip')
  })

  it('is refused when it miscounts, misplaces or splits the directory', async () => {
    expect(await outcome(forgeZip(entries, { count: 1 }))).toBe('solution.corrupt-zip')
    expect(await outcome(forgeZip(entries, { count: 3 }))).toBe('solution.corrupt-zip')
    expect(await outcome(forgeZip(entries, { at: 0 }))).toBe('solution.corrupt-zip')
    expect(await outcome(forgeZip(entries, { size: 10 }))).toBe('solution.corrupt-zip')
    expect(await outcome(forgeZip(entries, { disk: 1 }))).toBe('solution.corrupt-zip')
  })

  it('may be that of an empty zip', async () => {
    expect(await outcome(forgeZip([]))).toEqual([])
  })

  it('may be in zip64, whether the zip needs it or not', async () => {
    expect(await outcome(forgeZip(entries, { zip64: {} }))).toEqual(paths)
    expect(await outcome(forgeZip(entries, { zip64: {}, count: 0xffff, size: 0xffffffff, at: 0xffffffff }))).toEqual(paths)
  })

  it.for([
    ['another number of entries', { count: 3 }],
    ['another size of the directory', { size: 1 }],
    ['another place of the directory', { at: 1 }],
    ['a directory beyond the end', { at: Number.MAX_SAFE_INTEGER }],
    ['a record elsewhere', { recordAt: 0 }],
    ['a record beyond the end', { recordAt: 2 ** 50 }],
    ['a record of another length', { recordSize: 40 }],
    ['several parts', { disks: 2 }],
  ] as const)('is refused when zip64 tells of %s', async ([, zip64]) => {
    expect(await outcome(forgeZip(entries, { zip64 }))).toBe('solution.corrupt-zip')
    expect(await outcome(forgeZip(entries, { zip64, count: 0xffff, size: 0xffffffff, at: 0xffffffff }))).toBe('solution.corrupt-zip')
  })

  it.for([{ count: 1 }, { size: 1 }, { at: 1 }])(
    'is refused when the old record tells of another directory than zip64: %j',
    async (said) => {
      expect(await outcome(forgeZip(entries, { zip64: {}, ...said }))).toBe('solution.corrupt-zip')
    },
  )

  it('is not looked for where no zip is', async () => {
    for (const text of ['', 'PK', 'hello', '<html>sign in</html>'.repeat(100)])
      expect(await outcome(Buffer.from(text))).toBe('solution.not-a-zip')
    expect(() => openZip(one({}).subarray(0, 60))).toThrow('its end is missing')
  })
})

describe('a zip that was damaged on its way', () => {
  const whole = forgeZip([
    { name: 'solution.xml', content: '<a/>' },
    { name: 'folder/' },
    { name: 'folder/b.json', content: plain },
    { name: 'c.png', content: 'stored', isStored: true, both: { extra: extraField(0xcafe, Buffer.alloc(6)) } },
  ])

  it('is refused at whatever byte it ends', async () => {
    for (let length = 0; length < whole.length; length++) {
      expect(['solution.not-a-zip', 'solution.corrupt-zip']).toContain(await outcome(whole.subarray(0, length)))
    }
  })

  it('is refused, or says the same, whatever bytes of it are changed', async () => {
    const before = new Map((await readZip(whole)).map((file) => [file.path, file.bytes]))
    const change = fc.record({ at: fc.nat(whole.length - 1), value: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Uint8Array.from(whole)
        for (const { at, value } of changes) bytes[at] = value
        let files: Awaited<ReturnType<typeof readZip>>
        try {
          files = await readZip(bytes)
        } catch (error) {
          expect(errorCode(error)).toMatch(/^solution\./)
          return
        }
        // Where it is still a zip, it is the same one: names are in it twice, contents have their checksum.
        for (const file of files) expect(Buffer.compare(file.bytes, before.get(file.path) ?? Buffer.from('another file'))).toBe(0)
      }),
      { numRuns: 3000 },
    )
  })
})
