import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personViewSchema, promotionViewSchema, raciSchema } from '#contract'
import type { Instant, PromotionId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { PersonId } from '#domain/kernel'
import type { Role } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { Engine } from '#engine'
import { createEngine } from '#engine'
import { peopleGate, personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import { registerAddress } from '../cattle/register-address.ts'

let world: PromotionWorld
let engine: Engine
let deps: PromotionWorld['deps']
let minutesLater = 0
let minor = 0

beforeAll(async () => {
  world = await openPromotionWorld()
  const clock = { now: () => toId<Instant>(new Date(Date.now() + minutesLater * 60_000).toISOString()) }
  deps = { ...world.deps, clock }
  engine = createEngine(deps)
})
afterAll(() => world.close())

/** Past the rules of applying: what is in force is what the test says. */
async function inForce(change: (configuration: Configuration) => Configuration): Promise<void> {
  const current = await engine.loadConfiguration()
  if (current === undefined) throw new Error('nothing is in force')
  const events = [{ type: 'configuration-applied', data: { configuration: change(current.configuration), changes: [] } }]
  await deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}

/** Carl is named at the only gate, beside another, and has no role that fits it. */
const namesCarl = (quorum: number, beside: string) => (configuration: Configuration) => ({
  ...configuration,
  pipelines: configuration.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: pipeline.stages.map((stage) => ({ ...stage, gates: [{ ...peopleGate('approval', ['carl', beside]), quorum }] })),
  })),
})

async function requested(): Promise<PromotionId> {
  minor++
  const release = await world.seal({
    name: 'Permits',
    version: `1.${minor}.0.0`,
    tables: [{ name: 'hand_boat', columns: [{ name: 'hand_log' }] }],
  })
  const view = granted(await engine.requestPromotion({ releaseId: release.id, stageId: toId('to-prod'), actor: personId('maria') }))
  return view.promotion.request.promotionId
}

function approve(promotionId: PromotionId, by: string) {
  return engine.decideApproval({ promotionId, gate: 'approval', verdict: 'approve', comment: '', actor: personId(by) })
}

/** Asked for by Pat, for an hour from now. */
async function ask(person: string, role: Role, place = {}): Promise<string> {
  const until = toId<Instant>(new Date(Date.parse(deps.clock.now()) + 3_600_000).toISOString())
  const asked = { person: personId(person), role, until, reason: 'Anna is away', actor: personId('pat'), ...place }
  return granted(await engine.askForGrant(asked)).grants.at(-1)?.id ?? ''
}

async function give(person: string, role: Role, place = {}): Promise<void> {
  const grantId = await ask(person, role, place)
  personViewSchema.parse(granted(await engine.confirmGrant({ personId: personId(person), grantId, actor: personId('piet') })))
}

async function gateOf(promotionId: PromotionId) {
  const view = await engine.loadPromotion(promotionId, personId('carl'))
  promotionViewSchema.parse(view)
  return view
}

describe('a role with an end', () => {
  it('counts at gates from the second word until its end, for the place that it names, and what was decided with it stands', async () => {
    await inForce(namesCarl(2, 'ben'))
    const promotionId = await requested()
    await ask('carl', 'approver')
    await give('carl', 'approver', { environment: toId('test') })
    expect(await approve(promotionId, 'carl')).toMatchObject({ ok: false, refusal: { code: 'approval.not-named' } })
    await give('carl', 'approver', { environment: toId('prod') })
    granted(await approve(promotionId, 'carl'))
    minutesLater += 61
    const after = await gateOf(promotionId)
    expect(after?.gates.find(({ kind }) => kind === 'approval')?.reasons.map(({ message }) => message)).toEqual([
      expect.stringContaining('Said yes'),
      expect.stringContaining('Awaits 1 of Ben'),
    ])
    granted(await approve(promotionId, 'ben'))
    expect((await gateOf(promotionId))?.promotion.status.state).toBe('running')
    await world.work()
    const next = await requested()
    expect(await approve(next, 'carl')).toMatchObject({ ok: false, refusal: { code: 'approval.not-named' } })
    granted(await engine.withdrawPromotion({ promotionId: next, actor: personId('maria') }))
  })

  it('becomes part of no configuration, whoever applies one while it holds, and lets its person do what it is for only until its end', async () => {
    const people = async () => (await engine.loadConfiguration())?.configuration.people.map(({ id, roles }) => [id, roles])
    const before = await people()
    await give('carl', 'platform-admin')
    expect((await engine.loadActing()).find(({ id }) => id === 'carl')?.roles).toContain('platform-admin')
    const environment = (await engine.loadConfiguration())?.configuration.environments.find(({ id }) => id === 'dev')
    if (environment === undefined) throw new Error('there is no dev')
    const addressed = (path: string) => ({
      url: `${environment.url}${path}`,
      connectivityUrl: environment.connectivityUrl ?? environment.url,
    })
    await registerAddress(deps, {
      environmentId: environment.id,
      address: addressed('/anew'),
      actor: toId<PersonId>('drover'),
    })
    await registerAddress(deps, { environmentId: environment.id, address: addressed(''), actor: toId<PersonId>('drover') })
    const certify = () => engine.certifyRights({ personId: personId('ben'), comment: 'Approves still', actor: personId('carl') })
    granted(await certify())
    expect(await people()).toEqual(before)
    minutesLater += 60
    expect(await certify()).toMatchObject({ ok: false, refusal: { code: 'people.not-allowed' } })
  })

  it('is told with its end where people stand for a role', async () => {
    const admins = async () => raciSchema.parse(await engine.loadRaci()).rows.flatMap(({ endsAt }) => endsAt)
    expect(await admins()).toEqual([])
    await give('carl', 'security')
    expect((await admins()).map(({ person }) => person)).toContain('carl')
    minutesLater += 60
    expect(await admins()).toEqual([])
  })
})

describe('a privileged role that nobody certified', () => {
  it('opens gates for as long as the tier lets it, then none until another platform-admin certifies it', async () => {
    const reason = 'Reports of checks last no longer than a quarter.'
    const values = [
      { path: 'people.certifiedDays', value: 10, reason },
      ...[1, 2, 3, 4].map((tier) => ({ path: `people.uncertifiedDays.${tier}`, value: 5, reason })),
    ]
    await inForce((configuration) => ({ ...namesCarl(1, 'ben')(configuration), policy: { values, demands: [] } }))
    const days = (many: number) => (minutesLater += many * 24 * 60)
    days(11)
    const first = await requested()
    granted(await approve(first, 'ben'))
    await world.work()
    days(6)
    const second = await requested()
    expect(await approve(second, 'ben')).toMatchObject({
      ok: false,
      refusal: { code: 'ROL-08', hint: expect.stringContaining('drover people certify ben') as string },
    })
    granted(await engine.certifyRights({ personId: personId('ben'), comment: 'Approves still', actor: personId('pat') }))
    granted(await approve(second, 'ben'))
    await world.work()
  })
})
