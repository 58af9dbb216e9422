import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as formatLibrary from '../../src/app/format-library.ts'
import { readZip } from '../../src/format/zip/read-zip.ts'
import { writeZip } from '../../src/format/zip/write-zip.ts'
import { forgeZip } from '../support/forged-zip.ts'

const conditions = ['module', 'browser', 'import', 'default']
/** The library as it is written, and as the build leaves it for others' bundlers. */
const libraries = [
  { from: 'its sources', file: pathOf('../../src/app/format-library.ts'), conditions: ['source', ...conditions] },
  { from: 'the build', file: pathOf('../../dist/app/format-library.js'), conditions },
] as const
const executablePath =
  process.env['DROVER_CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))

/** The library as a page has it. */
declare const drover: typeof formatLibrary

describe.skipIf(executablePath === undefined).each(libraries)(
  'drover/format of $from, in Chromium (skipped where none is installed; DROVER_CHROMIUM names one)',
  (library) => {
    let browser: Browser
    let page: Page
    let scripts: ReadonlyMap<string, string>
    const loaded: string[] = []

    beforeAll(async () => {
      scripts = await bundle(library)
      browser = await chromium.launch({
        executablePath: executablePath ?? '',
        args: [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-background-networking',
          '--disable-dev-shm-usage',
          '--no-first-run',
        ],
      })
      page = await browser.newPage()
      await page.route(`${site}**`, async (route) => {
        const name = route.request().url().slice(site.length)
        const script = scripts.get(name)
        if (script !== undefined) loaded.push(script)
        await route.fulfill(
          script === undefined ? { body: pageText, contentType: 'text/html' } : { body: script, contentType: 'text/javascript' },
        )
      })
      await page.goto(site)
      await page.waitForFunction(() => 'drover' in globalThis)
    })

    afterAll(async () => {
      await browser?.close()
    })

    it('reads a solution from its zip', async () => {
      const found = await page.evaluate(
        async (bytes) => {
          const { model } = await drover.readSolution(Uint8Array.from(bytes))
          return { name: model.manifest.uniqueName, version: model.manifest.version }
        },
        Array.from(await writeZip(solution)),
      )
      expect(found).toEqual({ name: 'Pets', version: expect.anything() })
    })

    it('compares two solutions', async () => {
      const [before, after] = await Promise.all([writeZip(solution), writeZip(newerSolution)])
      const lines = await page.evaluate(
        async (zips) => {
          const described = zips.map(async (zip) =>
            drover.describeSolution(await drover.packageOfTree(drover.openZip(Uint8Array.from(zip)))),
          )
          const [one = [], other = []] = await Promise.all(described)
          return drover.differenceText(drover.diffSolutions(one, other))
        },
        [Array.from(before), Array.from(after)],
      )
      expect(lines).toEqual(['solution: version 1.0.0.1 → 1.0.0.2'])
    })

    it('writes a zip that Node reads, and reads it back, large files too', async () => {
      const written = await page.evaluate(async () => {
        const large = new TextEncoder().encode(Array.from({ length: 200_000 }, (_, at) => `<row id="${at}"/>`).join(''))
        const files = [
          { path: 'größe.xml', bytes: large },
          { path: 'empty', bytes: new Uint8Array() },
          { path: 'one.bin', bytes: Uint8Array.of(1) },
        ]
        const bytes = await drover.writeZip(files)
        const read = await drover.readZip(bytes)
        const areSame = read.every(({ bytes: content }, at) => content.every((byte, place) => byte === files[at]?.bytes[place]))
        const isStable = (await drover.writeZip(files)).every((byte, place) => byte === bytes[place])
        return { bytes: Array.from(bytes), areSame, isStable }
      })
      expect(written).toMatchObject({ areSame: true, isStable: true })
      const files = await readZip(Uint8Array.from(written.bytes))
      expect(files.map(({ path, bytes }) => [path, bytes.length])).toEqual([
        ['größe.xml', 3_488_890],
        ['empty', 0],
        ['one.bin', 1],
      ])
    })

    it.for([
      ['that unpacks to more than it says', forgeZip([{ name: 'a', content: 'x'.repeat(5000), both: { size: 4000 } }])],
      ['that unpacks to less than it says', forgeZip([{ name: 'a', content: 'x'.repeat(5000), both: { size: 6000 } }])],
      ['with another checksum', forgeZip([{ name: 'a', content: 'x'.repeat(5000), both: { crc: 1 } }])],
      ['that something follows', forgeZip([{ name: 'a', content: 'x', both: { packedSize: 6 }, after: new Uint8Array(3) }])],
      ['that breaks off', forgeZip([{ name: 'a', content: 'x'.repeat(5000), both: { packedSize: 10 } }])],
    ] as const)('refuses an entry %s', async ([, zip]) => {
      const code = await page.evaluate(async (bytes) => {
        try {
          await drover.readZip(Uint8Array.from(bytes))
          return 'read'
        } catch (error) {
          return error instanceof drover.DroverError ? error.code : String(error)
        }
      }, Array.from(zip))
      expect(code).toBe('solution.corrupt-zip')
    })

    it('has loaded nothing of Node for all that', () => {
      const needs = loaded.flatMap((script) => script.match(/.*(?:["'`]node:|__vite-browser-external|\bBuffer\.|\bprocess\.\w).*/g) ?? [])
      expect(loaded.length).toBeGreaterThan(0)
      expect(needs).toEqual([])
    })
  },
)

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const solution = [
  {
    path: 'solution.xml',
    bytes: text(
      '<ImportExportXml><SolutionManifest><UniqueName>Pets</UniqueName><Version>1.0.0.1</Version><Managed>0</Managed>' +
        '<Publisher><UniqueName>petshop</UniqueName><CustomizationPrefix>pet</CustomizationPrefix></Publisher><RootComponents /></SolutionManifest></ImportExportXml>',
    ),
  },
  {
    path: 'customizations.xml',
    bytes: text('<ImportExportXml><Entities /><Languages><Language>1033</Language></Languages></ImportExportXml>'),
  },
]

const newerSolution = solution.map(({ path, bytes }) => ({
  path,
  bytes: text(new TextDecoder().decode(bytes).replace('<Version>1.0.0.1', '<Version>1.0.0.2')),
}))

const site = 'http://drover.test/'
const pageText =
  '<!doctype html><title>x</title><script type="module">import * as drover from "/drover.js"; globalThis.drover = drover</script>'

/** The library as a page's bundler makes it: scripts by name. Those for folders of Node are apart, and loaded by who names a folder. */
async function bundle(library: (typeof libraries)[number]): Promise<ReadonlyMap<string, string>> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    resolve: { conditions: [...library.conditions] },
    build: { write: false, target: 'es2022', minify: false, lib: { entry: library.file, formats: ['es'], fileName: () => 'drover.js' } },
  })
  const [output] = Array.isArray(built) ? built : [built]
  if (output === undefined || !('output' in output)) throw new Error('The library was not built.')
  return new Map(output.output.flatMap((part): [string, string][] => (part.type === 'chunk' ? [[part.fileName, part.code]] : [])))
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}
