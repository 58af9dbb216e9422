import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { leavingSchema, personViewSchema, promotionViewSchema, raciSchema, waitingSchema } from '#contract'
import type { EnvironmentId, Instant, PromotionId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Group, Role } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { Release } from '#domain/release'
import type { Engine } from '#engine'
import { createEngine, sweep } from '#engine'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { peopleGate, personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'

let world: PromotionWorld
let engine: Engine
let deps: PromotionWorld['deps']
let hoursLater = 0
let minor = 0

beforeAll(async () => {
  world = await openPromotionWorld()
  const clock = { now: () => toId<Instant>(new Date(Date.now() + hoursLater * 3_600_000).toISOString()) }
  deps = { ...world.deps, clock }
  engine = createEngine(deps)
})
afterAll(() => world.close())
afterEach(async () => {
  for (const { promotionId, state } of (await engine.listPromotions({ limit: 100 })).rows)
    if (state === 'pending') granted(await engine.withdrawPromotion({ promotionId, actor: personId('maria') }))
})

function boats(): HandMade {
  minor++
  return { name: 'Permits', version: `1.${minor}.0.0`, tables: [{ name: 'hand_boat', columns: [{ name: 'hand_log' }] }] }
}

/** Past the rules of applying: what is in force is what the test says. */
async function inForce(change: (configuration: Configuration) => Configuration): Promise<void> {
  const current = await engine.loadConfiguration()
  if (current === undefined) throw new Error('nothing is in force')
  const events = [{ type: 'configuration-applied', data: { configuration: change(current.configuration), changes: [] } }]
  await deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}

/** Only the gate of approval, which names the group `board` alone. */
function decidedByBoard(...members: string[]): (configuration: Configuration) => Configuration {
  const board: Group = { id: 'board', name: 'Board', members: members.map(personId) }
  return (configuration) => ({
    ...configuration,
    groups: [board],
    pipelines: configuration.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) => ({ ...stage, gates: [{ ...peopleGate('approval', []), groups: ['board'] }] })),
    })),
  })
}

function decidedBy(...people: string[]): (configuration: Configuration) => Configuration {
  return (configuration) => ({
    ...configuration,
    pipelines: configuration.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) => ({ ...stage, gates: [peopleGate('approval', people)] })),
    })),
  })
}

async function requested(changes: Partial<Omit<Release, 'seal'>> = {}): Promise<PromotionId> {
  const release = await world.seal(boats(), changes)
  return granted(await engine.requestPromotion({ releaseId: release.id, stageId: toId('to-prod'), actor: personId('maria') })).promotion
    .request.promotionId
}

function approve(promotionId: PromotionId, by: string, onBehalfOf?: string) {
  const place = onBehalfOf === undefined ? {} : { onBehalfOf: personId(onBehalfOf) }
  return engine.decideApproval({ promotionId, gate: 'approval', verdict: 'approve', comment: '', actor: personId(by), ...place })
}

async function view(promotionId: PromotionId, viewer = 'ben') {
  const found = await engine.loadPromotion(promotionId, personId(viewer))
  if (found === undefined) throw new Error(`there is no ${promotionId}`)
  // Whatever doors are given fits what they promise.
  promotionViewSchema.parse(found)
  return found
}

function inHours(hours: number): Instant {
  return toId<Instant>(new Date(Date.parse(deps.clock.now()) + hours * 3_600_000).toISOString())
}

function delegate(absent: string, deputy: string, actor = absent) {
  const names = { absent: personId(absent), deputy: personId(deputy), actor: personId(actor) }
  return engine.nameDeputy({ ...names, until: inHours(48), reason: 'On holiday' })
}

describe('a gate that names a group', () => {
  it('is opened by whoever is in it when it is judged, and by nobody who was', async () => {
    await inForce(decidedByBoard('anna', 'ben'))
    const promotionId = await requested()
    expect(await approve(promotionId, 'carl')).toMatchObject({ ok: false, refusal: { code: 'approval.not-named' } })
    await inForce(decidedByBoard('carl', 'remy'))
    expect(await approve(promotionId, 'anna')).toMatchObject({ ok: false, refusal: { code: 'approval.not-named' } })
    // Carl has no role that fits the gate, until one is granted to him there.
    expect((await view(promotionId, 'carl')).mayDecide).toEqual([])
    const grant = { to: { person: personId('carl') }, role: 'approver' as const, reason: 'Stands for the board' }
    const elsewhere = { ...grant, environment: toId<EnvironmentId>('test') }
    await inForce((configuration) => ({ ...configuration, grants: [elsewhere, { ...grant, solution: 'Tolls' }] }))
    expect((await view(promotionId, 'carl')).mayDecide).toEqual([])
    await inForce((configuration) => ({ ...configuration, grants: [{ ...grant, environment: toId<EnvironmentId>('prod') }] }))
    expect((await view(promotionId, 'carl')).mayDecide).toEqual(['approval'])
    await inForce(decidedByBoard('ben'))
    granted(await approve(promotionId, 'ben'))
    expect((await view(promotionId)).promotion.status.state).toBe('running')
    await world.work()
    const shown = await view(promotionId)
    expect(shown.promotion.status.state).toBe('succeeded')
    expect(shown.gates.find(({ kind }) => kind === 'approval')).toMatchObject({ state: 'open' })
  })
})

describe('whoever made a release', () => {
  it('does not approve it when somebody else asks for it (ROL-07)', async () => {
    await inForce(decidedBy('anna', 'ben'))
    const promotionId = await requested({ sealedBy: 'anna' })
    expect((await view(promotionId, 'anna')).mayDecide).toEqual([])
    expect(await approve(promotionId, 'anna')).toMatchObject({ ok: false, refusal: { code: 'ROL-07' } })
    granted(await delegate('ben', 'anna'))
    expect(await approve(promotionId, 'anna', 'ben')).toMatchObject({ ok: false, refusal: { code: 'ROL-07' } })
    const [delegation] = granted(await engine.loadPerson(personId('ben'))).deputies
    granted(await engine.endDeputy({ personId: personId('ben'), delegationId: delegation?.id ?? '', actor: personId('anna') }))
  })
})

describe('a deputy', () => {
  it('decides in the place of whoever named them, which is recorded and shown, and the place is taken then', async () => {
    await inForce(decidedBy('ben'))
    const promotionId = await requested()
    expect(await approve(promotionId, 'anna')).toMatchObject({ ok: false, refusal: { code: 'approval.not-named' } })
    personViewSchema.parse(granted(await delegate('ben', 'anna')))
    expect(await view(promotionId, 'anna')).toMatchObject({ mayDecide: ['approval'], places: [{ gate: 'approval', placeOf: 'ben' }] })
    expect((await view(promotionId, 'ben')).places).toEqual([{ gate: 'approval' }])
    granted(await approve(promotionId, 'anna'))
    const { promotion, gates } = await view(promotionId)
    expect(promotion.decisions).toMatchObject([{ by: 'anna', onBehalfOf: 'ben' }])
    expect(gates.find(({ kind }) => kind === 'approval')?.reasons[0]?.message).toMatch(/^Said yes for Ben/)
    await world.work()
    expect((await view(promotionId)).promotion.status.state).toBe('succeeded')
  })

  it('is one no longer when the time is over', async () => {
    await inForce(decidedBy('ben'))
    hoursLater += 49
    const promotionId = await requested()
    expect(await approve(promotionId, 'anna', 'ben')).toMatchObject({ ok: false, refusal: { code: 'ROL-09' } })
  })

  it('is named for somebody who is away by two platform-admins, neither of them the deputy', async () => {
    await inForce(decidedBy('ben'))
    const promotionId = await requested()
    expect(await delegate('ben', 'anna', 'remy')).toMatchObject({ ok: false, refusal: { code: 'people.not-allowed' } })
    const named = granted(await delegate('ben', 'anna', 'pat')).deputies.at(-1)
    expect(named?.awaitsSecond).toBe(true)
    expect(await approve(promotionId, 'anna', 'ben')).toMatchObject({ ok: false, refusal: { code: 'ROL-09' } })
    const confirm = (actor: string) =>
      engine.confirmDeputy({ personId: personId('ben'), delegationId: named?.id ?? '', actor: personId(actor) })
    expect(await confirm('pat')).toMatchObject({ ok: false, refusal: { code: 'ROL-09' } })
    expect(await confirm('remy')).toMatchObject({ ok: false, refusal: { code: 'people.not-allowed' } })
    granted(await confirm('piet'))
    granted(await approve(promotionId, 'anna', 'ben'))
    await world.work()
    expect((await view(promotionId)).promotion.status.state).toBe('succeeded')
  })

  it('has a role that fits, an end that policy allows, and is no software', async () => {
    expect(await delegate('ben', 'maria')).toMatchObject({ ok: false, refusal: { code: 'ROL-09' } })
    const names = { absent: personId('ben'), deputy: personId('anna'), actor: personId('ben') }
    const long = await engine.nameDeputy({ ...names, until: inHours(24 * 61), reason: 'Away' })
    expect(long).toMatchObject({ ok: false, refusal: { code: 'ROL-09' } })
    await inForce((before) => ({ ...before, people: before.people.map((one) => (one.id === 'anna' ? { ...one, kind: 'service' } : one)) }))
    expect(await delegate('ben', 'anna')).toMatchObject({ ok: false, refusal: { code: 'ROL-07' } })
    await inForce((before) => ({ ...before, people: before.people.map(({ kind: _kind, ...one }) => one) }))
  })
})

describe('a decision that takes too long', () => {
  async function undecided(by = 'maria'): Promise<PromotionId> {
    await inForce(decidedBy('ben'))
    const release = await world.seal(boats())
    const asked = granted(await engine.requestPromotion({ releaseId: release.id, stageId: toId('to-prod'), actor: personId(by) }))
    return asked.promotion.request.promotionId
  }

  async function tooLong(promotionId: PromotionId): Promise<void> {
    hoursLater += 25
    await sweep(deps)
    await sweep(deps)
    expect((await view(promotionId)).promotion.escalations).toHaveLength(1)
  }

  it('is told to others once, on the promotion and the board', async () => {
    const promotionId = await undecided()
    await sweep(deps)
    expect((await view(promotionId)).promotion.escalations).toBeUndefined()
    await tooLong(promotionId)
    const { promotion, gates } = await view(promotionId)
    expect(promotion.escalations).toMatchObject([{ gate: 'approval', afterHours: 24, to: ['olga', 'remy'], answeredBy: ['olga'] }])
    expect(gates.find(({ kind }) => kind === 'approval')?.reasons.at(-1)?.message).toMatch(/told to Olga, Remy.* Olga may answer/)
    expect((await engine.listPromotions({ limit: 1 })).rows[0]?.escalated).toBe('approval')
  })

  it('is answered by one above in the place of whom the gate names, and by nobody before or without a role that fits', async () => {
    const promotionId = await undecided()
    expect(await approve(promotionId, 'olga', 'ben')).toMatchObject({ ok: false, refusal: { code: 'ROL-09' } })
    await tooLong(promotionId)
    // Remy was told, so that he can have somebody decide; nothing else.
    expect((await view(promotionId, 'remy')).places).toEqual([])
    expect(await approve(promotionId, 'remy', 'ben')).toMatchObject({ ok: false, refusal: { code: 'ROL-09' } })
    expect((await view(promotionId, 'olga')).places).toEqual([{ gate: 'approval', placeOf: 'ben' }])
    const waitsFor = async (id: string) =>
      waitingSchema.parse(await engine.listWaiting(personId(id))).promotions.filter(({ asks }) => asks.includes('decide'))
    expect(await waitsFor('olga')).toMatchObject([{ promotionId, asks: ['decide'], gates: ['approval'] }])
    expect(await waitsFor('remy')).toEqual([])
    promotionViewSchema.parse(granted(await approve(promotionId, 'olga')))
    // The place is taken: whoever was late does not count beside it.
    expect(await approve(promotionId, 'ben')).toMatchObject({
      ok: false,
      refusal: { code: expect.stringMatching(/^approval\./) as string },
    })
    await world.work()
    const { promotion } = await view(promotionId)
    expect(promotion.status.state).toBe('succeeded')
    expect(promotion.decisions).toMatchObject([{ by: 'olga', onBehalfOf: 'ben', byEscalation: true }])
  })

  it('is not answered by whoever asked for it, nor by one who is above no more', async () => {
    const own = await undecided('olga')
    await tooLong(own)
    expect(await approve(own, 'olga', 'ben')).toMatchObject({ ok: false, refusal: { code: 'PIP-10' } })
    granted(await engine.withdrawPromotion({ promotionId: own, actor: personId('olga') }))
    const promotionId = await undecided()
    await tooLong(promotionId)
    const rolesOfOlga = async (roles: readonly Role[]) =>
      inForce((before) => ({ ...before, people: before.people.map((one) => (one.id === 'olga' ? { ...one, roles } : one)) }))
    const before = (await engine.loadConfiguration())?.configuration.people.find(({ id }) => id === 'olga')?.roles ?? []
    await rolesOfOlga(['maker'])
    expect(await approve(promotionId, 'olga', 'ben')).toMatchObject({ ok: false, refusal: { code: 'ROL-09' } })
    await rolesOfOlga(before)
  })
})

describe('what is asked of people', () => {
  it('tells what stops if somebody leaves, and changes nothing', async () => {
    await inForce(decidedBy('ben'))
    const before = (await engine.loadConfiguration())?.version
    const items = granted(await engine.foreseeLeaving(personId('ben')))
    leavingSchema.parse({ items })
    expect(items.filter(({ stops }) => stops).map(({ kind }) => kind)).toContain('gate')
    const olga = granted(await engine.foreseeLeaving(personId('olga')))
    expect(new Set(olga.map(({ kind, subject }) => `${kind} ${subject}`))).toEqual(
      new Set(['solution Permits', ...['dev', 'test', 'prod'].flatMap((name) => [`environment ${name}`, `data ${name}`])]),
    )
    expect(granted(await engine.foreseeLeaving(personId('pat')))).toMatchObject([{ kind: 'administration', stops: true }])
    expect(granted(await engine.foreseeLeaving(personId('sam')))).toEqual([])
    expect((await engine.loadConfiguration())?.version).toBe(before)
    expect(await engine.foreseeLeaving(personId('nobody'))).toMatchObject({ ok: false, refusal: { code: 'person.unknown' } })
  })

  it('tells since when each role holds, and where', async () => {
    const grant = {
      to: { group: 'board' },
      role: 'security' as const,
      environment: toId<EnvironmentId>('prod'),
      reason: 'Pen test',
    }
    await inForce((configuration) => ({ ...decidedByBoard('rita')(configuration), grants: [grant] }))
    const rita = granted(await engine.loadPerson(personId('rita')))
    personViewSchema.parse(rita)
    expect(rita.roles.map(({ role, environment, group }) => [role, environment, group])).toEqual([
      ['reviewer', undefined, undefined],
      ['security', 'prod', 'board'],
    ])
    const [own, granted2] = rita.roles
    expect((own?.since ?? '') < (granted2?.since ?? '')).toBe(true)
  })

  it('are certified again each quarter where their roles are privileged, by another platform-admin alone (ROL-08)', async () => {
    const dueOf = async (id: string) => granted(await engine.loadPerson(personId(id))).certificationDueAt
    const certify = (by: string, comment = 'Approves still') =>
      engine.certifyRights({ personId: personId('ben'), comment, actor: personId(by) })
    const before = hoursLater
    expect(await dueOf('ben')).toBeUndefined()
    hoursLater += 24 * 91
    expect([await dueOf('ben'), await dueOf('maria')]).toEqual([expect.any(String), undefined])
    expect(await certify('remy')).toMatchObject({ ok: false, refusal: { code: 'people.not-allowed' } })
    expect(await engine.certifyRights({ personId: personId('pat'), comment: 'Mine', actor: personId('pat') })).toMatchObject({
      ok: false,
      refusal: { code: 'ROL-07' },
    })
    expect(await certify('pat', ' ')).toMatchObject({ ok: false, refusal: { code: 'people.comment-needed' } })
    const view = personViewSchema.parse(granted(await certify('pat')))
    expect(view).toMatchObject({ certified: { by: 'pat', comment: 'Approves still', roles: ['approver'] } })
    expect(await dueOf('ben')).toBeUndefined()
    hoursLater += 24 * 91
    expect(await dueOf('ben')).toEqual(expect.any(String))
    hoursLater = before
  })

  it('names who is accountable at every gate, by a table that says how sure it is', async () => {
    const raci = raciSchema.parse(await engine.loadRaci())
    expect(raci.rows.map(({ role }) => role)).toHaveLength(6)
    expect(raci.caveat).toMatch(/our reading/)
    await inForce(decidedBy('ben'))
    const { gates } = await view(await requested())
    expect(gates.filter(({ accountable }) => accountable === undefined)).toEqual([])
    expect(gates.find(({ kind }) => kind === 'approval')?.accountable).toBe('Business team, solution owner: Olga')
  })
})
