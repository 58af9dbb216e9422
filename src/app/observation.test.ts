import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFence } from '#adapters/durable'
import { migrate } from '#adapters/store'
import type { EnvironmentRecord } from '#domain/drift'
import type { Observation } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Instant, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { EngineDependencies, WorkerDependencies } from '#engine'
import { createEngine, createObservationSchedule } from '#engine'
import type { Environments } from '#engine/ports'
import { handMade } from '../../test/conformance/hand-made.ts'
import type { Organisation } from '../../test/conformance/organisation.ts'
import { importSolution, openLocal, rowsOf } from '../../test/conformance/organisation.ts'
import { takeObservation } from '../engine/observation/take-observation.ts'
import { buildConfiguration } from '../../test/support/domain-builders.ts'
import type { ObserverWorld } from '../../test/support/observer.ts'
import { openObserver } from '../../test/support/observer.ts'
import type { Database } from './embedded-database.ts'
import { startDatabase } from './embedded-database.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const boats = (name: string, publisher: string) => ({
  name,
  publisher,
  version: '1.0.0.0',
  isManaged: true,
  tables: [{ name: `${name.toLowerCase()}_boat`, columns: [{ name: `${name.toLowerCase()}_sail` }] }],
})

let folder: string
let database: Database
let organisation: Organisation
let world: ObserverWorld
let deps: EngineDependencies
let close: () => Promise<void>
let configuration: Configuration
let skippedMs = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-observation-'))
  database = await startDatabase({ workspace: folder, log: silent })
  organisation = await openLocal({ clockScale: 200, tokenLifetimeSeconds: 1_000_000 })
  for (const solution of [boats('Permits', 'contoso'), boats('Maps', 'northwind')])
    expect(await importSolution(organisation, await handMade(solution))).toMatchObject({ statuscode: 30 })
})
afterAll(async () => {
  await close()
  await organisation.close()
  await database.stop()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(async () => {
  const owner = new Client({ connectionString: database.ownerUrl })
  await owner.connect()
  await owner.query('DROP SCHEMA IF EXISTS drover CASCADE')
  await owner.end()
  await migrate(database.ownerUrl)
  await (close as typeof close | undefined)?.()
  const place = await mkdtemp(join(folder, 'world-'))
  for (const name of ['artifacts', 'rescues']) await mkdir(join(place, name))
  world = { databaseUrl: database.appUrl, folder: place, secret: organisation.clientSecret }
  skippedMs = 0
  const opened = openObserver(world, { now: () => toId<Instant>(new Date(Date.now() + skippedMs).toISOString()) })
  deps = opened.deps
  close = opened.close
  const given = buildConfiguration()
  const { url, tokenUrl, clientId, connectivityUrl } = organisation
  configuration = {
    ...given,
    environments: given.environments.map((environment) =>
      environment.id === 'prod'
        ? { ...environment, url, connectivityUrl, credentials: { ...environment.credentials, tokenUrl, clientId } }
        : environment,
    ),
  }
  const data = { configuration, changes: [] }
  await deps.ledger.append({
    stream: 'configuration',
    expectedVersion: undefined,
    actor: 'pat',
    events: [{ type: 'configuration-applied', data }],
  })
})

const prod = { environmentId: toId<never>('prod') }
const olga = toId<PersonId>('olga')

async function observe() {
  const answer = await createEngine(deps).observeEnvironment({ ...prod, actor: olga })
  if (!answer.ok) throw new Error(answer.refusal.message)
  return answer.value
}

async function recorded(): Promise<EnvironmentRecord> {
  const answer = await createEngine(deps).loadEnvironmentRecord(toId('prod'))
  if (!answer.ok) throw new Error(answer.refusal.message)
  return answer.value
}

async function eventsOfPlace(): Promise<readonly string[]> {
  const place = configuration.environments.find(({ id }) => id === 'prod')
  const events = await deps.ledger.read(`environment/${place === undefined ? '' : laneOf(place)}`)
  return events.map(({ type }) => type)
}

function accept(more: { readonly actor?: string; readonly comment?: string; readonly seen?: string } = {}) {
  const { actor = 'olga', comment = 'As handed over', seen } = more
  return createEngine(deps).acceptBaseline({
    ...prod,
    actor: toId(actor),
    comment,
    ...(seen === undefined ? {} : { seen: toId<never>(seen) }),
  })
}

async function makeScripts(count: number): Promise<void> {
  const content = Buffer.from('x').toString('base64')
  for (let index = 0; index < count; index++) {
    const body = { name: `hand_script${index}.js`, displayname: `Script ${index}`, webresourcetype: 3, content }
    const made = await organisation.call('POST', 'webresourceset', { body })
    expect(made.status, made.text).toBe(204)
  }
}

describe('observing an environment that Drover never deployed to', () => {
  it('tells whose things are, keeps the whole of it, and changes nothing there', async () => {
    const before = rowsOf(await organisation.call('GET', 'solutions?$select=uniquename,version,modifiedon'))
    const view = await observe()
    const whose = Object.fromEntries(view.solutions.map(({ uniqueName, origin }) => [uniqueName, origin]))
    expect(whose).toMatchObject({ Permits: 'ours', Maps: 'vendor', Default: 'platform', System: 'platform' })
    expect(view.firstLook.findings.map(({ kind, rule, subject }) => `${kind} ${rule} ${subject.key}`)).toEqual([
      'unowned solution-not-governed Maps',
    ])
    const record = await recorded()
    expect(record.observed).toMatchObject({ digest: view.digest, at: view.observedAt })
    const kept = JSON.parse(new TextDecoder().decode(await deps.artifacts.get(view.digest))) as Observation
    expect(kept.components.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['permits_boat', 'permits_boat.permits_sail', 'maps_boat']),
    )
    expect(rowsOf(await organisation.call('GET', 'solutions?$select=uniquename,version,modifiedon'))).toEqual(before)
  })

  it('takes rows without changes for what they are: 20 of them are no finding', async () => {
    const phantoms = await organisation.control?.('POST', 'environments/dev/phantom-rows', {})
    expect(phantoms?.status, phantoms?.text).toBe(200)
    const { firstLook } = await observe()
    expect(firstLook.activeRows.all).toBeGreaterThan(5)
    expect(firstLook.activeRows).toMatchObject({ harmless: { 'empty-row': firstLook.activeRows.all }, changes: 0, ownWork: 0, unread: 0 })
    expect(firstLook.findings.map(({ rule }) => rule)).toEqual(['solution-not-governed'])
  })

  it('says that nothing is known when the environment cannot be reached, and records nothing', async () => {
    const environments: Environments = { open: (environment) => deps.environments.open({ ...environment, url: 'http://127.0.0.1:9' }) }
    const failing = createEngine({ ...deps, environments })
    await expect(failing.observeEnvironment({ ...prod, actor: olga })).rejects.toMatchObject({
      code: expect.stringMatching(/^dataverse\./),
    })
    expect(await eventsOfPlace()).toEqual([])
  })

  it('is one look for all who ask at the same time', async () => {
    const engine = createEngine(deps)
    const [one, other] = await Promise.all([1, 2].map(() => engine.observeEnvironment({ ...prod, actor: olga })))
    expect(one).toEqual(other)
    expect((await eventsOfPlace()).filter((type) => type === 'environment-observed')).toHaveLength(1)
  })
})

describe('work by hand', () => {
  it('that is in no solution of a team is orphaned, and in an environment for makers too', async () => {
    const content = Buffer.from('x').toString('base64')
    const body = { name: 'hand_lost.js', displayname: 'Lost', webresourcetype: 3, content }
    expect((await organisation.call('POST', 'webresourceset', { body })).status).toBe(204)
    const { firstLook } = await observe()
    expect(firstLook.findings.map(({ kind, rule, subject }) => `${kind} ${rule} ${subject.key}`)).toContain(
      'orphaned component-without-solution hand_lost.js',
    )
    expect(firstLook.activeRows.ownWork).toBe(1)
  })
})

describe('an observer that is killed', () => {
  it('leaves what it read to the next one, which asks only for the rest', async () => {
    await makeScripts(12)
    // One change more, an hour later: the times of all others are past.
    await organisation.control?.('POST', 'clock/jump', { seconds: 3600 })
    const [last] = rowsOf(await organisation.call('GET', "webresourceset?$select=webresourceid&$filter=name eq 'hand_script0.js'"))
    await organisation.call('PATCH', `webresourceset(${String(last?.['webresourceid'])})`, { body: { displayname: 'Later' } })
    expect(await runChild(8)).toBe('SIGKILL')
    expect(await eventsOfPlace()).toEqual([])
    const lane = laneOf(configuration.environments.find(({ id }) => id === 'prod') ?? { url: '' })
    const kept = new Set((await deps.observations.loadParts(lane, 'layers/WebResource/')).map(({ key }) => key.split('/')[2] ?? ''))
    // Eight were read; the one that was changed just now is not kept, since it may change once more within the second.
    expect(kept.size).toBeGreaterThanOrEqual(7)
    const asked: string[] = []
    const environments: Environments = {
      open(environment) {
        const target = deps.environments.open(environment)
        return {
          ...target,
          fetchLayers: (components, onRead) => {
            asked.push(...components.map(({ id }) => id))
            return target.fetchLayers(components, onRead)
          },
        }
      },
    }
    const answer = await createEngine({ ...deps, environments }).observeEnvironment({ ...prod, actor: olga })
    expect(answer.ok && answer.value.cost.reusedParts).toBeGreaterThanOrEqual(kept.size)
    expect(asked.filter((id) => kept.has(id))).toEqual([])
    expect((await eventsOfPlace()).filter((type) => type === 'environment-observed')).toHaveLength(1)
  })
})

function runChild(after: number): Promise<number | string | null> {
  const program = join(import.meta.dirname, '../../test/support/observer.child.ts')
  const flags = ['--world', JSON.stringify(world), '--after', String(after)]
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', program, ...flags], { stdio: 'inherit' })
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)))
}

describe('a baseline', () => {
  it('is what was last seen, by the word of the owner, with a reason', async () => {
    expect(await accept()).toMatchObject({ ok: false, refusal: { code: 'baseline.not-observed' } })
    const { digest, observedAt } = await observe()
    expect(await accept({ actor: 'maria' })).toMatchObject({ ok: false, refusal: { code: 'baseline.not-responsible' } })
    expect(await accept({ comment: ' ' })).toMatchObject({ ok: false, refusal: { code: 'baseline.no-comment' } })
    expect(await accept({ seen: digest })).toMatchObject({
      ok: true,
      value: {
        baseline: { observation: digest, observedAt, acceptedBy: 'olga', comment: 'As handed over', solutions: { Permits: '1.0.0.0' } },
      },
    })
  })

  it('is refused for what somebody did not look at, and for a look of the day before; what shows nothing new is the same', async () => {
    const { digest } = await observe()
    skippedMs += 1000
    expect((await observe()).digest).toBe(digest)
    const body = { name: 'hand_new.js', displayname: 'New', webresourcetype: 3, content: 'MQ==' }
    expect((await organisation.call('POST', 'webresourceset', { body })).status).toBe(204)
    await observe()
    expect(await accept({ seen: digest })).toMatchObject({ ok: false, refusal: { code: 'baseline.moved-on' } })
    skippedMs += 25 * 3_600_000
    expect(await accept()).toMatchObject({ ok: false, refusal: { code: 'baseline.outdated' } })
    expect(await accept({ actor: 'pat' })).toMatchObject({ ok: false, refusal: { code: 'baseline.outdated' } })
  })
})

describe('the schedule', () => {
  const observations = async () => (await eventsOfPlace()).filter((type) => type === 'environment-observed').length

  it('observes half a day after the environment was configured and then every half day, once however many workers there are', async () => {
    const fence = createFence(world.databaseUrl)
    const workers = [1, 2].map(() => createObservationSchedule(workerDeps({ fence })))
    const all = async () => void (await Promise.all(workers.map((work) => work())))
    await all()
    expect(await observations()).toBe(0)
    skippedMs += 12 * 3_600_000
    await all()
    expect(await observations()).toBe(1)
    await all()
    expect(await observations()).toBe(1)
    skippedMs += 12 * 3_600_000
    await all()
    expect(await observations()).toBe(2)
  })

  it('finds an import past Drover within the day, by whom and when, without that anybody looks', async () => {
    const work = createObservationSchedule(workerDeps({ fence: createFence(world.databaseUrl) }))
    skippedMs += 12 * 3_600_000
    await work()
    const found = (await recorded()).drift?.deviations.filter(({ id }) => id.startsWith('import:'))
    expect(found).toMatchObject([
      {
        solution: 'Permits',
        who: { isApplication: true },
        when: expect.any(String),
        message: expect.stringContaining('Past Drover, Permits'),
      },
    ])
  })

  it('assesses what a process before it saw and did not get to assess', async () => {
    const environment = configuration.environments.find(({ id }) => id === 'prod')
    if (environment === undefined) throw new Error('prod is configured')
    await takeObservation(deps, { environment, configuration, actor: olga })
    expect((await recorded()).drift).toBeUndefined()
    await createObservationSchedule(workerDeps({ fence: createFence(world.databaseUrl) }))()
    expect((await recorded()).drift?.observation).toBe((await recorded()).observed?.digest)
  })

  it('leaves an environment that cannot be reached alone for an hour, and goes on with the others', async () => {
    const opened: string[] = []
    const environments: Environments = {
      open(environment) {
        opened.push(environment.id)
        return deps.environments.open(environment.id === 'prod' ? environment : { ...environment, url: 'http://127.0.0.1:9' })
      },
    }
    const work = createObservationSchedule(workerDeps({ fence: createFence(world.databaseUrl), environments }))
    skippedMs += 12 * 3_600_000
    await work()
    await work()
    expect(opened.toSorted()).toEqual(['dev', 'prod', 'test'])
    expect(await observations()).toBe(1)
    skippedMs += 3_600_000
    await work()
    expect(opened.toSorted()).toEqual(['dev', 'dev', 'prod', 'test', 'test'])
  })

  function workerDeps(more: Partial<WorkerDependencies>): WorkerDependencies {
    // The schedule needs nothing else of a worker.
    return { ...deps, ...more } as WorkerDependencies
  }
})
