import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packSample } from '../support/product.ts'

const root = join(import.meta.dirname, '../..')
const examples = [...readFileSync(join(root, 'docs/solution-files.md'), 'utf8').matchAll(/```ts\n([^]*?)```/g)].map(
  (match) => match[1] ?? '',
)

/** A program of somebody else's, which has Drover among its packages. */
let project: string
let zip: string

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'drover-library-'))
  mkdirSync(join(project, 'node_modules', '@types'), { recursive: true })
  symlinkSync(root, join(project, 'node_modules', 'drover'))
  symlinkSync(join(root, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'))
  symlinkSync(join(root, 'node_modules/undici-types'), join(project, 'node_modules/undici-types'))
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  for (const [at, text] of examples.entries()) writeFileSync(join(project, `example-${at}.ts`), text)
  zip = join(project, 'sample.zip')
  writeFileSync(zip, await packSample('1.0.0.0'))
})
afterAll(() => rm(project, { recursive: true, force: true }))

function typescript(...args: readonly string[]) {
  const ran = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...args], { cwd: project })
  return ran.stdout.toString()
}

describe('the examples of docs/solution-files.md', () => {
  it('hold against the types that the build writes, in a strict project', () => {
    const options = [
      '--strict',
      '--target',
      'es2023',
      '--module',
      'nodenext',
      '--moduleResolution',
      'nodenext',
      '--types',
      'node',
      '--rootDir',
      '.',
      '--outDir',
      'out',
    ]
    expect(typescript(...options, ...examples.map((_, at) => `example-${at}.ts`))).toBe('')
  })

  it('do what they say', async () => {
    const folder = join(project, 'source')
    const ran = spawnSync(process.execPath, ['out/example-0.js', zip, folder, join(project, 'again.zip')], { cwd: project })
    expect([ran.status, ran.stderr.toString(), ran.stdout.toString()]).toEqual([0, '', '0 warnings\n'])
    expect(existsSync(join(folder, 'Other/Solution.xml'))).toBe(true)
    const { flowsThatAreOn, flowsOfSource, sourceOf } = (await import(pathToFileURL(join(project, 'out/example-1.js')).href)) as {
      flowsThatAreOn(zip: Uint8Array): Promise<string[]>
      flowsOfSource(files: unknown): Promise<number>
      sourceOf(zip: Uint8Array): Promise<unknown>
    }
    const [bytes, again] = [readFileSync(zip), readFileSync(join(project, 'again.zip'))].map((each) => new Uint8Array(each))
    expect(await flowsThatAreOn(again ?? new Uint8Array())).toEqual(await flowsThatAreOn(bytes ?? new Uint8Array()))
    expect(await flowsOfSource(await sourceOf(bytes ?? new Uint8Array()))).toBe(2)
  })

  it('compare two versions', async () => {
    const { differenceOf, lossesOf } = (await import(pathToFileURL(join(project, 'out/example-2.js')).href)) as {
      differenceOf(before: Uint8Array, after: Uint8Array): Promise<{ readonly components: readonly unknown[] }>
      lossesOf(difference: unknown): string[]
    }
    const [before, after] = [await packSample('1.0.0.0'), await packSample('1.1.0.0')]
    expect(lossesOf(await differenceOf(before, after))).toEqual([expect.stringContaining('column Inspector removed')])
    expect(await differenceOf(before, before)).toEqual({ components: [] })
  })
})
