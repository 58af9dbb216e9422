import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { celConditions } from '#adapters/cel'
import type { Store } from '#adapters/store'
import { createStore, migrate } from '#adapters/store'
import { nodeHashing, randomIds, systemClock } from '#adapters/world'
import type { AttemptId, NewEvent, PromotionId, ReleaseId, StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import type { NewPromotionEvent } from '#domain/promotion'
import { decideRequest } from '#domain/promotion'
import type { Engine, EngineDependencies } from '#engine'
import { createEngine, projections, projectionsVersion } from '#engine'
import { buildConfiguration, buildRelease, buildRequestFacts, version } from '../../test/support/domain-builders.ts'
import { refreshReadModels } from './wire-engine.ts'
import { noAdministrations } from '../../test/support/no-administration.ts'
import { memorySigning } from '../../test/support/memory-signing.ts'
import { noMasking } from '../../test/support/no-masking.ts'
import type { TestDatabase } from '../../test/support/test-database.ts'
import { openTestDatabase } from '../../test/support/test-database.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

let database: TestDatabase
let store: Store
let engine: Engine

beforeAll(async () => {
  database = await openTestDatabase()
})

beforeEach(async () => {
  await database.empty()
  store = createStore({ url: database.appUrl, projections, clock: systemClock, hashing: nodeHashing })
  engine = createEngine(dependencies())
  await append('configuration', { type: 'configuration-applied', data: { configuration: buildConfiguration(), changes: [] } })
})

afterEach(async () => {
  await store.close()
})

afterAll(() => database.close())

describe('the board', () => {
  it('shows what succeeded last in each place, also when it was asked for earlier', async () => {
    await seal('1.1.0.0', '1.2.0.0')
    await request('p-early', '1.1.0.0', 'to-test')
    await request('p-late', '1.2.0.0', 'to-test')
    await succeed('p-late')
    await succeed('p-early')
    await request('p-prod', '1.1.0.0', 'to-prod')
    const [test, prod] = await stages()
    expect(test?.deployments.map(({ promotionId, version: shown, commit }) => [promotionId, shown, commit])).toEqual([
      ['p-early', '1.1.0.0', '0123abc'],
    ])
    expect(prod?.deployments).toEqual([])
    expect(prod?.promotions.map(({ promotionId, state }) => [promotionId, state])).toEqual([['p-prod', 'pending']])
  })

  it('shows every promotion that may still go in, however many ended since, and of the others the newest', async () => {
    await seal('1.1.0.0')
    await request('p-open', '1.1.0.0', 'to-test')
    for (let i = 1; i <= 30; i++) await withdraw(await request(`p-${i}`, '1.1.0.0', 'to-test'))
    const [test] = await stages()
    const shown = test?.promotions.map(({ promotionId }) => promotionId)
    expect(shown).toEqual([...Array.from({ length: 20 }, (_, i) => `p-${30 - i}`), 'p-open'])
  })

  it('is the same after the upgrade of a database from before summaries, once the ledger was folded again', async () => {
    await seal('1.1.0.0', '1.2.0.0')
    for (const [id, number] of [
      ['p-1', '1.1.0.0'],
      ['p-2', '1.2.0.0'],
    ] as const)
      await succeed(await request(id, number, 'to-test'))
    await request('p-3', '1.2.0.0', 'to-prod')
    const before = await engine.loadBoard()
    await database.makeOlder()
    await migrate(database.ownerUrl)
    expect(await refreshReadModels(database.appUrl)).toBeGreaterThan(0)
    expect(await engine.loadBoard()).toEqual(before)
    expect(await refreshReadModels(database.appUrl)).toBe(0)
    expect(await store.refreshReadModels(projectionsVersion)).toBe(0)
  })
})

describe('lists', () => {
  it('come in pages that together show each promotion once, while others are asked for', async () => {
    await seal('1.1.0.0')
    for (let i = 1; i <= 7; i++) await request(`p-${i}`, '1.1.0.0', 'to-test')
    const first = await engine.listPromotions({ limit: 3 })
    await request('p-8', '1.1.0.0', 'to-test')
    const second = await engine.listPromotions({ limit: 3, after: first.next })
    const third = await engine.listPromotions({ limit: 3, after: second.next })
    const shown = [first, second, third].map((page) => page.rows.map(({ promotionId }) => promotionId))
    expect(shown).toEqual([['p-7', 'p-6', 'p-5'], ['p-4', 'p-3', 'p-2'], ['p-1']])
    expect(third.next).toBeUndefined()
    expect(first.rows[0]).toMatchObject({
      solution: 'Permits',
      version: '1.1.0.0',
      stageId: 'to-test',
      pipelineId: 'main',
      state: 'pending',
    })
  })

  it('tell of a release what it is and how far it came, before and after it was sealed', async () => {
    await append('release/r-9', startedEvent('r-9'))
    await seal('1.1.0.0')
    const { rows, next } = await engine.listReleases({ limit: 50 })
    expect(rows.map(({ releaseId, solution, version: shown, state }) => ({ releaseId, solution, shown, state }))).toEqual([
      { releaseId: 'r-1.1.0.0', solution: 'Permits', shown: '1.1.0.0', state: 'sealed' },
      { releaseId: 'r-9', solution: 'Permits', shown: undefined, state: 'running' },
    ])
    expect(next).toBeUndefined()
  })
})

async function stages() {
  return (await engine.loadBoard()).pipelines[0]?.stagesWithState ?? []
}

async function seal(...versions: readonly string[]): Promise<void> {
  for (const number of versions) {
    const release = buildRelease({ version: version(number) })
    await append(
      `release/${release.id}`,
      startedEvent(release.id),
      { type: 'artifact-exported', data: { artifact: release.managed } },
      { type: 'release-sealed', data: { release } },
    )
  }
}

function startedEvent(releaseId: ReleaseId | string): NewEvent {
  return { type: 'preparation-started', data: { releaseId, solution: 'Permits', requestedBy: 'maria', configurationVersion: 1 } }
}

async function request(id: string, number: string, stage: 'to-test' | 'to-prod'): Promise<string> {
  const release = buildRelease({ version: version(number) })
  const facts = buildRequestFacts(2, { release })
  const decision = decideRequest({ ...facts, promotionId: toId<PromotionId>(id), stageId: toId<StageId>(stage) })
  if (!decision.ok) throw new Error(decision.refusal.message)
  await append(`promotion/${id}`, ...decision.value)
  return id
}

async function succeed(id: string): Promise<void> {
  const attemptId = toId<AttemptId>(`a-${id}`)
  await appendPromotion(id, { type: 'attempt-started', data: { attemptId } })
  await appendPromotion(id, { type: 'attempt-succeeded', data: { attemptId, verification: [] } })
}

async function withdraw(id: string): Promise<void> {
  await appendPromotion(id, { type: 'promotion-withdrawn', data: { by: toId('maria') } })
}

async function appendPromotion(id: string, event: NewPromotionEvent): Promise<void> {
  await append(`promotion/${id}`, event)
}

async function append(stream: string, ...events: readonly NewEvent[]): Promise<void> {
  await store.ledger.append({ stream, expectedVersion: undefined, actor: 'maria', events })
}

function dependencies(): EngineDependencies {
  const unused = () => Promise.reject(new Error('It is not needed here.'))
  return {
    ledger: store.ledger,
    readModel: store.readModel,
    directory: store.directory,
    tokenUses: store.tokenUses,
    artifacts: { put: unused, get: unused, remove: unused },
    observations: store.observations,
    administrations: noAdministrations,
    masking: noMasking,
    signing: memorySigning(),
    rescues: {
      put: unused,
      get: () => {
        throw new Error('It is not needed here.')
      },
      remove: unused,
    },
    environments: {
      open: () => {
        throw new Error('It is not needed here.')
      },
    },
    starter: { start: unused, state: unused },
    clock: systemClock,
    ids: randomIds,
    hashing: nodeHashing,
    policy: shippedPolicy,
    conditions: celConditions,
    log: silent,
    pause: unused,
  }
}
