import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Instant, PromotionId, Result, StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration, PeopleGateKind } from '#domain/pipeline'
import type { Release } from '#domain/release'
import type { Engine, PromotionView } from '#engine'
import { createEngine } from '#engine'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { peopleGate, personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import { loadConfiguration } from '../apply-configuration.ts'
import { sweep } from '../sweep.ts'

let world: PromotionWorld

beforeAll(async () => {
  world = await openPromotionWorld({ isAdministered: true })
  // Production asks for a user's and the board's word, and for source; Emma answers for environments, and owns no solution.
  await configure((configuration) => ({
    ...configuration,
    people: [...configuration.people, { id: personId('emma'), name: 'Emma', roles: ['environment-owner'] }],
    pipelines: configuration.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) => ({
        ...stage,
        gates: [
          { kind: 'source-control' },
          peopleGate('uat', ['ben', 'olga', 'anna']),
          peopleGate('cab', ['carl', 'cleo']),
          ...stage.gates,
        ],
      })),
    })),
  }))
})
afterAll(() => world.close())

async function configure(change: (configuration: Configuration) => Configuration): Promise<void> {
  const current = await loadConfiguration(world.deps)
  if (current === undefined) throw new Error('there is no configuration')
  const events = [{ type: 'configuration-applied', data: { configuration: change(current.configuration), changes: [] } }]
  await world.deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}

function permits(version: string): HandMade {
  return { name: 'Permits', version, tables: [{ name: 'hand_permit', columns: [{ name: 'hand_note' }] }] }
}

/** The engine so many days from now. */
function inDays(days: number): Engine {
  const now = (): Instant => toId<Instant>(new Date(Date.parse(world.deps.clock.now()) + days * 86_400_000).toISOString())
  return createEngine({ ...world.deps, clock: { ...world.deps.clock, now } })
}

function declare(release: Release, by = 'olga') {
  const emergency = { reason: 'Permits are lost' }
  return world.engine.requestPromotion({ releaseId: release.id, stageId: toId('to-prod'), actor: personId(by), emergency })
}

function say(promotionId: PromotionId, gate: PeopleGateKind, by: string, seen?: string): Promise<Result<PromotionView>> {
  return world.engine.decideApproval({ promotionId, gate, verdict: 'approve', comment: '', seen, actor: personId(by) })
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

function signOff(promotionId: PromotionId, gate: PeopleGateKind, by: string, verdict: 'approve' | 'reject' = 'approve') {
  return world.engine.signOffPromotion({ promotionId, gate, verdict, comment: 'Seen', actor: personId(by) })
}

async function installed(): Promise<unknown> {
  const answer = await world.organisation.call('GET', `solutions?$filter=uniquename eq 'Permits'&$select=version`)
  return (answer.json['value'] as { version: string }[])[0]?.version
}

describe('an emergency', () => {
  it('goes into production at the word of a second person, wherever the worker is killed, and owes what it went past', async () => {
    const { engine } = world
    const release = await world.seal(permits('1.0.0.0'))
    expect(codeOf(await declare(release, 'maria'))).toBe('promotion.not-allowed')
    const { request } = granted(await declare(release)).promotion
    const { promotionId } = request
    expect(request.intent).toMatchObject({ kind: 'emergency', reason: 'Permits are lost' })
    expect(granted(await engine.listOwed()).owed).toEqual([])
    granted(await say(promotionId, 'approval', 'ben'))
    expect((await world.view(promotionId)).promotion.status.state).toBe('pending')
    expect(codeOf(await say(promotionId, 'emergency', 'ben'))).toBe('approval.not-named')
    granted(await say(promotionId, 'emergency', 'carl'))
    const seen = new Set<string>()
    const die = (step: string, phase: string): void => {
      if (seen.has(`${step} ${phase}`) || seen.size > 8) return
      seen.add(`${step} ${phase}`)
      kill()
    }
    while ((await world.work(die)) === 'killed');
    expect(seen.size).toBeGreaterThan(4)
    expect([(await world.view(promotionId)).promotion.status.state, await installed()]).toEqual(['succeeded', '1.0.0.0'])
    const { owed, emergencies } = granted(await engine.listOwed('permits'))
    expect(owed.map(({ gate, intent, isOverdue }) => [gate, intent, isOverdue])).toEqual([
      ['uat', 'emergency', false],
      ['cab', 'emergency', false],
    ])
    expect((await engine.loadBoard()).owed).toEqual(owed)
    expect(emergencies).toMatchObject([{ solution: 'Permits', times: 1, isMany: false }])

    expect(codeOf(await signOff(promotionId, 'uat', 'olga'))).toBe('promotion.not-allowed')
    const signable = async (by: string) => (await engine.loadPromotion(promotionId, personId(by)))?.maySignOff
    expect([await signable('olga'), await signable('carl')]).toEqual([[], ['cab']])
    granted(await signOff(promotionId, 'cab', 'carl'))
    expect(await signable('carl')).toEqual([])
    granted(await signOff(promotionId, 'uat', 'anna', 'reject'))
    expect(granted(await engine.listOwed()).owed).toMatchObject([
      { gate: 'uat', isRefused: true, given: [{ by: 'anna', verdict: 'reject' }] },
    ])

    const next = await world.seal(permits('1.1.0.0'))
    const later = inDays(9)
    expect((await later.loadBoard()).owed).toMatchObject([{ gate: 'uat', isOverdue: true }])
    const asked = { releaseId: next.id, stageId: toId<StageId>('to-prod'), actor: personId('maria') } as const
    expect(codeOf(await later.requestPromotion(asked))).toBe('owed.overdue')
    granted(await signOff(promotionId, 'uat', 'ben'))
    expect((await later.loadBoard()).owed).toEqual([])
    const waiting = granted(await later.requestPromotion(asked)).promotion.request.promotionId
    granted(await engine.withdrawPromotion({ promotionId: waiting, actor: personId('maria') }))
  })

  it('is none any more when nothing began in time, and is told when there are too many', async () => {
    const { engine } = world
    const release = await world.seal(permits('1.2.0.0'))
    for (let times = 0; times < 2; times++) {
      const { promotionId } = granted(await declare(release)).promotion.request
      const expired = await inDays(1.1).loadPromotion(promotionId, personId('carl'))
      expect(expired?.gates[0]).toMatchObject({ kind: 'in-force', state: 'closed' })
      expect(expired?.gates[0]?.reasons.map(({ subject }) => subject)).toContain('emergency.expired')
      granted(await engine.withdrawPromotion({ promotionId, actor: personId('olga') }))
    }
    expect(granted(await engine.listOwed()).emergencies).toMatchObject([{ times: 3, isMany: true }])
    expect(granted(await inDays(91).listOwed()).emergencies).toEqual([])
  })
})

describe('a waiver', () => {
  it('opens a gate for those who decide with it in view, until it ends or is revoked', async () => {
    const { engine } = world
    const release = await world.seal(permits('1.3.0.0'), { commit: '' })
    const { promotionId } = (await world.request(release)).promotion.request
    for (const [gate, by] of [
      ['uat', 'anna'],
      ['cab', 'carl'],
      ['approval', 'ben'],
    ] as const)
      granted(await say(promotionId, gate, by))
    const stateOf = async (kind: string, of = engine) =>
      (await of.loadPromotion(promotionId, personId('ben')))?.gates.find((gate) => gate.kind === kind)?.state
    expect([await stateOf('source-control'), await stateOf('approval')]).toEqual(['closed', 'open'])

    const until = toId<Instant>(new Date(Date.now() + 20 * 86_400_000).toISOString())
    const words = { solution: 'permits', reason: 'The repository moves', measure: 'The export is kept', until, actor: personId('maria') }
    const never = await engine.requestWaiver({ ...words, waives: { kind: 'gate', gate: 'recovery' } })
    expect(codeOf(never)).toBe('waiver.never')
    const { waiver } = granted(
      await engine.requestWaiver({ ...words, waives: { kind: 'gate', gate: 'source-control' }, releaseId: release.id }),
    )
    const { waiverId } = waiver
    expect(waiver.scope).toEqual({ solution: 'Permits', artifact: release.managed.digest })
    expect(await stateOf('source-control')).toBe('closed')
    expect(codeOf(await engine.decideWaiver({ waiverId, verdict: 'approve', comment: '', actor: personId('olga') }))).toBe('ROL-07')
    const both = ['emma', 'emma'].map((by) => engine.decideWaiver({ waiverId, verdict: 'approve', comment: 'Once', actor: personId(by) }))
    expect((await Promise.all(both)).map(codeOf).sort()).toEqual(['ok', 'waiver.not-proposed'])

    // Opened by it, and whoever had decided before is asked anew: nothing begins by itself.
    expect([await stateOf('source-control'), await stateOf('approval')]).toEqual(['open', 'pending'])
    await sweep(world.deps)
    await world.work()
    expect((await world.view(promotionId)).promotion.status.state).toBe('pending')
    expect(await stateOf('source-control', inDays(21))).toBe('closed')
    granted(await engine.revokeWaiver({ waiverId, reason: 'It moved', actor: personId('maria') }))
    expect(await stateOf('source-control')).toBe('closed')

    const second = granted(await engine.requestWaiver({ ...words, waives: { kind: 'gate', gate: 'source-control' } })).waiver.waiverId
    granted(await engine.decideWaiver({ waiverId: second, verdict: 'approve', comment: '', actor: personId('emma') }))
    // What nobody was shown nobody agrees to.
    expect(codeOf(await say(promotionId, 'approval', 'ben'))).toBe('PIP-11')
    const seen = (await world.view(promotionId)).seen
    expect(seen).toContain(second)
    for (const [gate, by] of [
      ['uat', 'anna'],
      ['cab', 'carl'],
      ['approval', 'ben'],
    ] as const)
      granted(await say(promotionId, gate, by, seen))
    await world.work()
    const { promotion, gates } = await world.view(promotionId)
    expect([promotion.status.state, await installed()]).toEqual(['succeeded', '1.3.0.0'])
    expect(promotion.leansOn).toMatchObject([{ waiverId: second, decided: { by: 'emma' } }])
    expect(gates.find(({ kind }) => kind === 'source-control')).toMatchObject({ state: 'open', waiverId: second })
    const { waivers, repeated } = granted(await inDays(21).listWaivers(personId('maria'), 'PERMITS'))
    expect(waivers.map(({ state }) => state)).toEqual(['expired', 'revoked'])
    expect(repeated).toEqual([{ rule: 'source-control', times: 2, isToChange: false }])
  })
})
