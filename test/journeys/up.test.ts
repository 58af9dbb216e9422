import { chmod, chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { allEnded, childOf, databasePort, descendants, isRunning, listProcesses, occupy, poll } from '../support/drover-process.ts'
import type { Ports, SpawnedDrover } from '../support/spawned-drover.ts'
import { asStack, choosePorts, readAccess, spawnUp, up } from '../support/spawned-drover.ts'
import { createRehearsal, granted, loadMaterial, prepareRelease, testStage } from '../support/product.ts'
import { awaitEnd, rehearseSample } from '../support/world-of-one.ts'

const isRoot = process.getuid?.() === 0
let folder: string
let workspace: string
let ports: Ports
const started: SpawnedDrover[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-up-'))
  workspace = join(folder, 'workspace')
  ports = await choosePorts()
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((each) => each.dispose()))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function start(): Promise<SpawnedDrover> {
  const drover = await up(workspace, ports)
  started.push(drover)
  return drover
}

describe('drover up', () => {
  it('serves page and API, and a first configuration is in force', async () => {
    const drover = await start()
    const page = await fetch(drover.url)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')])
    const description = (await (await fetch(`${drover.url}/api/v1/openapi.json`)).json()) as { openapi: string }
    expect(description.openapi).toMatch(/^3\.1/)
    const run = await asPeople(drover)
    const { configuration } = granted(await (await run.as('pat')).loadConfiguration())
    expect(configuration.environments.map((environment) => environment.url)).toEqual(
      ['dev', 'test', 'prod'].map((name) => `http://127.0.0.1:${ports.emulator}/${name}`),
    )
    drover.interrupt()
    await drover.ended
  })

  it.each([
    ['Ctrl-C in its terminal', (drover: SpawnedDrover) => drover.interrupt()],
    ['SIGTERM to it alone', (drover: SpawnedDrover) => drover.kill('SIGTERM')],
  ])('stops everything that it started on %s', async (_how, stop) => {
    const drover = await start()
    const processes = await descendants(drover.pid)
    for (const part of ['postgres', 'emulator-process', 'worker-process'])
      expect(processes.map((each) => each.command)).toContainEqual(expect.stringContaining(part))
    const taken = [ports.web, ports.emulator, await databasePort(workspace)]
    for (const port of taken) await expect(occupy(port), `port ${port} is in use`).rejects.toMatchObject({ code: 'EADDRINUSE' })
    stop(drover)
    expect(await drover.ended).toBe(0)
    expect((await listProcesses()).filter((each) => processes.some(({ pid }) => pid === each.pid))).toEqual([])
    for (const port of taken) await (await occupy(port)).free()
  })

  it('stops everything also when Ctrl-C comes while it is still starting', async () => {
    const drover = spawnUp(workspace, ports)
    started.push(drover)
    await drover.said('local environments')
    const processes = await descendants(drover.pid)
    drover.interrupt()
    expect(await drover.ended, drover.output()).toBe(0)
    await allEnded(processes, 1_000)
  })

  it('is refused on a workspace that is in use, and harms nothing', async () => {
    const first = await start()
    const before = await readAccess(workspace)
    const processes = await descendants(first.pid)
    const second = spawnUp(workspace, await choosePorts())
    started.push(second)
    expect(await second.ended).toBe(1)
    expect(second.output()).toContain('[workspace.in-use]')
    expect(second.output()).toContain('Stop it first')
    expect(await readAccess(workspace)).toBe(before)
    for (const { pid } of processes.filter((each) => each.command.includes('-process.js'))) expect(await isRunning(pid)).toBe(true)
    expect((await fetch(`${first.url}/health`)).status).toBe(200)
  })

  it.each([
    ['web', 'server.port-taken', '--port'],
    ['emulator', 'emulator.cannot-listen', '--emulator-port'],
  ] as const)('says which port is taken (%s), what to do, and leaves no process', async (which, code, option) => {
    const thief = await occupy(ports[which])
    const drover = spawnUp(workspace, ports)
    started.push(drover)
    expect(await drover.ended).toBe(1)
    await thief.free()
    expect(drover.output()).toContain(`[${code}]`)
    expect(drover.output()).toContain(String(ports[which]))
    expect(drover.output()).toContain(option)
    const dataFolder = await dataFolderOf(workspace)
    expect((await listProcesses()).filter((each) => each.command.includes(dataFolder))).toEqual([])
    for (const port of [ports.web, ports.emulator, await databasePort(workspace)]) await (await occupy(port)).free()
  })
})

describe('after kill -9', () => {
  it('of the worker, another one does the work; of the local environments, they come back at the same address with what they had', async () => {
    const drover = await start()
    const stack = await asStack(drover, workspace, ports)
    const run = await rehearseSample(stack)
    const worker = await childOf(drover.pid, 'worker-process')
    process.kill(worker.pid, 'SIGKILL')
    await allEnded([worker])
    const release = await prepareRelease(run, 'ContosoInspection')
    expect((await childOf(drover.pid, 'worker-process')).pid).not.toBe(worker.pid)
    expect(release.solution).toBe('ContosoInspection')

    const pat = await run.as('pat')
    const before = granted(await pat.inspectEnvironment({ environmentId: devId })).solutions
    expect(before.map((solution) => solution.uniqueName)).toContain('ContosoInspection')
    const emulator = await childOf(drover.pid, 'emulator-process')
    process.kill(emulator.pid, 'SIGKILL')
    await allEnded([emulator])
    await childOf(drover.pid, 'emulator-process')
    await poll('an answer at the old address', () =>
      fetch(stack.platformUrl).then(
        () => true,
        () => false,
      ),
    )
    expect(granted(await pat.inspectEnvironment({ environmentId: devId })).solutions).toEqual(before)
  })

  it('of everything at once, its processes end by themselves, and the next start goes on where it was', async () => {
    const first = await start()
    const stack = await asStack(first, workspace, ports)
    const run = await rehearseSample(stack)
    const release = await prepareRelease(run, 'ContosoInspection')
    const ada = await run.as('ada')
    const before = granted(await ada.loadConfiguration())
    const { promotionId } = granted(await ada.requestPromotion({ releaseId: release.id, stageId: testStage })).promotion.request
    await poll('the attempt at work', async () => granted(await ada.loadPromotion({ promotionId })).promotion.status.state === 'running')
    const processes = await descendants(first.pid)
    first.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')

    const second = await start()
    await allEnded(processes)
    const again = await asPeople(second)
    const ended = await awaitEnd(again, promotionId)
    expect(ended.promotion.status.state).toBe('succeeded')
    const asAda = await again.as('ada')
    expect(granted(await asAda.loadConfiguration())).toEqual(before)
    expect(granted(await asAda.loadRelease({ releaseId: release.id })).release).toEqual(release)
  })
})

describe('as a normal user', () => {
  const nobody = { uid: 65_534, gid: 65_534 }

  it('drover up starts and stops', async (context) => {
    if (!isRoot) return context.skip('every other test already runs as a normal user')
    if (!mayReadCheckout()) return context.skip('the checkout lies below a folder that only root may enter')
    await chmod(folder, 0o755)
    const home = join(folder, 'home')
    await mkdir(home)
    await chown(home, nobody.uid, nobody.gid)
    const own = join(home, 'workspace')
    const itsPorts = await choosePorts()
    const drover = await up(own, itsPorts, { ...nobody, cwd: home, env: { HOME: home } })
    started.push(drover)
    const stack = await asStack(drover, own, itsPorts)
    const release = await prepareRelease(await rehearseSample(stack), 'ContosoInspection')
    expect(release.version).toMatch(/^\d/)
    expect(await dataFolderOf(own)).toBe(join(own, 'postgres', 'data'))
    drover.interrupt()
    expect(await drover.ended).toBe(0)
  })

  function mayReadCheckout(): boolean {
    const main = join(import.meta.dirname, '../../dist/app/main.js')
    const asNobody = spawnSync(process.execPath, ['--eval', `require('node:fs').accessSync(${JSON.stringify(main)})`], nobody)
    return asNobody.status === 0
  }
})

const devId = toId<EnvironmentId>('dev')

/** The people of a spawned stack, at its API. */
async function asPeople(drover: SpawnedDrover) {
  const material = await loadMaterial(undefined)
  if (!material.ok) throw new Error(material.refusal.message)
  return createRehearsal({ drover: await asStack(drover, workspace, ports), material: material.value, tier: 2, say: () => undefined })
}

async function dataFolderOf(ofWorkspace: string): Promise<string> {
  const { dataFolder } = JSON.parse(await readFile(join(ofWorkspace, 'database.json'), 'utf8')) as { dataFolder: string }
  return dataFolder.startsWith('/') ? dataFolder : join(ofWorkspace, dataFolder)
}
