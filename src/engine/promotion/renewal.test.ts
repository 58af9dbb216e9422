import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { PromotionId, Version } from '#domain/kernel'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, openPromotionWorld } from '../../../test/support/promotion-world.ts'

const formId = 'aaaaaaaa-1111-4111-8111-000000000001'

let world: PromotionWorld
let minor = 0

beforeAll(async () => {
  world = await openPromotionWorld()
})
afterAll(() => world.close())
afterEach(async () => {
  for (const { promotionId, state } of (await world.engine.listPromotions({ limit: 100 })).rows)
    if (state === 'pending') granted(await world.engine.withdrawPromotion({ promotionId, actor: personId('maria') }))
})

/** The next version of the solution; each changes the label of its form's tab. */
function boats(columns: readonly string[] = ['hand_log', 'hand_port']): HandMade {
  minor++
  const tabs = `<tab name="t" id="{aaaaaaaa-1111-4111-8111-00000000000a}" IsUserDefined="1" showlabel="true" expanded="true"><labels><label description="Version ${minor}" languagecode="1033" /></labels><columns><column width="100%"><sections /></column></columns></tab>`
  const table = { name: 'hand_boat', columns: columns.map((name) => ({ name })), forms: [{ id: formId, name: 'Boat', tabs }] }
  return { name: 'Permits', version: `1.${minor}.0.0`, tables: [table] }
}

async function requested(solution = boats()): Promise<PromotionId> {
  return (await world.request(await world.seal(solution))).promotion.request.promotionId
}

async function approved(solution?: HandMade): Promise<PromotionId> {
  const promotionId = await requested(solution)
  granted(await world.approve(promotionId))
  return promotionId
}

async function stateOf(promotionId: PromotionId): Promise<string> {
  return (await world.view(promotionId)).promotion.status.state
}

async function editFormByHand(name: string): Promise<void> {
  const edited = await world.organisation.call('PATCH', `systemforms(${formId})`, { body: { name } })
  expect(edited.status, edited.text).toBe(204)
  const ParameterXml = '<importexportxml><entities><entity>hand_boat</entity></entities></importexportxml>'
  await world.organisation.call('POST', 'PublishXml', { body: { ParameterXml } })
}

async function nameOfForm(): Promise<unknown> {
  return (await world.organisation.call('GET', `systemforms(${formId})?$select=name`)).json['name']
}

async function installedVersion(): Promise<Version> {
  const answer = await world.organisation.call('GET', `solutions?$filter=uniquename eq 'Permits'&$select=version`)
  return (answer.json['value'] as { version: Version }[])[0]?.version as Version // an installed solution has one
}

describe('a promotion whose target nobody touched', () => {
  it('goes in, and so does one beside which others deploy what touches none of it', async () => {
    const first = await approved()
    expect([await world.work(), await stateOf(first)]).toEqual(['done', 'succeeded'])
    const second = await approved()
    await bring(world.organisation, {
      name: 'Neighbour',
      version: '1.0.0.0',
      isManaged: true,
      publisher: 'neighbour',
      tables: [{ name: 'hand_other' }],
    })
    expect([await world.work(), await stateOf(second)]).toEqual(['done', 'succeeded'])
    expect((await world.events(second)).filter((event) => event.type === 'plan-renewed')).toEqual([])
  })
})

describe('an edit in the target between approval and attempt', () => {
  it('is never overwritten: the attempt ends before it changed anything, and the approver decides on the difference alone', async () => {
    const promotionId = await approved()
    const before = await installedVersion()
    await editFormByHand('Boat, as our harbour needs it')
    expect(await world.work()).toBe('done')
    const { promotion, gates, mayDecide } = await world.view(promotionId)
    expect(promotion.status.state).toBe('pending')
    expect([await installedVersion(), await nameOfForm()]).toEqual([before, 'Boat, as our harbour needs it'])
    expect(promotion.renewed?.differences).toContainEqual({
      subject: `form Boat (${formId})`,
      message: 'There is now a change by hand on top of it.',
    })
    expect(new Set(promotion.renewed?.differences.map((reason) => reason.subject))).toEqual(new Set([`form Boat (${formId})`]))
    expect(gates.find((gate) => gate.kind === 'approval')?.state).toBe('pending')
    expect(mayDecide).toEqual(['approval'])
    expect((await world.events(promotionId)).some((event) => event.type === 'job-recorded')).toBe(false)
    granted(await world.approve(promotionId))
    expect([await world.work(), await stateOf(promotionId)]).toEqual(['done', 'succeeded'])
    expect(await nameOfForm()).toBe('Boat, as our harbour needs it')
  })

  it('refuses a yes to what is no longer so, and tells what changed', async () => {
    const promotionId = await requested()
    await editFormByHand('Boat, edited again')
    const answer = await world.approve(promotionId)
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'promotion.plan-changed' } })
    expect(answer.ok ? [] : answer.refusal.reasons).not.toEqual([])
    expect((await world.view(promotionId)).promotion.decisions).toEqual([])
    granted(await world.approve(promotionId))
    expect([await world.work(), await stateOf(promotionId)]).toEqual(['done', 'succeeded'])
  })

  it('refuses a yes by somebody who looked at another plan', async () => {
    const promotionId = await requested()
    const { seen } = await world.view(promotionId)
    await editFormByHand('Boat, and again')
    const say = (looked: string) =>
      world.engine.decideApproval({ promotionId, gate: 'approval', verdict: 'approve', comment: '', seen: looked, actor: personId('ben') })
    expect(await say(seen)).toMatchObject({ ok: false, refusal: { code: 'promotion.plan-changed' } })
    expect(await say(seen)).toMatchObject({ ok: false, refusal: { code: 'PIP-11' } })
    granted(await world.engine.withdrawPromotion({ promotionId, actor: personId('maria') }))
  })

  it("takes no yes to a plan that another approver's look has renewed in the same moment", async () => {
    const promotionId = await requested()
    await editFormByHand('Boat, under two pairs of eyes')
    const answers = await Promise.all([world.approve(promotionId, 'ben'), world.approve(promotionId, 'anna')])
    expect(answers).toMatchObject([{ refusal: { code: 'promotion.plan-changed' } }, { refusal: { code: 'promotion.plan-changed' } }])
    const { decisions, renewed } = (await world.view(promotionId)).promotion
    expect([decisions, renewed?.differences.length]).toEqual([[], 1])
    expect(
      answers.map((answer) => (answer.ok ? 0 : answer.refusal.reasons.length)),
      'both are told what changed',
    ).toEqual([1, 1])
  })

  it.each([
    ['before', 'observe'],
    ['after', 'observe'],
  ] as const)('survives a worker that is killed %s the record of step %s', async (phase, step) => {
    const promotionId = await approved()
    await editFormByHand(`Boat ${phase}`)
    expect(await world.work((name, at) => (name === step && at === phase ? kill() : undefined))).toBe('killed')
    expect(await world.work()).toBe('done')
    const events = await world.events(promotionId)
    expect(events.filter((event) => event.type === 'plan-renewed')).toHaveLength(1)
    expect(events.filter((event) => event.type.startsWith('attempt-')).map((event) => event.type)).toEqual(['attempt-started'])
    expect(await stateOf(promotionId)).toBe('pending')
    granted(await world.approve(promotionId))
    expect([await world.work(), await stateOf(promotionId)]).toEqual(['done', 'succeeded'])
  })

  it('stays found when it is taken back while the worker is dead: the attempt that it ended does not go on', async () => {
    const promotionId = await approved()
    await editFormByHand('Boat, for a moment')
    expect(await world.work((name, at) => (name === 'observe' && at === 'after' ? kill() : undefined))).toBe('killed')
    await editFormByHand('Boat after')
    expect([await world.work(), await stateOf(promotionId)]).toEqual(['done', 'pending'])
    granted(await world.engine.withdrawPromotion({ promotionId, actor: personId('maria') }))
  })
})
