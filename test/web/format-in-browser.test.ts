import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as formatLibrary from '../../src/app/format-library.ts'
import { readZip } from '../../src/format/zip/read-zip.ts'
import { writeZip } from '../../src/format/zip/write-zip.ts'
import { forgeZip } from '../support/forged-zip.ts'

const libraryFile = fileURLToPath(new URL('../../src/app/format-library.ts', import.meta.url))
const browserCodec = fileURLToPath(new URL('../../src/format/zip/codec/browser.ts', import.meta.url))
const executablePath =
  process.env['DROVER_CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))

/** The library as a page has it. */
declare const drover: typeof formatLibrary

describe.skipIf(executablePath === undefined)(
  'drover/format, in Chromium (skipped where none is installed; DROVER_CHROMIUM names one)',
  () => {
    let browser: Browser
    let page: Page
    let script: string

    beforeAll(async () => {
      script = await bundle()
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
      await page.addScriptTag({ content: script })
    })

    afterAll(async () => {
      await browser?.close()
    })

    it('needs nothing of Node', () => {
      expect(script).not.toMatch(/["'`]node:|__vite-browser-external|\bBuffer\.|\bprocess\./)
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
          return error instanceof Error && 'code' in error ? error.code : String(error)
        }
      }, Array.from(zip))
      expect(code).toBe('solution.corrupt-zip')
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

/** The library as one script, made as a page's bundler makes it. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    resolve: {
      conditions: ['source', 'module', 'browser', 'import', 'default'],
      alias: [{ find: /^\.\/codec\/node\.ts$/, replacement: browserCodec }],
    },
    build: { write: false, target: 'es2022', minify: false, lib: { entry: libraryFile, formats: ['iife'], name: 'drover' } },
  })
  const [output] = Array.isArray(built) ? built : [built]
  if (output === undefined || !('output' in output)) throw new Error('The library was not built.')
  const [chunk] = output.output
  return chunk.code
}
