import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EnvironmentRecord } from '#domain/drift'
import type { UpgradeDeed } from '#domain/environment'
import type { Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { DurableContext } from '#engine/ports'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { laneIn, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { loadUpgradeWork, workLeftoverUpgrade } from './leftover-upgrade.ts'
import { sweepUpgrades, upgradeDefinition } from './run-leftover.ts'

let world: PromotionWorld
let deps: WorkerDependencies
let started: Map<string, unknown>
let count = 0
/** A table and a solution of each test's own. */
let table: string
let solution: string

beforeAll(async () => {
  world = await openPromotionWorld()
  const starter: WorkerDependencies['starter'] = {
    start: async ({ id, input }) => void started.set(id, input),
    state: async (id) => (started.has(id) ? 'running' : 'ended'),
  }
  deps = { ...world.deps, starter }
})
afterAll(() => world.close())
beforeEach(() => {
  started = new Map()
  count++
  table = `hand_canoe${count}`
  solution = `Canoes${count}`
})

function canoes(number: string, columns: readonly string[]): HandMade {
  return { name: solution, version: number, isManaged: true, tables: [{ name: table, columns: columns.map((name) => ({ name })) }] }
}

/** Somebody staged version 2, which has other columns, and went home. */
async function leaveUpgrade(before: readonly string[], after: readonly string[]): Promise<void> {
  await bring(world.organisation, canoes('1.0.0.0', before))
  await bring(world.organisation, canoes('2.0.0.0', after), { HoldingSolution: true })
}

async function addRow(row: Record<string, unknown>): Promise<void> {
  const answer = await world.organisation.call('POST', `${table}s`, { body: { hand_name: 'Ada', ...row } })
  expect(answer.status, answer.text).toBe(204)
}

function ask(deed: UpgradeDeed, more: { readonly actor?: string; readonly isConfirmed?: boolean; readonly reason?: string } = {}) {
  const { actor = 'olga', isConfirmed = true, reason = 'left by the vendor' } = more
  return workLeftoverUpgrade(deps, { environmentId: toId('prod'), solution, deed, reason, isConfirmed, actor: personId(actor) })
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

/** Runs what was started, with no recorded step kept. */
async function work(): Promise<void> {
  const ctx = {
    step: (_name: string, fn: () => Promise<unknown>) => fn(),
    sleep: (ms: number) => deps.pause(ms),
  } as unknown as DurableContext // nothing else of it is used
  for (const input of started.values()) await upgradeDefinition(deps).run(ctx, input as never)
}

async function installed(): Promise<readonly string[]> {
  const rows = rowsOf(await world.organisation.call('GET', 'solutions?$select=uniquename,version'))
  return rows
    .map((row) => `${String(row['uniquename'])} ${String(row['version'])}`)
    .filter((text) => text.startsWith(`${solution} `) || text.startsWith(`${solution}_`))
    .sort()
}

describe('a staged upgrade that others left behind', () => {
  it('shows what applying it deletes, and is applied at the word of the owner of the environment, ledgered', async () => {
    await leaveUpgrade(['hand_log', 'hand_port'], ['hand_port'])
    await addRow({ hand_port: 'Ely' })
    const shown = await ask('apply', { isConfirmed: false })
    expect(shown).toMatchObject({
      ok: false,
      refusal: { code: 'upgrade.not-confirmed', reasons: [{ subject: expect.stringContaining('hand_log') }] },
    })
    const asked = await ask('apply')
    expect(asked, JSON.stringify(asked)).toMatchObject({
      ok: true,
      value: { deed: 'apply', version: '2.0.0.0', state: 'running', by: 'olga' },
    })
    await work()
    expect(await installed()).toEqual([`${solution} 2.0.0.0`])
    const ended = asked.ok ? await loadUpgradeWork(deps, { environmentId: toId('prod'), workId: asked.value.id }) : asked
    expect(ended).toMatchObject({ ok: true, value: { state: 'done', note: expect.stringContaining('is applied') } })
  })

  it('is never applied when data goes with it, however much is confirmed; withdrawing leaves the data', async () => {
    await leaveUpgrade(['hand_log', 'hand_port'], ['hand_port'])
    await addRow({ hand_log: 'fog' })
    const refused = await ask('apply', { actor: 'pat' })
    expect(refused).toMatchObject({
      ok: false,
      refusal: { code: 'upgrade.destroys-data', hint: expect.stringContaining('upgrade-withdraw') },
    })
    expect(JSON.stringify(refused)).toContain('1 values')
    expect(codeOf(await ask('withdraw', { actor: 'pat' }))).toBe('ok')
    await work()
    expect(await installed()).toEqual([`${solution} 1.0.0.0`])
    expect(rowsOf(await world.organisation.call('GET', `${table}s`))[0]).toMatchObject({ hand_log: 'fog' })
  })

  it('is withdrawn only by a data owner when something was entered into its new columns', async () => {
    await leaveUpgrade(['hand_port'], ['hand_port', 'hand_log'])
    await addRow({ hand_log: 'fog' })
    expect(codeOf(await ask('withdraw', { actor: 'pat' }))).toBe('upgrade.destroys-data')
    expect(codeOf(await ask('withdraw'))).toBe('ok')
    await work()
    expect(await installed()).toEqual([`${solution} 1.0.0.0`])
  })

  it('is nobody else’s to decide, takes a reason, and is not there for solutions without one', async () => {
    await leaveUpgrade(['hand_port'], ['hand_port'])
    expect(codeOf(await ask('apply', { actor: 'anna' }))).toBe('upgrade.may-not-act')
    expect(codeOf(await ask('apply', { reason: ' ' }))).toBe('upgrade.reason-needed')
    solution = 'Nothing'
    expect(codeOf(await ask('apply'))).toBe('upgrade.none-waits')
  })

  it('is worked on once at a time; what a killed process had begun is started again by the sweep', async () => {
    await leaveUpgrade(['hand_port'], ['hand_port'])
    const [first, second] = await Promise.all([ask('apply'), ask('withdraw')])
    expect([codeOf(first), codeOf(second)].sort()).toEqual(['ok', 'upgrade.already-running'])
    const record = (await deps.readModel.load<EnvironmentRecord>('environment', laneIn(world))) as EnvironmentRecord // just written
    const [id] = [...started.keys()]
    await sweepUpgrades(deps, record)
    expect([...started.keys()]).toEqual([id])
    await work()
    await work()
    expect(await installed()).toHaveLength(1)
  })

  it('is told as errored when the runner lost it, and can be asked for again', async () => {
    await leaveUpgrade(['hand_port'], ['hand_port'])
    const asked = await ask('withdraw')
    started.clear()
    const record = (await deps.readModel.load<EnvironmentRecord>('environment', laneIn(world))) as EnvironmentRecord // just written
    await sweepUpgrades(deps, record)
    const lost = asked.ok ? await loadUpgradeWork(deps, { environmentId: toId('prod'), workId: asked.value.id }) : asked
    expect(lost).toMatchObject({ ok: true, value: { state: 'errored' } })
    expect(codeOf(await ask('withdraw'))).toBe('ok')
    await work()
    expect(await installed()).toEqual([`${solution} 1.0.0.0`])
  })
})
