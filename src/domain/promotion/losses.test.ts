import { describe, expect, it } from 'vitest'
import type { Count } from '#domain/environment'
import type { Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { LossKind, Plan, PlannedComponent } from '#domain/plan'
import type { Tier } from '#domain/solution'
import {
  at,
  buildConfiguration,
  buildPlan,
  buildRequestFacts,
  personId,
  productionGates,
  sha256,
} from '../../../test/support/domain-builders.ts'
import { bindApproval } from '#domain/approval'
import type { AcknowledgementCommand } from './decide-acknowledgement.ts'
import { decideAcknowledgement, mayAcknowledge } from './decide-acknowledgement.ts'
import { decideRequest } from './decide-request.ts'
import { evaluateGates } from './evaluate-gates.ts'
import { findLosses } from './evaluate-losses.ts'
import { evolvePromotion } from './evolve-promotion.ts'
import type { Standing } from './judge-standing.ts'
import { judgeStanding, standAsRequested } from './judge-standing.ts'
import type { NewPromotionEvent, Promotion, PromotionEvent } from './promotion.ts'

const now = at('2026-11-02T10:00:00Z')
const { people } = buildConfiguration()
const subject = 'Attribute:cto_permit.cto_comments'

const exactly = (n: number): Count => ({ kind: 'exact', n, method: 'counted now', asOf: now })
const atLeast = (n: number): Count => ({ kind: 'at-least', n, method: 'counted to the limit', asOf: now })
const unknown: Count = { kind: 'unknown', why: 'the role may not read it.' }

function destroys(count: Count, kind: LossKind = 'values'): PlannedComponent {
  return {
    ...{ kind: 'Attribute', key: 'cto_permit.cto_comments', name: 'Comments', table: 'cto_permit', effect: 'destroy', certainty: 'known' },
    ...{ class: 'destructive', message: 'It goes.', includes: 0, winner: undefined, comesBack: 'with-loss', tweakId: undefined },
    losses: [{ kind, count }],
  }
}

function planOf(component: PlannedComponent, changes: Partial<Plan> = {}): Plan {
  return { ...buildPlan(), content: [component], ...changes }
}

function evolve(promotion: Promotion | undefined, event: NewPromotionEvent, when = now): Promotion {
  const envelope = { sequence: 1, stream: 'promotion/p-1', streamVersion: 1, at: when, actor: 'drover', previousHash: '', hash: '' }
  return evolvePromotion(promotion, { ...event, ...envelope } as PromotionEvent) // the envelope of a ledger entry around our own event
}

function requested(plan: Plan, tier: Tier = 2, requester = 'maria'): Promotion {
  const facts = buildRequestFacts(tier)
  const boundTo = bindApproval({ artifact: facts.release.managed.digest, plan, policyVersion: facts.policy.version }, sha256)
  const result = decideRequest({ ...facts, plan, boundTo, requester: personId(requester) })
  if (!result.ok || result.value[0] === undefined) throw new Error('the sample is refused')
  return evolve(undefined, result.value[0])
}

function standingOf(promotion: Promotion, owners: readonly string[] = ['olga', 'pat'], needed = 1): Standing {
  return { ...standAsRequested(promotion, people), losses: { owners: owners.map(personId), needed, longestDays: 30 } }
}

function acknowledge(promotion: Promotion, command: Partial<AcknowledgementCommand> = {}, standing = standingOf(promotion)) {
  const word = { subject, by: personId('olga'), ceiling: 10, days: undefined, comment: 'Exported last week', at: now, ...command }
  return decideAcknowledgement(promotion, word, standing)
}

function accepted(promotion: Promotion, result: Result<readonly NewPromotionEvent[]>): Promotion {
  if (!result.ok) throw new Error(result.refusal.code)
  return result.value.reduce<Promotion>((state, event) => evolve(state, event), promotion)
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

function stateOf(promotion: Promotion, standing = standingOf(promotion), when = now): string | undefined {
  return evaluateGates(promotion, when, standing).find((gate) => gate.kind === 'losses')?.state
}

describe('the gate of data that goes', () => {
  it('is there whenever a plan destroys what holds data, and only then', () => {
    expect(stateOf(requested(buildPlan()))).toBeUndefined()
    expect(stateOf(requested(planOf(destroys(exactly(0)))))).toBeUndefined()
    expect(stateOf(requested(planOf(destroys(exactly(4), 'run-history'))))).toBeUndefined()
    for (const kind of ['rows', 'values', 'links', 'variable-value'] as const)
      expect([kind, stateOf(requested(planOf(destroys(exactly(4), kind))))]).toEqual([kind, 'pending'])
  })

  it('stands before the gates of people', () => {
    const kinds = requested(planOf(destroys(exactly(4)))).request.gates.map((gate) => gate.kind)
    expect(kinds.indexOf('losses')).toBe(kinds.indexOf('approval') - 1)
  })

  it('opens by a data owner who names it, with a ceiling that covers it', () => {
    const promotion = requested(planOf(destroys(exactly(10))))
    expect(codeOf(acknowledge(promotion, { ceiling: 9 }))).toBe('loss.ceiling-too-low')
    expect(stateOf(accepted(promotion, acknowledge(promotion)))).toBe('open')
  })

  it('stays closed where rows may be hidden from the identity, since what is saved counts them no better', () => {
    const rescued: Partial<Plan> = {
      rescue: [{ table: 'cto_permit', columns: ['cto_comments'] }],
      steps: ['observe', 'stage', 'rescue', 'import', 'verify'],
    }
    const hidden: Count = { kind: 'at-least', n: 0, method: 'counted now', asOf: now, isPartial: true }
    expect(stateOf(requested(planOf(destroys(atLeast(5)), rescued)))).toBe('pending')
    const promotion = requested(planOf(destroys(hidden), rescued))
    expect(stateOf(promotion)).toBe('closed')
    expect(codeOf(acknowledge(promotion))).toBe('loss.uncounted')
  })

  it('asks for two different people where the tier does', () => {
    const { tiers } = buildRequestFacts(3).policy
    expect([1, 2, 3, 4].map((tier) => tiers[tier as Tier].lossAcknowledgers.value)).toEqual([1, 1, 2, 2])
    const promotion = requested(planOf(destroys(exactly(10))), 3)
    const two = standingOf(promotion, ['olga', 'pat'], 2)
    const one = accepted(promotion, acknowledge(promotion, {}, two))
    const same = accepted(one, acknowledge(one, { ceiling: 20 }, two))
    expect([stateOf(one, two), stateOf(same, two)]).toEqual(['pending', 'pending'])
    expect(stateOf(accepted(one, acknowledge(one, { by: personId('pat') }, two)), two)).toBe('open')
  })

  it('counts neither the requester nor anybody who is no data owner, whatever the ledger says', () => {
    const promotion = requested(planOf(destroys(exactly(10))), 2, 'maria')
    const standing = standingOf(promotion, ['olga', 'maria'])
    expect(codeOf(acknowledge(promotion, { by: personId('maria') }, standing))).toBe('PIP-10')
    expect(codeOf(acknowledge(promotion, { by: personId('ben') }, standing))).toBe('loss.not-owner')
    for (const by of ['maria', 'ben'].map(personId)) {
      const word = {
        subject,
        by,
        at: now,
        ceiling: 99,
        expiresAt: at('2026-11-09'),
        comment: '',
        artifact: promotion.request.boundTo.artifact,
      }
      expect(stateOf(evolve(promotion, { type: 'loss-acknowledged', data: { acknowledgement: word } }), standing)).toBe('pending')
    }
  })

  it('does not take a word that was given for another artifact, for longer than policy lets it, or that has run out', () => {
    const promotion = requested(planOf(destroys(exactly(10))))
    const word = {
      subject,
      by: personId('olga'),
      at: now,
      ceiling: 10,
      expiresAt: at('2026-12-31'),
      comment: '',
      artifact: promotion.request.boundTo.artifact,
    }
    const forged = (changes: Partial<typeof word>) =>
      evolve(promotion, { type: 'loss-acknowledged', data: { acknowledgement: { ...word, ...changes } } })
    expect(stateOf(forged({ artifact: toId('sha256:other') }))).toBe('pending')
    expect(stateOf(forged({}), undefined, at('2026-12-02T09:59:59Z'))).toBe('open')
    expect(stateOf(forged({}), undefined, at('2026-12-02T10:00:01Z'))).toBe('pending')
    const short = accepted(promotion, acknowledge(promotion, { days: 2 }))
    expect([stateOf(short, undefined, at('2026-11-04T10:00:00Z')), stateOf(short, undefined, at('2026-11-04T10:00:01Z'))]).toEqual([
      'open',
      'pending',
    ])
    expect([codeOf(acknowledge(promotion, { days: 31 })), codeOf(acknowledge(promotion, { days: 0 }))]).toEqual([
      'loss.too-long',
      'loss.too-long',
    ])
  })

  it('closes on a count that is unknown, whatever was acknowledged', () => {
    const promotion = requested(planOf(destroys(unknown)))
    expect(codeOf(acknowledge(promotion, { ceiling: 1_000_000 }))).toBe('loss.uncounted')
    const word = {
      subject,
      by: personId('olga'),
      at: now,
      ceiling: 1_000_000,
      expiresAt: at('2026-11-09'),
      comment: '',
      artifact: promotion.request.boundTo.artifact,
    }
    expect(stateOf(evolve(promotion, { type: 'loss-acknowledged', data: { acknowledgement: word } }))).toBe('closed')
  })

  it('lets "at least" through only where the rescue counts what it saves before it goes', () => {
    const many = destroys(atLeast(50_000))
    expect(codeOf(acknowledge(requested(planOf(many)), { ceiling: 60_000 }))).toBe('loss.uncounted')
    const rescued = (columns: readonly string[] | undefined) =>
      requested(planOf(many, { steps: ['observe', 'rescue', 'import', 'verify'], rescue: [{ table: 'cto_permit', columns }] }))
    expect(codeOf(acknowledge(rescued(['cto_other']), { ceiling: 60_000 }))).toBe('loss.uncounted')
    expect(codeOf(acknowledge(rescued(['cto_comments']), { ceiling: 49_999 }))).toBe('loss.ceiling-too-low')
    expect(codeOf(acknowledge(rescued(['cto_comments']), { ceiling: 60_000 }))).toBe('ok')
    expect(codeOf(acknowledge(rescued(undefined), { ceiling: 60_000 }))).toBe('ok')
  })

  it('wants a reason, and a loss that there is', () => {
    const promotion = requested(planOf(destroys(exactly(1))))
    expect(codeOf(acknowledge(promotion, { comment: ' ' }))).toBe('loss.comment-needed')
    expect(codeOf(acknowledge(promotion, { subject: 'Entity:cto_other' }))).toBe('loss.unknown')
    expect(codeOf(acknowledge(promotion, { ceiling: 1.5 }))).toBe('loss.ceiling-too-low')
  })

  it('asks the data owners of the environment in force, as many as the tier in force demands', () => {
    const promotion = requested(planOf(destroys(exactly(1))), 3)
    const facts = buildRequestFacts(3)
    const prod = (dataOwners: readonly string[] | undefined) => ({
      ...facts.configuration,
      environments: facts.configuration.environments.map((each) =>
        each.id === 'prod' ? { ...each, dataOwners: dataOwners?.map(personId) } : each,
      ),
    })
    const rules = (owners: readonly string[] | undefined) => judgeStanding(promotion, { ...facts, configuration: prod(owners) }).losses
    expect(rules(undefined)).toEqual({ owners: ['olga'], needed: 2, longestDays: 30 })
    expect(rules(['pat', 'ghost']).owners).toEqual(['pat'])
    expect(judgeStanding(promotion, { ...facts, configuration: prod(undefined) }).outdated).toEqual([])
  })

  it('shows the form to those who may acknowledge and have not', () => {
    const promotion = requested(planOf(destroys(exactly(10))))
    const may = (state: Promotion, by: string) =>
      findLosses(state.request.plan).map((loss) => mayAcknowledge(state, loss, { by: personId(by), at: now, standing: standingOf(state) }))
    expect([may(promotion, 'olga'), may(promotion, 'ben'), may(promotion, 'maria')]).toEqual([[true], [false], [false]])
    expect(may(accepted(promotion, acknowledge(promotion)), 'olga')).toEqual([false])
  })

  it('has production gates besides, as ever', () => {
    const kinds = requested(planOf(destroys(exactly(1))), 4).request.gates.map((gate) => gate.kind)
    expect(productionGates(4).every((gate) => kinds.includes(gate.kind))).toBe(true)
  })
})
