import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { packSample } from '../support/product.ts'
import { runDrover, runSolution as solution } from '../support/run-drover.ts'

const dist = new URL('../../dist/', import.meta.url).href
const { readZip, writeZip } = (await import(`${dist}format/index.js`)) as typeof import('../../src/format/index.ts')
const bin = join(import.meta.dirname, '../../bin/drover.cjs')

let all: string
let folder: string
let v1: string
let v11: string

beforeAll(async () => {
  all = await mkdtemp(join(tmpdir(), 'drover-solution-files-'))
  v1 = join(all, 'sample_1.0.zip')
  v11 = join(all, 'sample_1.1.zip')
  writeFileSync(v1, await packSample('1.0.0.0'))
  writeFileSync(v11, await packSample('1.1.0.0'))
})
beforeEach(async () => {
  folder = await mkdtemp(join(all, 'case-'))
})
afterAll(() => rm(all, { recursive: true, force: true }))

async function unpack(zip: string, out: string, ...more: readonly string[]): Promise<string> {
  const ran = await solution('unpack', zip, '--out', out, ...more)
  expect([ran.code, ran.error]).toEqual([0, undefined])
  return out
}

/** Every file and folder below, with a digest of what it holds: two folders are the same when this is. */
function contentOf(path: string): Record<string, string> {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    entries
      .map((entry): [string, string] => {
        const place = join(entry.parentPath, entry.name)
        return [place.slice(path.length + 1), entry.isFile() ? createHash('sha256').update(readFileSync(place)).digest('hex') : 'folder']
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** The sample with so many more files that unpacking takes a while. */
async function largeSample(name: string, files: number): Promise<string> {
  const more = Array.from({ length: files }, (_, at) => ({
    path: `Attachments/${at % 97}/${at}.bin`,
    bytes: new TextEncoder().encode(`${name} ${at}\n`.repeat(100)),
  }))
  const path = join(all, `${name}.zip`)
  writeFileSync(path, await writeZip([...(await readZip(await packSample('1.0.0.0'))), ...more]))
  return path
}

describe('unpack and pack', () => {
  it('give back every file that was in the zip, byte for byte, but for the manifests that are written anew', async () => {
    const source = await unpack(v1, join(folder, 'src'))
    const zip = join(folder, 'again.zip')
    expect((await solution('pack', source, '--out', zip)).code).toBe(0)
    const kept = async (path: string) =>
      (await readZip(new Uint8Array(readFileSync(path))))
        .filter((file) => !['solution.xml', 'customizations.xml', '[Content_Types].xml'].includes(file.path))
        .map((file) => [file.path, Buffer.from(file.bytes).toString('base64')])
        .sort()
    expect(await kept(zip)).toEqual(await kept(v1))
    expect((await solution('diff', v1, zip, '--exit-code')).code).toBe(0)
  })

  it('say what was made', async () => {
    const ran = await solution('unpack', v1, '--out', join(folder, 'src'))
    expect(ran.value).toMatchObject({
      solution: 'ContosoInspection',
      version: '1.0.0.0',
      type: 'unmanaged',
      layout: 'xml',
      files: 38,
      warnings: [],
    })
    const packed = await solution('pack', join(folder, 'src'), '--out', join(folder, 'x.zip'), '--version', '1.2.3.4')
    expect(packed.value).toMatchObject({ zips: [{ path: join(folder, 'x.zip'), type: 'unmanaged', files: 9 }], warnings: [] })
    expect((await solution('inspect', join(folder, 'x.zip'))).value.manifest.version).toBe('1.2.3.4')
  })

  it('take the YAML layout as well, without being told', async () => {
    const yaml = await unpack(v1, join(folder, 'yaml'), '--layout', 'yaml')
    expect(existsSync(join(yaml, 'solutions/ContosoInspection/solution.yml'))).toBe(true)
    expect((await solution('diff', v1, yaml, '--exit-code')).code).toBe(0)
    expect((await solution('pack', yaml, '--out', join(folder, 'y.zip'))).code).toBe(0)
    expect((await solution('diff', v1, join(folder, 'y.zip'), '--exit-code')).code).toBe(0)
  })

  it('leave out and fetch what a map places elsewhere', async () => {
    // Locations count from the solution's folder, wherever the map itself lies.
    const map = join(folder, 'maps/of/map.xml')
    mkdirSync(join(folder, 'maps/of'), { recursive: true })
    writeFileSync(map, '<Mapping><FileToPath map="WebResources\\**\\*.js" to="..\\build\\**" /></Mapping>')
    const whole = await unpack(v1, join(folder, 'whole'))
    const script = Object.keys(contentOf(whole)).find((path) => path.endsWith('.js')) ?? ''
    const source = await unpack(v1, join(folder, 'src'), '--map', map)
    expect(Object.keys(contentOf(whole)).filter((path) => !(path in contentOf(source)))).toEqual([script])

    const absent = await solution('pack', source, '--out', join(folder, 'x.zip'), '--map', map)
    expect([absent.code, absent.error?.code]).toEqual([1, 'solution.file-missing'])
    mkdirSync(join(folder, 'build/release'), { recursive: true })
    renameSync(join(whole, script), join(folder, 'build/release', script.split('/').at(-1) ?? ''))
    expect((await solution('pack', source, '--out', join(folder, 'x.zip'), '--map', map)).error).toBeUndefined()
    expect((await solution('diff', v1, join(folder, 'x.zip'), '--exit-code')).code).toBe(0)
  })

  it('write no zip into the folder that is packed, nor over a folder', async () => {
    const source = await unpack(v1, join(folder, 'src'))
    expect((await solution('pack', source, '--out', join(source, 'x.zip'))).error?.code).toBe('solution.target-in-source')
    mkdirSync(join(folder, 'taken.zip'))
    expect((await solution('pack', source, '--out', join(folder, 'taken.zip'))).error?.code).toBe('solution.target-is-a-folder')
  })

  it('copy the screens of canvas apps for reviewers, and never pack the copies', async () => {
    const app = await writeZip([{ path: 'Src/App.pa.yaml', bytes: new TextEncoder().encode('App:\n') }])
    const zip = join(folder, 'canvas.zip')
    writeFileSync(
      zip,
      await writeZip([...(await readZip(await packSample('1.0.0.0'))), { path: 'CanvasApps/contoso_desk_DocumentUri.msapp', bytes: app }]),
    )
    const source = await unpack(zip, join(folder, 'src'), '--canvas-sources')
    expect(readFileSync(join(source, 'CanvasApps/contoso_desk_msapp_src/Src/App.pa.yaml'), 'utf8')).toBe('App:\n')
    expect((await solution('pack', source, '--out', join(folder, 'again.zip'))).error).toBeUndefined()
    const paths = (await readZip(new Uint8Array(readFileSync(join(folder, 'again.zip'))))).map((file) => file.path)
    expect(paths.filter((path) => path.startsWith('CanvasApps/'))).toEqual(['CanvasApps/contoso_desk_DocumentUri.msapp'])
  })

  it('make the same zip of the same files, whenever and in whatever order they were written', async () => {
    const [one, other] = [await unpack(v1, join(folder, 'one')), join(folder, 'other')]
    mkdirSync(other)
    for (const path of Object.keys(contentOf(one))
      .reverse()
      .filter((path) => contentOf(one)[path] !== 'folder')) {
      mkdirSync(join(other, path, '..'), { recursive: true })
      writeFileSync(join(other, path), readFileSync(join(one, path)))
    }
    for (const each of [one, other]) expect((await solution('pack', each, '--out', `${each}.zip`)).code).toBe(0)
    expect(readFileSync(`${other}.zip`).equals(readFileSync(`${one}.zip`))).toBe(true)
  })

  it('end as SolutionPackager does: 3 for a component that is not listed, 1 for a file that is missing or ill-formed', async () => {
    const optionSet = (source: string) => join(source, 'OptionSets', readdirSync(join(source, 'OptionSets'))[0] ?? '')
    const source = await unpack(v1, join(folder, 'unlisted'))
    const extra = readFileSync(optionSet(source), 'utf8').replace(/Name="[^"]*"/, 'Name="contoso_unlisted"')
    writeFileSync(join(source, 'OptionSets', 'contoso_unlisted.xml'), extra)
    const unlisted = await solution('pack', source, '--out', join(folder, 'a.zip'))
    expect([unlisted.code, unlisted.error?.code]).toEqual([3, 'solution.component-not-listed'])

    const missing = await unpack(v1, join(folder, 'missing'))
    rmSync(join(missing, 'Workflows', readdirSync(join(missing, 'Workflows')).find((name) => name.endsWith('.json')) ?? ''))
    expect((await solution('pack', missing, '--out', join(folder, 'b.zip'))).code).toBe(1)

    const broken = await unpack(v1, join(folder, 'broken'))
    writeFileSync(optionSet(broken), '<optionset>\n  <a></b>\n</optionset>')
    const ill = await solution('pack', broken, '--out', join(folder, 'c.zip'))
    expect([ill.code, ill.error?.message]).toEqual([1, expect.stringContaining('OptionSets/')])
    expect(readdirSync(folder).filter((name) => name.endsWith('.zip'))).toEqual([])
  })

  it('end with 0 and a warning when RootComponents list what no file gives', async () => {
    const source = await unpack(v1, join(folder, 'src'))
    rmSync(join(source, 'OptionSets'), { recursive: true })
    const ran = await runDrover(['solution', 'pack', source, '--out', join(folder, 'x.zip')])
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('warning: ')])
    const json = await solution('pack', source, '--out', join(folder, 'x.zip'))
    expect(json.value.warnings).toEqual([
      {
        code: expect.any(String),
        message: expect.stringContaining('contoso_'),
        ...(json.value.warnings[0].path ? { path: expect.any(String) } : {}),
      },
    ])
  })

  it('end with 4 for what is not there, and 2 for a wrong command line', async () => {
    expect((await solution('unpack', join(folder, 'no.zip'), '--out', join(folder, 'x'))).code).toBe(4)
    expect((await solution('pack', join(folder, 'no'), '--out', join(folder, 'x.zip'))).code).toBe(4)
    expect((await solution('unpack', v1, '--out', join(folder, 'x'), '--type', 'both')).error?.message).toContain('sample_1.0_managed.zip')
    expect((await solution('unpack', v1)).code).toBe(2)
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('diff', () => {
  it('ends with 1 only when it is asked to and something differs', async () => {
    expect((await solution('diff', v1, v11)).code).toBe(0)
    expect((await solution('diff', v1, v11, '--exit-code')).code).toBe(1)
    expect((await solution('diff', v1, v1, '--exit-code')).code).toBe(0)
    expect((await solution('diff', v1, join(folder, 'no.zip'), '--exit-code')).code).toBe(4)
    writeFileSync(join(folder, 'text.zip'), 'no zip at all')
    expect((await solution('diff', v1, join(folder, 'text.zip'), '--exit-code')).code).toBe(3)
  })

  it('tells what may be lost first', async () => {
    const { stdout } = await runDrover(['solution', 'diff', v1, v11])
    expect(stdout).toMatch(/^Destructive\n {2}.*\n[^]*Behavioural\n[^]*maximum length 100 → 2000[^]*Additive\n/)
  })
})

describe('inspect and check', () => {
  it('say the same of a zip and of its folder, whose manifest is sorted', async () => {
    const source = await unpack(v1, join(folder, 'src'))
    const sorted = (value: unknown): unknown =>
      Array.isArray(value) ? value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value
    for (const command of ['inspect', 'check']) {
      const [zip, unpacked] = [await solution(command, v1), await solution(command, source)]
      const [one, other] = [zip, unpacked].map(({ value }) => JSON.parse(JSON.stringify(value, (_, each) => sorted(each))) as unknown)
      expect([unpacked.code, other]).toEqual([0, one])
    }
  })
})

describe('the target of an unpack', () => {
  it('is refused when it holds anything, unless it is to be replaced', async () => {
    const source = await unpack(v1, join(folder, 'src'))
    const before = contentOf(folder)
    const again = await solution('unpack', v11, '--out', source)
    expect([again.code, again.error?.code, again.error?.hint]).toEqual([1, 'solution.target-not-empty', expect.stringContaining('--clean')])
    expect(contentOf(folder)).toEqual(before)
    await unpack(v11, source, '--clean')
    await unpack(v11, join(folder, 'fresh'))
    expect(contentOf(source)).toEqual(contentOf(join(folder, 'fresh')))
  })

  it('is never replaced when it is no unpacked solution, or holds more than one', async () => {
    const source = await unpack(v1, join(folder, 'src'))
    const cases: [string, () => void, string][] = [
      [
        'other',
        () => (mkdirSync(join(folder, 'other')), writeFileSync(join(folder, 'other', 'thesis.txt'), '…')),
        'solution.target-not-a-solution',
      ],
      ['src', () => writeFileSync(join(source, 'README.md'), 'ours'), 'solution.target-has-other-files'],
      [
        'src',
        () => (rmSync(join(source, 'README.md')), mkdirSync(join(source, 'docs')), writeFileSync(join(source, 'docs/a.md'), '')),
        'solution.target-has-other-files',
      ],
      ['src', () => (rmSync(join(source, 'docs'), { recursive: true }), mkdirSync(join(source, '.git'))), 'solution.target-is-repository'],
    ]
    for (const [name, prepare, code] of cases) {
      prepare()
      const before = contentOf(folder)
      const ran = await solution('unpack', v11, '--out', join(folder, name), '--clean')
      expect([ran.code, ran.error?.code]).toEqual([1, code])
      expect(contentOf(folder)).toEqual(before)
    }
  })

  it('keeps the files by which Git treats it', async () => {
    const source = await unpack(v1, join(folder, 'src'))
    writeFileSync(join(source, '.gitattributes'), '*.xml text eol=lf\n')
    await unpack(v11, source, '--clean')
    expect(readFileSync(join(source, '.gitattributes'), 'utf8')).toBe('*.xml text eol=lf\n')
    expect((await solution('pack', source, '--out', join(folder, 'x.zip'))).code).toBe(0)
  })

  it('is refused when it is a file, a link, in a file, around the zip or around the caller', async () => {
    writeFileSync(join(folder, 'file'), '')
    mkdirSync(join(folder, 'real'))
    symlinkSync(join(folder, 'real'), join(folder, 'link'))
    const source = await unpack(v1, join(folder, 'src'))
    writeFileSync(join(source, 'Other', 'in.zip'), readFileSync(v1))
    const before = contentOf(folder)
    for (const [out, code, zip] of [
      ['file', 'solution.target-not-a-folder', v1],
      ['file/below', 'solution.target-not-a-folder', v1],
      ['link', 'solution.symlink', v1],
      ['src', 'solution.target-holds-input', join(source, 'Other', 'in.zip')],
    ] as const) {
      const ran = await solution('unpack', zip, '--out', join(folder, out), '--clean')
      expect([out, ran.code, ran.error?.code]).toEqual([out, 1, code])
    }
    const inside = spawnSync(process.execPath, [bin, 'solution', 'unpack', v1, '--out', '.', '--clean', '--json'], { cwd: source })
    expect([inside.status, inside.stderr.toString()]).toEqual([1, expect.stringContaining('solution.target-in-use')])
    expect(contentOf(folder)).toEqual(before)
  })

  it.skipIf(process.platform !== 'linux')('is refused when its folder may not be written', async () => {
    const ran = await solution('unpack', v1, '--out', '/proc/self/task/src')
    expect([ran.code, ran.error?.code]).toEqual([1, 'solution.target-unwritable'])
  })

  it('is left alone when a file cannot be written whole', async () => {
    const zip = await largeSample('for-a-full-disk', 600)
    const source = await unpack(v1, join(folder, 'src'))
    const before = contentOf(folder)
    // 512 bytes are the most that a file may have here.
    const command = [
      '-c',
      'ulimit -f 1 && exec "$@"',
      'sh',
      process.execPath,
      bin,
      'solution',
      'unpack',
      zip,
      '--out',
      source,
      '--clean',
      '--json',
    ]
    const ran = spawnSync('/bin/sh', command)
    expect([ran.status, ran.stderr.toString()]).toEqual([1, expect.stringContaining('solution.disk-full')])
    expect(contentOf(folder)).toEqual(before)
  })
})

describe('a zip that means harm', () => {
  const bytes = new TextEncoder().encode('x')

  it.each([
    ['leads out of the folder', '../../evil.txt'],
    ['is absolute', '/tmp/evil.txt'],
    ['names a device', 'Workflows/CON.json'],
    ['writes into Git', 'Workflows/.git/config'],
  ])('writes nothing when a name %s', async (_what, path) => {
    const zip = join(folder, 'evil.zip')
    writeFileSync(zip, await writeZip([...(await readZip(await packSample('1.0.0.0'))), { path: 'Workflows/harmless--------', bytes }]))
    // The writer would refuse the name; so it is put in afterwards, at the same length.
    const from = Buffer.from('Workflows/harmless--------')
    const to = Buffer.from(path.padEnd(from.length, path.endsWith('config') ? 'g' : 'x'))
    writeFileSync(
      zip,
      Buffer.from(readFileSync(zip).toString('latin1').replaceAll(from.toString('latin1'), to.toString('latin1')), 'latin1'),
    )
    const before = contentOf(folder)
    const ran = await solution('unpack', zip, '--out', join(folder, 'deep', 'er', 'src'))
    expect(ran.error?.code).toMatch(/^solution\./)
    expect(Object.keys(contentOf(folder)).filter((name) => !(name in before))).toEqual(
      ['deep', 'deep/er'].filter((name) => existsSync(join(folder, name))),
    )
    expect(existsSync('/tmp/evil.txt')).toBe(false)
  })
})

describe('a folder to pack', () => {
  it('is refused when it holds links, to files or to folders', async () => {
    const source = await unpack(v1, join(folder, 'src'))
    for (const [name, target] of [
      ['secret', '/etc/passwd'],
      ['folder', '/etc'],
    ] as const) {
      const link = join(source, 'WebResources', name)
      symlinkSync(target, link)
      const ran = await solution('pack', source, '--out', join(folder, 'x.zip'))
      expect([ran.code, ran.error?.code, ran.error?.message]).toEqual([1, 'solution.symlink', expect.stringContaining(link)])
      rmSync(link)
    }
  })

  it('is read without what Git and desktops leave in it', async () => {
    const source = await unpack(v1, join(folder, 'src'))
    expect((await solution('pack', source, '--out', join(folder, 'a.zip'))).code).toBe(0)
    mkdirSync(join(source, '.git'))
    for (const name of ['.git/HEAD', 'Workflows/.DS_Store', 'Entities/Thumbs.db', '.gitignore']) writeFileSync(join(source, name), 'x')
    expect((await solution('pack', source, '--out', join(folder, 'b.zip'))).code).toBe(0)
    expect(readFileSync(join(folder, 'b.zip')).equals(readFileSync(join(folder, 'a.zip')))).toBe(true)
  })
})

describe('an interrupted run', () => {
  function start(...args: readonly string[]) {
    const child = spawn(process.execPath, [bin, 'solution', ...args], { stdio: 'ignore' })
    return { child, ended: new Promise<number | string>((resolve) => child.once('close', (code, signal) => resolve(signal ?? code ?? -1))) }
  }

  async function untilFiles(path: string, count: number): Promise<void> {
    for (const deadline = Date.now() + 240_000; Date.now() < deadline; await pause(1)) {
      const fresh = readdirSync(path).find((name) => name.includes('.drover-new-'))
      if (fresh !== undefined && readdirSync(join(path, fresh), { recursive: true }).length >= count) return
    }
    throw new Error('Unpacking did not begin.')
  }

  it.each([0, 1, 300, 1500])(
    'that is killed after %i files leaves the old folder whole, and the next one leaves nothing of it',
    async (files) => {
      const zip = await largeSample('killed', 6000)
      const source = await unpack(v1, join(folder, 'src'))
      const before = contentOf(source)
      const { child, ended } = start('unpack', zip, '--out', source, '--clean')
      await untilFiles(folder, files)
      child.kill('SIGKILL')
      expect(await ended).toBe('SIGKILL')
      expect(contentOf(source)).toEqual(before)
      expect(readdirSync(folder)).toHaveLength(2)
      await unpack(v11, source, '--clean')
      expect(readdirSync(folder)).toEqual(['src'])
    },
  )

  it('that is killed while old and new change places is put right by whoever names the folder next', async () => {
    const source = await unpack(v1, join(folder, 'src'))
    const before = contentOf(source)
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    for (const args of [
      ['inspect', source],
      ['pack', source, '--out', join(folder, 'x.zip')],
    ]) {
      renameSync(source, join(folder, `.src.drover-old-${dead}`))
      expect((await solution(...args)).code).toBe(0)
      expect(contentOf(source)).toEqual(before)
    }
    renameSync(source, join(folder, `.src.drover-old-${dead}`))
    mkdirSync(join(folder, `.src.drover-new-${dead}`))
    expect((await solution('unpack', v11, '--out', source)).error?.code).toBe('solution.target-not-empty')
    expect(readdirSync(folder).sort()).toEqual(['src', 'x.zip'])
  })

  it('that Ctrl-C ends leaves nothing behind and ends with 130', async () => {
    const zip = await largeSample('stopped', 6000)
    const source = await unpack(v1, join(folder, 'src'))
    const before = contentOf(folder)
    const { child, ended } = start('unpack', zip, '--out', source, '--clean')
    await untilFiles(folder, 10)
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(contentOf(folder)).toEqual(before)
  })

  it('that Ctrl-C ends late, when another thread is writing, ends no other way', async () => {
    const zip = await largeSample('stopped late', 12_000)
    const { child, ended } = start('unpack', zip, '--out', join(folder, 'src'))
    await untilFiles(folder, 1500)
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(readdirSync(folder)).toEqual([])
  })

  it('that a fault in the last file ends says so, and nothing else', async () => {
    const zip = await largeSample('faulty', 6000)
    const bytes = readFileSync(zip)
    // The checksum of the last entry, in the directory and before its content.
    const inDirectory = bytes.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'))
    const local = bytes.readUInt32LE(inDirectory + 42)
    for (const at of [inDirectory + 16, local + 14]) bytes.writeUInt32LE(0x12345678, at)
    const faulty = join(folder, 'faulty.zip')
    writeFileSync(faulty, bytes)
    const ran = await solution('unpack', faulty, '--out', join(folder, 'src'))
    expect([ran.code, ran.error?.code]).toEqual([1, 'solution.corrupt-zip'])
    expect(readdirSync(folder)).toEqual(['faulty.zip'])
  })

  it('of pack leaves the old zip', async () => {
    const source = await unpack(await largeSample('packed', 6000), join(folder, 'src'))
    const zip = join(folder, 'x.zip')
    writeFileSync(zip, 'the old one')
    const { child, ended } = start('pack', source, '--out', zip)
    await pause(200)
    child.kill('SIGKILL')
    await ended
    expect(readFileSync(zip, 'utf8')).toBe('the old one')
    expect((await solution('pack', source, '--out', zip)).code).toBe(0)
    expect(readdirSync(folder).sort()).toEqual(['src', 'x.zip'])
  })
})
