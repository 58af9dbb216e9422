import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EnvironmentId, PromotionId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, openPromotionWorld } from '../../../test/support/promotion-world.ts'

/** As Tier 4 has it, with fewer people to ask. */
const stagesUpgrades = { value: true, source: 'this test', status: 'ours' as const }
const policy = { ...shippedPolicy, tiers: { ...shippedPolicy.tiers, 2: { ...shippedPolicy.tiers[2], stagesUpgrades } } }

let world: PromotionWorld
let major = 0
let lastPromotion: PromotionId | undefined

beforeAll(async () => {
  world = await openPromotionWorld({ policy })
})
afterAll(() => world.close())

/** Each test finds version N with two rows that have a log, and brings version N+1 without that column. */
beforeEach(async () => {
  if (lastPromotion !== undefined && !['succeeded', 'withdrawn'].includes(await stateOf(lastPromotion)))
    throw new Error('a test left its promotion open')
  major++
  await bring(world.organisation, { ...ferries(['hand_log', 'hand_port']), isManaged: true })
  for (const row of rowsOf(await world.organisation.call('GET', 'hand_ferrys?$select=hand_ferryid')))
    await world.organisation.call('DELETE', `hand_ferrys(${String(row['hand_ferryid'])})`)
  for (const hand_name of ['Ada', 'Bea']) await addRow(hand_name)
  major++
})

function ferries(columns: readonly string[]): HandMade {
  return { name: 'Permits', version: `${major}.0.0.0`, tables: [{ name: 'hand_ferry', columns: columns.map((name) => ({ name })) }] }
}

async function addRow(hand_name: string): Promise<void> {
  const answer = await world.organisation.call('POST', 'hand_ferrys', { body: { hand_name, hand_log: 'fog', hand_port: 'Ely' } })
  expect(answer.status, answer.text).toBe(204)
}

async function logs(): Promise<readonly unknown[]> {
  return rowsOf(await world.organisation.call('GET', 'hand_ferrys?$select=hand_log&$filter=hand_log ne null'))
}

async function installed(): Promise<readonly string[]> {
  const rows = rowsOf(await world.organisation.call('GET', 'solutions?$select=uniquename,version'))
  return rows
    .filter((row) => /^Permits/.test(String(row['uniquename'])))
    .map((row) => `${String(row['uniquename'])} ${String(row['version'])}`)
    .sort()
}

async function operations(message: string): Promise<number> {
  return rowsOf(await world.organisation.call('GET', `asyncoperations?$select=asyncoperationid&$filter=messagename eq '${message}'`)).length
}

async function stateOf(promotionId: PromotionId): Promise<string> {
  return (await world.view(promotionId)).promotion.status.state
}

const loss = 'Attribute:hand_ferry.hand_log'

async function approved(ceiling = 2, columns = ['hand_port']): Promise<PromotionId> {
  const { promotion } = await world.request(await world.seal(ferries(columns)))
  const { promotionId, plan } = promotion.request
  lastPromotion = promotionId
  expect([plan.mode, plan.steps]).toEqual(['stage-for-upgrade', ['observe', 'stage', 'import', 'rescue', 'apply-upgrade', 'verify']])
  granted(await acknowledge(promotionId, ceiling))
  granted(await world.approve(promotionId))
  return promotionId
}

function acknowledge(promotionId: PromotionId, ceiling: number) {
  return world.engine.acknowledgeLoss({ promotionId, subject: loss, ceiling, comment: 'kept in Notes', actor: personId('olga') })
}

function finish(promotionId: PromotionId, actor = 'olga') {
  return world.engine.finishMigration({ promotionId, comment: 'copied to Notes', actor: personId(actor) })
}

function withdraw(promotionId: PromotionId, actor = 'maria') {
  return world.engine.withdrawPromotion({ promotionId, actor: personId(actor) })
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

/** Runs what was started; power fails once around each step, and the next process goes on. Gives the steps at which it failed. */
async function workWithPowerCuts(): Promise<readonly string[]> {
  const cuts = new Set<string>()
  for (;;) {
    const end = await world.work((step, phase) => {
      const cut = `${step.replace(/-\d+$/, '')} ${phase}`
      if (cuts.has(cut)) return
      cuts.add(cut)
      kill()
    })
    if (end === 'done') return [...cuts]
  }
}

describe('a promotion that stages its upgrade', () => {
  it('waits with both versions there and all data in place, and takes what was acknowledged when people say that it is moved', async () => {
    const promotionId = await approved()
    await world.work()
    expect(await stateOf(promotionId)).toBe('migrating')
    expect(await installed()).toEqual([`Permits ${major - 1}.0.0.0`, `Permits_Upgrade ${major}.0.0.0`])
    expect(await logs()).toHaveLength(2)

    const notLeftOver = {
      environmentId: toId<EnvironmentId>('prod'),
      solution: 'Permits',
      reason: 'x',
      isConfirmed: true,
      actor: personId('olga'),
    }
    for (const deed of ['apply', 'withdraw'] as const)
      expect(codeOf(await world.engine.workLeftoverUpgrade({ ...notLeftOver, deed }))).toBe('upgrade.belongs-to-promotion')
    expect(codeOf(await finish(promotionId, 'ben'))).toBe('migration.may-not-finish')
    granted(await finish(promotionId))
    await world.work()
    const { promotion } = await world.view(promotionId)
    expect(promotion.status, JSON.stringify(promotion.status)).toMatchObject({ state: 'succeeded' })
    expect(await installed()).toEqual([`Permits ${major}.0.0.0`])
    expect((await world.organisation.call('GET', 'hand_ferrys?$select=hand_log')).status).toBe(400)
    expect(promotion.rescues.flatMap(({ items }) => items)).toMatchObject([{ table: 'hand_ferry', columns: ['hand_log'], rows: 2 }])
  })

  it('is staged once and applied once, wherever power fails', async () => {
    const before = [await operations('ImportSolutionAsync'), await operations('DeleteAndPromoteAsync')]
    const promotionId = await approved()
    const staging = await workWithPowerCuts()
    expect(staging).toEqual(
      expect.arrayContaining(['start-import after', 'read-import-result before', 'read-staged after', 'finish after']),
    )
    expect(await stateOf(promotionId)).toBe('migrating')
    granted(await finish(promotionId))
    const applying = await workWithPowerCuts()
    expect(applying).toEqual(
      expect.arrayContaining(['observe-staged after', 'start-apply after', 'read-apply-result before', 'finish after']),
    )
    expect(await stateOf(promotionId)).toBe('succeeded')
    expect([await operations('ImportSolutionAsync'), await operations('DeleteAndPromoteAsync')]).toEqual([
      (before[0] ?? 0) + 1,
      (before[1] ?? 0) + 1,
    ])
  })

  it('is withdrawn whole: the holding solution goes once, wherever power fails, and the solution is as it was', async () => {
    const before = await operations('UninstallSolutionAsync')
    const promotionId = await approved()
    await world.work()
    granted(await withdraw(promotionId))
    expect(await stateOf(promotionId)).toBe('running')
    await workWithPowerCuts()
    expect(await stateOf(promotionId)).toBe('withdrawn')
    expect([await installed(), await logs()]).toMatchObject([[`Permits ${major - 1}.0.0.0`], [{}, {}]])
    expect(await operations('UninstallSolutionAsync')).toBe(before + 1)
  })

  it('is withdrawn by a data owner alone once data was moved into what only the new version has', async () => {
    const promotionId = await approved(2, ['hand_port', 'hand_notes'])
    await world.work()
    await world.organisation.call('POST', 'hand_ferrys', { body: { hand_name: 'Dee', hand_notes: 'fog' } })
    const refused = await withdraw(promotionId)
    expect([codeOf(refused), JSON.stringify(refused)]).toEqual(['upgrade.destroys-data', expect.stringContaining('1 values')])
    expect(await stateOf(promotionId)).toBe('migrating')
    granted(await withdraw(promotionId, 'olga'))
    await world.work()
    expect([await stateOf(promotionId), await installed()]).toEqual(['withdrawn', [`Permits ${major - 1}.0.0.0`]])
  })

  it('goes back to waiting when more would go than was acknowledged, and goes on when that is', async () => {
    const promotionId = await approved(2)
    await world.work()
    await addRow('Cid')
    granted(await finish(promotionId))
    await world.work()
    const { promotion } = await world.view(promotionId)
    expect(promotion.status).toMatchObject({ state: 'migrating', reasons: [{}, {}] })
    expect(JSON.stringify(promotion.status)).toContain('3 values')
    expect(await logs()).toHaveLength(3)
    expect(codeOf(await finish(promotionId))).toBe('promotion.gates-not-open')
    granted(await acknowledge(promotionId, 3))
    granted(await finish(promotionId))
    await world.work()
    expect(await stateOf(promotionId)).toBe('succeeded')
  })

  it('saves also what came, while it waited, into what was empty when it was planned', async () => {
    for (const row of rowsOf(await world.organisation.call('GET', 'hand_ferrys?$select=hand_ferryid')))
      await world.organisation.call('PATCH', `hand_ferrys(${String(row['hand_ferryid'])})`, { body: { hand_port: null } })
    const promotionId = await approved(10, [])
    await world.work()
    await addRow('Cid')
    granted(await finish(promotionId))
    await world.work()
    expect(await stateOf(promotionId)).toBe('migrating')
    const word = { promotionId, subject: 'Attribute:hand_ferry.hand_port', ceiling: 1, comment: 'kept in Notes', actor: personId('olga') }
    granted(await world.engine.acknowledgeLoss(word))
    granted(await finish(promotionId))
    await world.work()
    const { promotion } = await world.view(promotionId)
    expect(promotion.status, JSON.stringify(promotion.status)).toMatchObject({ state: 'succeeded' })
    expect(promotion.rescues.flatMap(({ items }) => items).map(({ columns, rows }) => [columns, rows])).toEqual([
      [['hand_log'], 3],
      [['hand_port'], 1],
    ])
  })

  it('says so when somebody deleted the staged upgrade meanwhile, and can then only be taken back', async () => {
    const promotionId = await approved()
    await world.work()
    const { asyncOperationId } = await world.deps.environments.open((await environment()) as never).startUpgradeWithdrawal('Permits')
    await untilEnded(asyncOperationId)
    granted(await finish(promotionId))
    await world.work()
    expect((await world.view(promotionId)).promotion.status).toMatchObject({ state: 'failed', refusal: { code: 'upgrade.not-there' } })
    granted(await withdraw(promotionId))
    await world.work()
    expect([await stateOf(promotionId), await logs()]).toMatchObject(['withdrawn', [{}, {}]])
    // It failed after it had staged something in a pet, which is held until somebody has looked.
    const held = { environmentId: toId<EnvironmentId>('prod'), solution: 'Permits', reason: 'Nothing of it is there.' }
    granted(await world.engine.resumeStage({ ...held, actor: personId('olga') }))
  })

  it('goes on as well when somebody applied the staged upgrade by hand: it is not applied twice, and verified', async () => {
    const promotionId = await approved()
    await world.work()
    const before = await operations('DeleteAndPromoteAsync')
    const { asyncOperationId } = await world.deps.environments.open((await environment()) as never).startUpgradeApplication('Permits')
    await untilEnded(asyncOperationId)
    granted(await finish(promotionId))
    await world.work()
    const { status, rescues } = (await world.view(promotionId)).promotion
    expect(status, JSON.stringify(status)).toMatchObject({ state: 'succeeded' })
    expect([rescues, await operations('DeleteAndPromoteAsync')]).toEqual([[], before + 1])
  })
})

async function environment(): Promise<unknown> {
  return (await world.engine.loadConfiguration())?.configuration.environments.find(({ id }) => id === 'prod')
}

async function untilEnded(id: string): Promise<void> {
  while ((await world.organisation.call('GET', `asyncoperations(${id})`)).json['statecode'] !== 3)
    await new Promise((resolve) => setTimeout(resolve, 20))
}
