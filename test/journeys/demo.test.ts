import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { writeZip } from '#format'
import type { DroverProcess } from '../support/drover-process.ts'
import { allEnded, descendants, listProcesses, startDrover } from '../support/drover-process.ts'
import { runDrover } from '../support/run-drover.ts'

/** Where root keeps the databases of workspaces that the database user cannot reach. */
const systemFolder = '/var/lib/drover'
const text = (content: string) => new TextEncoder().encode(content)
let folder: string
const started: DroverProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-demo-'))
  await mkdir(join(folder, 'temporary'))
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.dispose()))
})
afterAll(async () => {
  for (const database of await databasesOutside()) await rm(database, { recursive: true })
  await rm(folder, { recursive: true, force: true })
})

function start(...args: string[]): DroverProcess {
  // What lies in the temporary folder is tidied up more freely; this workspace is to be like any other.
  const demo = startDrover(['demo', ...args], { cwd: folder, env: { TMPDIR: join(folder, 'temporary') } })
  started.push(demo)
  return demo
}

describe('drover demo', () => {
  it('runs again at once after a kill -9 in its middle, is left alone by another, and leaves neither processes nor databases behind', async () => {
    const killed = start()
    await killed.said('Export, source, checks, seal')
    const processes = await descendants(killed.pid)
    killed.kill('SIGKILL')
    await killed.ended

    const next = start()
    await next.said('configuration in force')
    const another = start()
    expect(await another.ended).toBe(1)
    expect(another.output()).toContain('[workspace.in-use]')
    expect(await next.ended, next.output()).toBe(0)
    expect(next.output()).toContain('chain intact')

    await allEnded(processes)
    expect((await listProcesses()).filter((each) => each.command.includes(folder))).toEqual([])
    expect((await databasesOutside()).length).toBeLessThanOrEqual(1)
    await expectLookNext()
  })

  /** What the demo's last line promises: everything is there, the environments included. */
  async function expectLookNext(): Promise<void> {
    const workspace = join(folder, '.drover', 'demo')
    const drover = startDrover(['up', '--workspace', workspace, '--port', '0'], { cwd: folder })
    started.push(drover)
    await drover.said('Ctrl-C stops everything.')
    const shown = await runDrover(['env', 'show', 'prod', '--workspace', workspace, '--json'])
    expect(shown.code, shown.stderr).toBe(0)
    expect(shown.stdout).toContain('ContosoInspection')
    drover.interrupt()
    expect(await drover.ended).toBe(0)
  }

  it('ends on Ctrl-C, with all that it started', async () => {
    const demo = start()
    await demo.said('configuration in force')
    const processes = await descendants(demo.pid)
    expect(processes.length).toBeGreaterThan(2)
    demo.interrupt()
    expect(await demo.ended).toBe(1)
    expect(demo.output()).toContain('[demo.stopped]')
    expect(demo.output()).not.toContain('Where it is now')
    await allEnded(processes, 1_000)
  })

  it.each(['3', '4'])('takes Tier %s to Production, with the sign-off of everybody whom the tier asks', async (tier) => {
    const demo = start('--tier', tier)
    expect(await demo.ended, demo.output()).toBe(0)
    for (const gate of ['review', 'automated-tests', 'uat', 'test-lead', 'security', 'cab', 'approval'])
      expect(demo.output()).toMatch(new RegExp(`✔ gate ${gate}: .+: Said yes`))
    expect(demo.output()).toMatch(/Production\s+1\.0\.0\.0 managed/)
  })

  it('refuses Tier 1 the way to Production, and proposes Tier 2', async () => {
    const demo = start('--tier', '1')
    expect(await demo.ended).toBe(3)
    expect(demo.output()).toContain('[TIER-04]')
    expect(demo.output()).toMatch(/→ .*Tier 2/)
  })
})

describe('a file of the user', () => {
  it.each([
    ['that is managed', 'managed.zip', managedSolution, 3, 'demo.managed', /→ .*unmanaged/],
    ['that is no zip', 'letter.zip', async () => text('Dear sir or madam'), 3, 'solution.not-a-zip', /→ \w/],
    ['that is not there', 'nowhere.zip', undefined, 4, 'file.absent', /→ \w/],
  ] as const)('%s is told so, before anything is started', async (_what, name, make, code, errorCode, hint) => {
    if (make !== undefined) await writeFile(join(folder, name), await make())
    const demo = start(name)
    expect(await demo.ended).toBe(code)
    expect(demo.output()).toContain(`[${errorCode}]`)
    expect(demo.output()).toMatch(hint)
    expect(demo.output()).not.toContain('database ready')
  })
})

async function managedSolution(): Promise<Uint8Array> {
  const sample = join(import.meta.dirname, '../../samples/contoso-inspection/1.0.0.0')
  const manifest = (await readFile(join(sample, 'solution.xml'), 'utf8')).replace('<Managed>0</Managed>', '<Managed>1</Managed>')
  expect(manifest).toContain('<Managed>1</Managed>')
  return writeZip([
    { path: 'solution.xml', bytes: text(manifest) },
    { path: 'customizations.xml', bytes: await readFile(join(sample, 'customizations.xml')) },
    { path: '[Content_Types].xml', bytes: await readFile(join(sample, '[Content_Types].xml')) },
  ])
}

/** Data folders that were put outside of this test's workspace. */
async function databasesOutside(): Promise<readonly string[]> {
  const found: string[] = []
  for (const name of await readdir(systemFolder).catch(() => [])) {
    const origin = await readFile(join(systemFolder, name, 'workspace.txt'), 'utf8').catch(() => '')
    if (origin.startsWith(`${folder}/`)) found.push(join(systemFolder, name))
  }
  return found
}
