import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PromotionId, ReleaseId, StageId, Version } from '#domain/kernel'
import { refuse, toId } from '#domain/kernel'
import type { NewPromotionEvent, Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import { readZip } from '#format'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { handMade } from '../../../test/conformance/hand-made.ts'
import { importSolution } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import { loadConfiguration } from '../apply-configuration.ts'
import type { Deployment } from '../engine.ts'
import type { RollbackCommand } from './rollback.ts'

let world: PromotionWorld
/** What everybody knows of Permits: 1.0 is good, 1.1 brought a log that breaks it. */
let good: Release
let bad: Release

beforeAll(async () => {
  world = await openPromotionWorld({ isAdministered: true })
})
afterAll(() => world.close())

function permits(version: string, tables: readonly string[]): HandMade {
  return { name: 'Permits', version, tables: tables.map((name) => ({ name, columns: [{ name: 'hand_note' }] })) }
}

async function promote(release: Release): Promise<PromotionId> {
  const { promotionId } = (await world.request(release)).promotion.request
  granted(await world.approve(promotionId))
  expect([await world.work(), await stateOf(promotionId)]).toEqual(['done', 'succeeded'])
  return promotionId
}

async function back(changes: Partial<RollbackCommand> = {}): Promise<Promotion> {
  const command = {
    environmentId: toId('prod'),
    solution: 'Permits',
    reason: 'The log breaks it.',
    actor: personId('maria'),
    ...changes,
  } as const
  return granted(await world.engine.rollback(command as RollbackCommand)).promotion
}

async function carryOut({ request: { promotionId } }: Promotion): Promise<string> {
  granted(await world.approve(promotionId))
  await world.work()
  return stateOf(promotionId)
}

async function stateOf(promotionId: PromotionId): Promise<string> {
  const { status } = (await world.view(promotionId)).promotion
  return status.state === 'failed' ? `failed: ${status.refusal.message} ${JSON.stringify(status.refusal.reasons)}` : status.state
}

async function installed(): Promise<Version | undefined> {
  const answer = await world.organisation.call('GET', `solutions?$filter=uniquename eq 'Permits'&$select=version`)
  return (answer.json['value'] as { version: Version }[])[0]?.version
}

async function hasTable(name: string): Promise<boolean> {
  return (await world.organisation.call('GET', `EntityDefinitions(LogicalName='${name}')?$select=LogicalName`)).status === 200
}

async function deployed(): Promise<Deployment | undefined> {
  return world.deps.readModel.load<Deployment>('deployment', 'prod/permits')
}

/** As an administrator does it in the configuration. */
async function rename(name: string): Promise<void> {
  const current = await loadConfiguration(world.deps)
  if (current === undefined) throw new Error('there is no configuration')
  const { configuration } = current
  const environments = configuration.environments.map((each) => (each.id === 'prod' ? { ...each, name } : each))
  const events = [{ type: 'configuration-applied', data: { configuration: { ...configuration, environments }, changes: [] } }]
  await world.deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}

async function uninstallation(changes: Partial<RollbackCommand> = {}, { engine } = world) {
  const asked = {
    environmentId: toId('prod'),
    solution: 'Permits',
    reason: 'Nobody wants it.',
    actor: personId('maria'),
    way: 'uninstall',
  } as const
  return engine.rollback({ ...asked, typedName: 'prod', ...changes } as RollbackCommand)
}

describe('a first release', () => {
  it('is taken away by two people, the typed name and a fresh restore point, its rows saved first, wherever the worker is killed', async () => {
    await promote(await world.seal(permits('0.9.0.0', ['hand_boat'])))
    for (const name of ['Anna', 'Berta']) await world.organisation.call('POST', 'hand_boats', { body: { hand_name: name } })
    expect(
      await world.engine.rollback({ environmentId: toId('prod'), solution: 'Permits', reason: 'Bad.', actor: personId('maria') }),
    ).toMatchObject({
      refusal: { code: 'recovery.first-release' },
    })
    expect(await uninstallation({ typedName: 'Prod' })).toMatchObject({ refusal: { code: 'recovery.name-needed' } })
    expect(await uninstallation({ reason: ' ' })).toMatchObject({ refusal: { code: 'recovery.reason-needed' } })
    expect(await uninstallation({ actor: personId('sam') })).toMatchObject({ refusal: { code: 'promotion.not-allowed' } })
    const letGo = (promotionId: PromotionId) =>
      world.engine.acknowledgeLoss({
        ...{ promotionId, subject: 'Entity:hand_boat', ceiling: 2, comment: 'Trial data.', actor: personId('olga') },
      })
    const misnamed = granted(await uninstallation()).promotion.request.promotionId
    granted(await letGo(misnamed))
    granted(await world.approve(misnamed))
    await rename('Production')
    await world.work()
    expect(await stateOf(misnamed), 'another name was typed than it has now').toContain('was typed as its name')
    await rename('prod')
    expect((await world.view(misnamed)).hold, 'nothing was changed').toBeUndefined()
    const { request } = granted(await uninstallation()).promotion
    const { promotionId, plan, gates } = request
    expect(request.intent).toMatchObject({ way: 'uninstall', typedName: 'prod' })
    expect([plan.mode, plan.steps]).toEqual(['uninstall', ['observe', 'restore-point', 'rescue', 'uninstall', 'verify']])
    expect(gates.map(({ kind }) => kind)).toEqual(['settings', 'preflight', 'losses', 'approval'])
    granted(await world.approve(promotionId))
    granted(await letGo(promotionId))
    const deaths: readonly (readonly [string, 'before' | 'after'])[] = [
      ['observe', 'after'],
      ['rescue-0', 'after'],
      ['look-before-uninstall', 'after'],
      ['start-uninstall-0', 'after'],
      ['read-uninstall-result', 'before'],
      ['verify', 'after'],
    ]
    for (const [step, phase] of deaths)
      expect([step, await world.work((name, at) => (name === step && at === phase ? kill() : undefined))]).toEqual([step, 'killed'])
    expect([await world.work(), await stateOf(promotionId)]).toEqual(['done', 'succeeded'])
    expect([await installed(), await hasTable('hand_boat'), await deployed()]).toEqual([undefined, false, undefined])
    const operations = await world.organisation.call('GET', `asyncoperations?$filter=messagename eq 'UninstallSolutionAsync'&$select=name`)
    expect(operations.json['value']).toHaveLength(1)
    expect((await world.view(promotionId)).promotion.rescues.flatMap(({ items }) => items.map(({ table, rows }) => [table, rows]))).toEqual(
      [['hand_boat', 2]],
    )
  })
})

describe('what others brought', () => {
  it('is never taken away, though a promotion of the same version was refused there before', async () => {
    const other = await openPromotionWorld({ isAdministered: true, organisation: world.organisation })
    const { promotionId } = (await other.request(await other.seal(permits('0.9.5.0', ['hand_boat'])))).promotion.request
    const { status } = granted(await other.approve(promotionId)).promotion
    if (status.state !== 'running') throw new Error(status.state)
    const { refusal } = refuse('import.refused', 'It was refused; nothing was changed.', 'Mend it.')
    const refused: NewPromotionEvent = { type: 'attempt-failed', data: { attemptId: status.attempt.id, refusal, isResumable: false } }
    await other.deps.ledger.append({ stream: `promotion/${promotionId}`, expectedVersion: undefined, actor: 'drover', events: [refused] })
    await importSolution(world.organisation, await handMade({ ...permits('0.9.5.0', ['hand_boat']), isManaged: true }))
    expect(await uninstallation({}, other)).toMatchObject({ refusal: { code: 'recovery.not-first' } })
    await other.close()
  })

  it('nor is anything where no restore point can be taken', async () => {
    const other = await openPromotionWorld({ organisation: world.organisation })
    expect(await uninstallation({}, other)).toMatchObject({ refusal: { code: 'recovery.no-restore-point' } })
    await other.close()
  })

  it('is gone back to by a release of its version, through the gates of a release, since a number proves no content', async () => {
    const same = await world.seal(permits('0.9.5.0', ['hand_boat']))
    good = await world.seal(permits('1.0.0.0', ['hand_boat']))
    await promote(good)
    const { request } = await back()
    expect(request.intent).toMatchObject({ way: 'repack', isOfOthers: true })
    expect(request.gates.map(({ kind }) => kind)).toEqual(['checks', 'settings', 'preflight', 'approval'])
    granted(await world.engine.withdrawPromotion({ promotionId: request.promotionId, actor: personId('maria') }))
    const packed = (await world.deps.readModel.load<Release>('release', request.releaseId)) as Release
    expect(packed.repackOf?.releaseId).toBe(same.id)
    const asked = { releaseId: packed.id, stageId: toId<StageId>('to-prod'), actor: personId('maria') }
    expect(await world.engine.requestPromotion(asked)).toMatchObject({ refusal: { code: 'recovery.only-back' } })
  })
})

describe('going back', () => {
  beforeAll(async () => {
    bad = await world.seal(permits('1.1.0.0', ['hand_boat', 'hand_log']))
    await promote(bad)
  })

  it('takes the same content under a higher version where the environment refuses the lower one, and asks one other person', async () => {
    const waits = (await world.request(await world.seal(permits('1.1.5.0', ['hand_boat', 'hand_log'])))).promotion.request.promotionId
    const asked = { environmentId: toId('prod'), solution: 'Permits', reason: 'Bad.', actor: personId('maria') } as const
    expect(await world.engine.rollback(asked as RollbackCommand)).toMatchObject({
      refusal: { code: 'promotion.already-open', hint: expect.stringContaining('--withdraw') as string },
    })
    const { request } = await back({ isWithdrawing: true })
    expect(await stateOf(waits)).toBe('withdrawn')
    expect(request).toMatchObject({ version: '1.1.0.1', intent: { kind: 'recovery', way: 'repack' } })
    expect(request.intent).toMatchObject({ reason: expect.stringContaining('80048541') })
    expect(request.gates.map(({ kind }) => kind)).toEqual(['settings', 'preflight', 'approval'])
    expect(request.plan.mode).toBe('upgrade')
    expect(
      await world.engine.decideApproval({
        promotionId: request.promotionId,
        gate: 'approval',
        verdict: 'approve',
        comment: '',
        actor: personId('maria'),
      }),
    ).toMatchObject({ ok: false })
    expect(await carryOut((await world.view(request.promotionId)).promotion)).toBe('succeeded')
    expect([await installed(), await hasTable('hand_log'), await hasTable('hand_boat')]).toEqual(['1.1.0.1', false, true])
    expect(await deployed()).toMatchObject({ version: '1.1.0.1', releaseId: request.releaseId })
    expect((await world.events(request.promotionId)).some(({ type }) => type === 'promotion-tagged')).toBe(false)
  })

  it('seals what it packs again as equal to the byte but for the version, and knows what it was made from', async () => {
    const { releaseId } = (await deployed()) as Deployment
    const made = (await world.deps.readModel.load<Release>('release', releaseId)) as Release
    expect(made.repackOf).toEqual({ releaseId: good.id, version: '1.0.0.0', digest: good.managed.digest })
    const [before, after] = await Promise.all(
      [good, made].map(async ({ managed }) => readZip(await world.deps.artifacts.get(managed.digest))),
    )
    const others = before?.filter(({ bytes }, at) => Buffer.compare(bytes, after?.[at]?.bytes ?? new Uint8Array()) !== 0)
    expect(others?.map(({ path }) => path)).toEqual(['solution.xml'])
  })

  it('does not go back to what it has just left, nor to what it is', async () => {
    const again = await world.engine.rollback({
      environmentId: toId('prod'),
      solution: 'Permits',
      reason: 'Again.',
      actor: personId('maria'),
    })
    expect(again).toMatchObject({ ok: false, refusal: { code: 'recovery.no-known-good' } })
    const shown = granted(await world.engine.showRecovery({ environmentId: toId('prod'), solution: 'Permits' }))
    expect(shown.knownGood, 'what was just left is not called good').toBeUndefined()
    expect(JSON.stringify(shown.ways[0]), 'nor taken for the work of others').not.toContain('not brought by Drover')
    const never = await world.engine.rollback({
      ...{ environmentId: toId('prod'), solution: 'Permits', reason: 'Again.', actor: personId('maria') },
      to: toId<ReleaseId>('r-never'),
    })
    expect(never).toMatchObject({ ok: false, refusal: { code: 'recovery.never-ran-there' } })
    const forward = await world.engine.rollback({
      ...{ environmentId: toId('prod'), solution: 'Permits', reason: 'Again.', actor: personId('maria') },
      to: bad.id,
    })
    expect(forward).toMatchObject({ ok: false, refusal: { code: 'recovery.not-known-good' } })
  })

  it('sends the same tested bytes as an update where the environment takes them, and leaves what was added', async () => {
    await world.organisation.control?.('PUT', 'environments/dev/switches/managedUpdateMayFall', { value: true })
    await promote(await world.seal(permits('1.2.0.0', ['hand_boat', 'hand_trip'])))
    const shown = granted(await world.engine.showRecovery({ environmentId: toId('prod'), solution: 'Permits' }))
    expect(shown.knownGood, 'by what it was made from').toMatchObject({
      releaseId: good.id,
      version: '1.0.0.0',
      digest: good.managed.digest,
    })
    const { request } = await back({ to: good.id })
    expect(request).toMatchObject({ version: '1.0.0.0', releaseId: good.id, intent: { way: 'redeploy' } })
    expect([request.plan.mode, request.boundTo.artifact]).toEqual(['update', good.managed.digest])
    expect(request.plan.lines.some(({ message }) => message.includes('hand_trip') && message.includes('stay'))).toBe(true)
    expect(await carryOut((await world.view(request.promotionId)).promotion)).toBe('succeeded')
    expect([await installed(), await hasTable('hand_trip')]).toEqual(['1.0.0.0', true])
    const { assessment } = granted(await world.engine.watchDrift({ environmentId: toId('prod'), actor: personId('olga') }))
    expect(assessment?.leftBehind, 'and drift says so, without asking for a word').toContainEqual(
      expect.objectContaining({ kind: 'Entity', key: 'hand_trip', solution: 'Permits' }),
    )
    expect(JSON.stringify(assessment?.deviations)).not.toContain('hand_trip')
    await world.organisation.control?.('PUT', 'environments/dev/switches/managedUpdateMayFall', { value: false })
  })

  it('changes nothing where only the import says no, and goes by the higher version the next time', async () => {
    await promote(await world.seal(permits('1.3.0.0', ['hand_boat'])))
    await world.organisation.control?.('PUT', 'environments/dev/switches/managedUpdateMayFall', { value: true })
    const asked = await back({ to: good.id })
    expect(asked.request.intent).toMatchObject({ way: 'redeploy' })
    await world.organisation.control?.('PUT', 'environments/dev/switches/managedUpdateMayFall', { value: false })
    expect(await carryOut(asked)).toContain('80048541')
    expect(await installed()).toBe('1.3.0.0')
    expect((await back()).request.intent).toMatchObject({ way: 'repack', reason: expect.stringContaining('before') })
  })

  it('loses only what its plan announces and owners let go, and what the bad release had destroyed can be written back', async () => {
    const open = (await world.engine.listPromotions({ limit: 100 })).rows.filter(({ state }) => state === 'pending')
    for (const { promotionId } of open) granted(await world.engine.withdrawPromotion({ promotionId, actor: personId('maria') }))
    const row = { hand_name: 'Anna', hand_note: 'Leaks' }
    const { headers } = await world.organisation.call('POST', 'hand_boats', { body: row })
    const boats = () => world.organisation.call('GET', 'hand_boats?$select=hand_name,hand_note')
    expect(headers).toBeDefined()
    const bad = { name: 'Permits', version: '1.4.0.0', tables: [{ name: 'hand_boat' }, { name: 'hand_guest' }] }
    const forward = (await world.request(await world.seal(bad))).promotion.request.promotionId
    const letGo = (promotionId: PromotionId, subject: string) =>
      world.engine.acknowledgeLoss({ promotionId, subject, ceiling: 1, comment: 'Known.', actor: personId('olga') })
    granted(await world.approve(forward))
    granted(await letGo(forward, 'Attribute:hand_boat.hand_note'))
    expect([await world.work(), await stateOf(forward)]).toEqual(['done', 'succeeded'])
    await world.organisation.call('POST', 'hand_guests', { body: { hand_name: 'Stranger' } })
    const [rescue] = (await world.view(forward)).promotion.rescues
    const asked = await back({ way: 'repack' })
    const { promotionId, plan, gates } = asked.request
    expect(gates.some(({ kind }) => kind === 'losses')).toBe(true)
    expect(plan.lines.some(({ subject, message }) => subject === rescue?.id && message.includes('drover rescue restore'))).toBe(true)
    granted(await world.approve(promotionId))
    expect(await world.work(), 'nothing starts before the owner has let go').toBe('done')
    expect(await stateOf(promotionId)).toBe('pending')
    granted(await letGo(promotionId, 'Entity:hand_guest'))
    expect([await world.work(), await stateOf(promotionId)]).toEqual(['done', 'succeeded'])
    expect(await hasTable('hand_guest')).toBe(false)
    expect((await world.view(promotionId)).promotion.rescues[0]?.items).toMatchObject([{ table: 'hand_guest', rows: 1 }])
    expect((await boats()).json['value']).toMatchObject([{ hand_name: 'Anna', hand_note: null }])
    granted(await world.engine.restoreRescue({ rescueId: rescue?.id ?? '', reason: '', isDryRun: false, actor: personId('olga') }))
    await world.work()
    expect((await boats()).json['value']).toMatchObject([row])
  })
})
