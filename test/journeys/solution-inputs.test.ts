import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { packSample } from '../support/product.ts'
import { runDrover, runSolution as solution } from '../support/run-drover.ts'

const dist = new URL('../../dist/', import.meta.url).href
const { defaultPackageLimits, readZip, writeZip } = (await import(`${dist}format/index.js`)) as typeof import('../../src/format/index.ts')
const unzipped = join(import.meta.dirname, '../../samples/contoso-inspection/1.0.0.0')

let all: string
let folder: string
let zip: string

beforeAll(async () => {
  all = await mkdtemp(join(tmpdir(), 'drover-solution-inputs-'))
  zip = join(all, 'sample.zip')
  writeFileSync(zip, await packSample('1.0.0.0'))
})
beforeEach(async () => {
  folder = await mkdtemp(join(all, 'case-'))
})
afterAll(() => rm(all, { recursive: true, force: true }))

/** The sample, each of its files as `change` makes it, and more files. */
async function variant(
  name: string,
  change: (path: string, text: string) => string,
  more: readonly { path: string; bytes: Uint8Array }[] = [],
): Promise<string> {
  const files = (await readZip(new Uint8Array(readFileSync(zip)))).map(({ path, bytes }) => {
    const text = Buffer.from(bytes).toString('latin1')
    return { path, bytes: new Uint8Array(Buffer.from(change(path, text), 'latin1')) }
  })
  const place = join(folder, name)
  writeFileSync(place, await writeZip([...files, ...more]))
  return place
}

const asItIs = (_path: string, text: string) => text
const managed = (path: string, text: string) => (path === 'solution.xml' ? text.replace('<Managed>0<', '<Managed>1<') : text)
const broken = (path: string, text: string) => (path === 'customizations.xml' ? text.replace('</ImportExportXml>', '</Import>') : text)

describe('an error', () => {
  it('begins with the input that it is about, as it was typed', async () => {
    const [noZip, empty] = [join(folder, 'a'), join(folder, 'b')]
    writeFileSync(noZip, 'x'.repeat(5000))
    mkdirSync(empty)
    const ill = await variant('ill.zip', broken)
    const out = join(folder, 'out')
    const cases: [readonly string[], string, string][] = [
      [['inspect', noZip], noZip, 'solution.not-a-zip'],
      [['check', noZip], noZip, 'solution.not-a-zip'],
      [['diff', zip, noZip], noZip, 'solution.not-a-zip'],
      [['diff', noZip, zip], noZip, 'solution.not-a-zip'],
      [['unpack', noZip, '--out', out], noZip, 'solution.not-a-zip'],
      [['diff', zip, empty], empty, 'solution.no-solution'],
      [['pack', empty, '--out', out], empty, 'solution.no-solution'],
      [['diff', zip, ill], ill, 'solution.bad-xml'],
      [['check', ill], ill, 'solution.bad-xml'],
      [['unpack', ill, '--out', out], ill, 'solution.bad-xml'],
      [['unpack', ill, '--out', out, '--layout', 'yaml'], ill, 'solution.bad-xml'],
    ]
    for (const [args, input, code] of cases) {
      const ran = await solution(...args)
      expect([args, ran.error?.code, ran.error?.message]).toEqual([args, code, expect.stringMatching(`^${input}: `)])
      expect(ran.error?.message.indexOf(input)).toBe(ran.error?.message.lastIndexOf(input))
      expect(ran.error?.hint).toBeTruthy()
    }
    expect(readdirSync(folder).sort()).toEqual(['a', 'b', 'ill.zip'])
  })

  it('of one of two zips names that one, and both when they do not belong together', async () => {
    const [one, twin, faulty, other] = [
      await variant('x.zip', asItIs),
      await variant('x_managed.zip', managed),
      await variant('faulty.zip', (path, text) => broken(path, managed(path, text))),
      await variant('other.zip', (path, text) => managed(path, text).replace('<Version>1.0.0.0<', '<Version>1.0.0.1<')),
    ]
    const unpacked = async (zip: string, managed: string) =>
      (await solution('unpack', zip, '--managed', managed, '--type', 'both', '--out', join(folder, 'out'))).error
    expect(await unpacked(one, faulty)).toMatchObject({ code: 'solution.bad-xml', message: expect.stringMatching(`^${faulty}: `) })
    expect(await unpacked(await variant('ill.zip', broken), twin)).toMatchObject({
      code: 'solution.bad-xml',
      message: expect.stringMatching(`^${join(folder, 'ill.zip')}: `),
    })
    expect(await unpacked(one, other)).toMatchObject({
      code: 'solution.not-twins',
      message: expect.stringMatching(`^${one} and ${other}: .*Version is 1.0.0.0 .* 1.0.0.1`),
    })
    expect(await unpacked(one, one)).toMatchObject({ code: 'solution.wrong-package-type' })
  })

  it('about the target does not blame the input', async () => {
    mkdirSync(join(folder, 'taken'))
    writeFileSync(join(folder, 'taken', 'thesis.txt'), '…')
    const ran = await solution('unpack', zip, '--out', join(folder, 'taken'))
    expect([ran.error?.code, ran.error?.message]).toEqual(['solution.target-not-empty', expect.not.stringContaining(zip)])
  })
})

describe('a folder that a zip was merely unzipped to', () => {
  it('is told from source when it is to be packed, and read by all else', async () => {
    const ran = await solution('pack', unzipped, '--out', join(folder, 'x.zip'))
    expect([ran.code, ran.error]).toEqual([
      1,
      {
        code: 'solution.no-solution',
        message: `${unzipped}: This is an unzipped solution, not its source.`,
        hint: expect.stringContaining('zip its content'),
        reasons: [],
      },
    ])
    expect((await solution('diff', unzipped, zip, '--exit-code')).code).toBe(0)
  })
})

describe('a solution that holds much', () => {
  const zeros = (mebibytes: number) => [{ path: 'Attachments/zeros.bin', bytes: new Uint8Array(mebibytes * 1024 ** 2) }]

  it('is taken for a bomb, with the way to let it pass', async () => {
    const large = await variant('large.zip', asItIs, zeros(20))
    const ran = await solution('inspect', large)
    expect([ran.code, ran.error?.code, ran.error?.message, ran.error?.hint]).toEqual([
      3,
      'solution.too-large',
      expect.stringContaining('zip bombs'),
      expect.stringContaining('--max-size'),
    ])
    expect((await solution('unpack', large, '--out', join(folder, 'src'))).error?.code).toBe('solution.too-large')
    for (const args of [
      ['inspect', large],
      ['check', large],
      ['diff', large, zip],
      ['unpack', large, '--out', join(folder, 'src')],
      ['pack', join(folder, 'src'), '--out', join(folder, 'again.zip')],
    ]) {
      const passed = await solution(...args, '--max-size', '40')
      expect([args, passed.code, passed.error]).toEqual([args, 0, undefined])
    }
  })

  it('never passes the size that is named, as a zip and as a folder', async () => {
    const large = await variant('large.zip', asItIs, zeros(3))
    expect((await solution('unpack', large, '--out', join(folder, 'src'))).code).toBe(0)
    for (const args of [
      ['inspect', large],
      ['diff', zip, large],
      ['unpack', large, '--out', join(folder, 'new')],
      ['inspect', join(folder, 'src')],
      ['pack', join(folder, 'src'), '--out', join(folder, 'again.zip')],
    ]) {
      const refused = await solution(...args, '--max-size', '2')
      expect([args, refused.error?.code, refused.error?.hint]).toEqual([args, 'solution.too-large', expect.stringContaining('--max-size')])
    }
    expect(readdirSync(folder).sort()).toEqual(['large.zip', 'src'])
  })

  it('may hold as much as the help says', async () => {
    const { maxUnpackedBytes, maxEntryBytes } = defaultPackageLimits
    for (const command of ['unpack', 'pack', 'diff', 'inspect', 'check']) {
      const help = (await runDrover(['solution', command, '--help'])).stdout.replace(/\s+/g, ' ')
      expect(help).toContain(`(default: ${maxUnpackedBytes / 1024 ** 2}, half of it in one file)`)
    }
    expect(maxEntryBytes * 2).toBe(maxUnpackedBytes)
    for (const size of ['0', '-1', '1.5', 'much']) expect((await solution('inspect', zip, '--max-size', size)).code).toBe(2)
  })
})

describe('the package type', () => {
  it.each([
    ['found beside the other', false],
    ['named', true],
  ])('both makes one folder of two zips, the managed one %s, and two zips of the folder', async (_how, isNamed) => {
    const one = await variant('x.zip', asItIs)
    const twin = await variant(isNamed ? 'elsewhere.zip' : 'x_managed.zip', managed)
    const source = join(folder, 'src')
    const unpacked = await solution('unpack', one, '--out', source, '--type', 'both', ...(isNamed ? ['--managed', twin] : []))
    expect([unpacked.error, unpacked.value?.type]).toEqual([undefined, 'both'])

    const packed = await solution('pack', source, '--out', join(folder, 'again.zip'), '--type', 'both')
    const again = [join(folder, 'again.zip'), join(folder, 'again_managed.zip')] as const
    expect([packed.error, packed.value?.zips.map(({ path, type }: { path: string; type: string }) => [path, type])]).toEqual([
      undefined,
      [
        [again[0], 'unmanaged'],
        [again[1], 'managed'],
      ],
    ])
    for (const [before, after, isManaged] of [
      [one, again[0], false],
      [twin, again[1], true],
    ] as const) {
      expect((await solution('diff', before, after, '--exit-code')).code).toBe(0)
      expect((await solution('inspect', after)).value.manifest.isManaged).toBe(isManaged)
    }
    expect((await solution('pack', source, '--out', again[0])).value.zips).toMatchObject([{ type: 'unmanaged' }])
    expect((await solution('pack', source, '--out', again[0], '--type', 'managed')).value.zips).toMatchObject([{ type: 'managed' }])
  })

  it("that is asked for and is not there ends with 1, in SolutionPackager's words", async () => {
    const words = 'Solution package type did not match requested type.'
    const source = join(folder, 'src')
    expect((await solution('unpack', zip, '--out', source, '--type', 'unmanaged')).value.type).toBe('unmanaged')
    for (const args of [
      ['unpack', zip, '--out', join(folder, 'out'), '--type', 'managed'],
      ['pack', source, '--out', join(folder, 'x.zip'), '--type', 'managed'],
      ['pack', source, '--out', join(folder, 'x.zip'), '--type', 'both'],
      ['unpack', zip, '--out', join(folder, 'out'), '--type', 'both', '--managed', zip],
    ]) {
      const ran = await solution(...args)
      expect([args, ran.code, ran.error?.code]).toEqual([args, 1, 'solution.wrong-package-type'])
      expect(ran.error?.message).toContain(words)
    }
    expect(readdirSync(folder)).toEqual(['src'])
  })
})

describe('a map of whole folders', () => {
  it('leaves what says that a file is there in the folder, and pack finds it there', async () => {
    const map = join(folder, 'map.xml')
    writeFileSync(map, '<Mapping><Folder map="WebResources" to="../web" /></Mapping>')
    const [source, whole] = [join(folder, 'src'), join(folder, 'whole')]
    expect((await solution('unpack', zip, '--out', whole)).code).toBe(0)
    expect((await solution('unpack', zip, '--out', source, '--map', map)).code).toBe(0)
    const files = (path: string) => readdirSync(join(path, 'WebResources'), { recursive: true }).map(String)
    expect(files(source).filter((name) => name.endsWith('.js'))).toEqual([])
    expect(files(source).filter((name) => name.endsWith('.data.xml'))).toEqual(files(whole).filter((name) => name.endsWith('.data.xml')))

    cpSync(join(whole, 'WebResources'), join(folder, 'web'), { recursive: true, filter: (path) => !path.endsWith('.data.xml') })
    const packed = await solution('pack', source, '--out', join(folder, 'again.zip'), '--map', map)
    expect(packed.value?.warnings).toMatchObject([{ code: 'solution.not-where-mapped' }])
    expect((await solution('diff', zip, join(folder, 'again.zip'), '--exit-code')).code).toBe(0)
  })
})

describe('a folder that holds several solutions', () => {
  it('is read by the one that is named', async () => {
    const source = join(folder, 'src')
    expect((await solution('unpack', zip, '--out', source, '--layout', 'yaml')).code).toBe(0)
    cpSync(join(source, 'solutions/ContosoInspection'), join(source, 'solutions/Another'), { recursive: true })
    for (const args of [
      ['inspect', source],
      ['check', source],
      ['diff', zip, source],
    ]) {
      expect((await solution(...args)).error?.code).toBe('solution.several-solutions')
      expect((await solution(...args, '--solution', 'ContosoInspection')).error).toBeUndefined()
    }
  })
})

describe('the managed zip', () => {
  it('makes unpack take both, and is refused where one of them is asked for', async () => {
    const twin = await variant('twin.zip', managed)
    const [source, other] = [join(folder, 'src'), join(folder, 'other')]
    expect((await solution('unpack', zip, '--managed', twin, '--out', source)).value).toMatchObject({ type: 'both' })
    const refused = await solution('unpack', zip, '--managed', twin, '--type', 'unmanaged', '--out', other)
    expect([refused.code, refused.error?.code]).toEqual([2, 'cli.usage'])
  })
})
