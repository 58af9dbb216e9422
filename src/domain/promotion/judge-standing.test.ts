import { describe, expect, it } from 'vitest'
import type { AttemptId, EnvironmentId, PipelineId, StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration, GateDefinition } from '#domain/pipeline'
import { celConditions } from '#adapters/cel'
import { policyInForce } from '#domain/policy'
import type { Tier } from '#domain/solution'
import {
  at,
  buildConfiguration,
  buildPerson,
  buildRelease,
  buildRequestFacts,
  peopleGate,
  personId,
  productionGates,
} from '../../../test/support/domain-builders.ts'
import { decideApproval } from './decide-approval.ts'
import { decideResume, decideStart, decideWithdrawal } from './decide-attempt.ts'
import { decideRequest } from './decide-request.ts'
import { evaluateGates } from './evaluate-gates.ts'
import { evolvePromotion } from './evolve-promotion.ts'
import { judgeStanding } from './judge-standing.ts'
import type { NewPromotionEvent, Promotion, PromotionEvent } from './promotion.ts'

const soon = at('2026-11-02T10:00:00Z')

function evolve(promotion: Promotion | undefined, event: NewPromotionEvent): Promotion {
  const envelope = { sequence: 1, stream: 'promotion/p-1', streamVersion: 1, at: soon, actor: 'drover', previousHash: '', hash: '' }
  return evolvePromotion(promotion, { ...event, ...envelope } as PromotionEvent) // the envelope of a ledger entry around our own event
}

/** Requested at Tier 2 by Maria and approved by Ben: ready, while nothing changes. */
function ready(tier: Tier = 2): Promotion {
  const result = decideRequest(buildRequestFacts(tier))
  if (!result.ok || result.value[0] === undefined) throw new Error('the sample is refused')
  const promotion = evolve(undefined, result.value[0])
  const { boundTo } = promotion.request
  const decision = { gate: 'approval', by: personId('ben'), verdict: 'approve', comment: '', at: soon, boundTo } as const
  return evolve(promotion, { type: 'approval-decided', data: { decision } })
}

function standing(promotion: Promotion, configuration: Configuration, now = soon) {
  const { release, deployments, rulesInForce } = buildRequestFacts()
  return judgeStanding(promotion, {
    now,
    rulesInForce,
    release,
    configuration,
    configurationVersion: 2,
    policy: policyInForce(configuration),
    conditions: celConditions,
    deployments,
  })
}

function startCode(configuration: Configuration, now = soon): string {
  const promotion = ready()
  const result = decideStart(promotion, { attemptId: toId<AttemptId>('a-1'), now, standing: standing(promotion, configuration, now) })
  return result.ok ? 'ok' : result.refusal.code
}

function withProductionGates(gates: readonly GateDefinition[], base = buildConfiguration()): Configuration {
  const pipelines = base.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: pipeline.stages.map((stage) => (stage.id === 'to-prod' ? { ...stage, gates } : stage)),
  }))
  return { ...base, pipelines }
}

function without(name: string, base = buildConfiguration()): Configuration {
  return { ...base, people: base.people.filter((person) => person.id !== name) }
}

const base = buildConfiguration()
const strict = { ...buildConfiguration(4), solutions: base.solutions.map((solution) => ({ ...solution, tier: 4 as const })) }
const elsewhere = {
  ...base,
  environments: base.environments.map((each) => (each.id === 'prod' ? { ...each, url: 'http://127.0.0.1/other' } : each)),
}
const tame = {
  ...base,
  environments: base.environments.map((each) => (each.id === 'prod' ? { ...each, careClass: 'cattle' as const } : each)),
}
const longLived: GateDefinition = {
  kind: 'approval',
  people: [personId('anna'), personId('ben')],
  quorum: 1,
  expiresAfterHours: 900,
}
const rerouted = {
  ...base,
  pipelines: [...base.pipelines, ...base.pipelines.map((pipeline) => ({ ...pipeline, id: toId<PipelineId>('other') }))],
  solutions: base.solutions.map((solution) => ({ ...solution, pipeline: toId<PipelineId>('other') })),
}

describe('a promotion that waited', () => {
  it('starts when nothing under it has changed, or only what does not concern it', () => {
    expect(startCode(base)).toBe('ok')
    expect(startCode({ ...base, people: [...base.people, buildPerson('eve', 'maker')] })).toBe('ok')
    expect(startCode(without('carl'))).toBe('ok')
  })

  it.each([
    ['its solution got a stricter tier', strict],
    ['its gate names somebody else', withProductionGates([peopleGate('approval', ['ben', 'olga'])])],
    ['its gate wants more people', withProductionGates([peopleGate('approval', ['anna', 'ben'], 2)])],
    ['a gate was added', withProductionGates([...productionGates(2), peopleGate('uat', ['olga'])])],
    ['its gate lets a request live longer', withProductionGates([longLived])],
    ['its environment is another place now', elsewhere],
    ['its environment changed its care class', tame],
    ['its solution goes another way', rerouted],
    ['its solution is no longer governed', { ...base, solutions: [] }],
    ['its requester is no longer there', without('maria')],
  ] as const)('does not start when %s', (_, configuration) => {
    expect(startCode(configuration)).toBe('promotion.request-outdated')
  })

  it('does not start when its checks have grown old meanwhile (PIP-07)', () => {
    const promotion = ready()
    const late = standing(promotion, base, at('2027-03-02T10:00:00Z'))
    expect(late.outdated.map((reason) => reason.subject)).toContain('PIP-07')
  })

  it('shows a closed condition that says what changed', () => {
    const promotion = ready()
    const [first] = evaluateGates(promotion, soon, standing(promotion, strict))
    expect(first).toMatchObject({ kind: 'in-force', state: 'closed' })
    expect(first?.reasons[0]?.subject).toBe('promotion.request-outdated')
    expect(first?.reasons).toContainEqual({ subject: 'tier', message: 'It was 2 and is 4.' })
  })

  it('takes no yes any more when it is outdated, but still a no', () => {
    const promotion = ready()
    const decide = (verdict: 'approve' | 'reject') => {
      const command = {
        gate: 'approval',
        by: personId('anna'),
        verdict,
        comment: '',
        at: soon,
        boundTo: promotion.request.boundTo,
      } as const
      const result = decideApproval({ ...promotion, decisions: [] }, command, standing(promotion, elsewhere))
      return result.ok ? 'ok' : result.refusal.code
    }
    expect([decide('approve'), decide('reject')]).toEqual(['promotion.request-outdated', 'ok'])
  })

  it('counts no decision of somebody who is no longer there, or no longer named', () => {
    const promotion = ready()
    const gone = [without('ben'), withProductionGates([peopleGate('approval', ['anna'])])]
    for (const configuration of gone) {
      const { gates } = standing(promotion, configuration)
      expect(gates.find((gate) => gate.kind === 'approval')?.people).toEqual(['anna'])
      const approval = evaluateGates(promotion, soon, { ...standing(promotion, configuration), outdated: [] }).find(
        (gate) => gate.kind === 'approval',
      )
      expect(approval?.state).toBe('pending')
    }
  })

  it('is neither resumed nor withdrawn by a requester who is no longer there', () => {
    const started = evolve(ready(), { type: 'attempt-started', data: { attemptId: toId<AttemptId>('a-1') } })
    const errored = evolve(started, { type: 'attempt-errored', data: { attemptId: toId<AttemptId>('a-1'), code: 'x', message: '' } })
    const actor = personId('maria')
    const resumed = decideResume(errored, {
      attemptId: toId<AttemptId>('a-2'),
      actor,
      reason: 'again',
      now: soon,
      standing: standing(errored, without('maria')),
    })
    const withdrawn = decideWithdrawal(errored, actor, without('maria').people)
    expect([resumed, withdrawn].map((result) => (result.ok ? 'ok' : result.refusal.code))).toEqual([
      'promotion.may-not-act',
      'promotion.may-not-act',
    ])
  })

  it('follows to its end what it has sent, whatever changed meanwhile', () => {
    const attemptId = toId<AttemptId>('a-1')
    const sent = [
      { type: 'attempt-started', data: { attemptId } },
      { type: 'job-recorded', data: { attemptId, importJobId: 'job-1', importState: 'sent' } },
      { type: 'attempt-errored', data: { attemptId, code: 'x', message: '' } },
    ] as const
    const errored = sent.reduce<Promotion>(evolve, ready())
    const resumed = decideResume(errored, {
      attemptId: toId<AttemptId>('a-2'),
      actor: personId('maria'),
      reason: 'again',
      now: soon,
      standing: standing(errored, elsewhere),
    })
    expect(resumed.ok).toBe(true)
  })
})

describe('asking for a promotion', () => {
  it.each([
    ['maria', 'ok'],
    ['olga', 'ok'],
    ['remy', 'ok'],
    ['pat', 'ok'],
    ['sam', 'promotion.not-allowed'],
    ['ben', 'promotion.not-allowed'],
    ['ghost', 'promotion.unknown-person'],
  ])('is for the roles that the policy names: %s → %s', (requester, code) => {
    const result = decideRequest(buildRequestFacts(2, { requester: personId(requester), release: buildRelease() }))
    expect(result.ok ? 'ok' : result.refusal.code).toBe(code)
  })
})

describe('who answers for what nobody can tell, where nobody decides', () => {
  it('is whoever may ask for a promotion there, by a role of their own or one that is granted for that place', () => {
    const promotion = ready()
    const intoTest = { ...promotion, request: { ...promotion.request, stageId: toId<StageId>('to-test'), gates: [] } }
    const granted = (environment: 'test' | 'prod'): Configuration => ({
      ...buildConfiguration(),
      grants: [{ to: { person: personId('sam') }, role: 'maker', environment: toId<EnvironmentId>(environment), reason: 'Away' }],
    })
    expect(standing(intoTest, buildConfiguration()).unknown?.may).toContain('maria')
    expect(standing(intoTest, granted('test')).unknown?.may).toContain('sam')
    expect(standing(intoTest, granted('prod')).unknown?.may).not.toContain('sam')
  })
})
