import { describe, expect, it } from 'vitest'
import type { Decision } from '#domain/approval'
import type { Finding, Severity } from '#domain/check'
import type { StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { GateKind } from '#domain/pipeline'
import { isPeopleGate } from '#domain/pipeline'
import type { KnownGood } from '#domain/recovery'
import type { Tier } from '#domain/solution'
import {
  at,
  buildConfiguration,
  buildObserved,
  buildPlan,
  buildRecoveryPlan,
  buildRelease,
  buildRequestFacts,
  productionGates,
  version,
} from '../../../test/support/domain-builders.ts'
import { decideRequest } from './decide-request.ts'
import { evaluateGates } from './evaluate-gates.ts'
import { judgeStanding } from './judge-standing.ts'
import type { Promotion } from './promotion.ts'
import type { RequestFacts } from './request-facts.ts'

/*
 * The gate × tier matrix as it is enforced. Each row takes one thing away from a promotion that has all that its tier demands, and says what
 * becomes of it. Tier 1 enters no production, so its column is the way into Test; the others are the way into production.
 */
type Outcome = string
interface Case {
  readonly missing: string
  readonly gate: GateKind
  readonly without: (facts: RequestFacts, tier: Tier) => RequestFacts
  /** Whose word at the gate is missing; absent: everybody's is there. */
  readonly isUnsaid?: boolean
  /** Hours after the request at which the gates are looked at. */
  readonly afterHours?: number
  readonly outcomes: readonly [Outcome, Outcome, Outcome, Outcome]
}

const as = (facts: RequestFacts): RequestFacts => facts
const word = (gate: GateKind, ...outcomes: [Outcome, Outcome, Outcome, Outcome]): Case => ({
  ...{ missing: `the word at ${gate}`, gate, without: as, isUnsaid: true, outcomes },
})
const offer = (gate: GateKind, ...outcomes: [Outcome, Outcome, Outcome, Outcome]): Case => ({
  ...{ missing: `the gate ${gate} in the stage`, gate, without: (facts, tier) => withoutGate(facts, tier, gate), outcomes },
})

const knownGood: KnownGood = {
  releaseId: toId('r-0'),
  promotionId: undefined,
  version: version('1.3.0.0'),
  digest: toId('sha256:0'),
  deployedAt: undefined,
}
/** There is a version to go back to, and nobody has practised it. */
const unrehearsed = buildRecoveryPlan({ installed: version('1.3.0.0'), knownGood, goodContent: [] })

const cases: readonly Case[] = [
  { missing: 'nothing', gate: 'checks', without: as, outcomes: ['open', 'open', 'open', 'open'] },
  {
    missing: 'no critical finding',
    gate: 'checks',
    without: (facts, tier) => withFinding(facts, tier, 'critical'),
    outcomes: ['open', 'PIP-04', 'PIP-04', 'PIP-04'],
  },
  {
    missing: 'no high finding',
    gate: 'checks',
    without: (facts, tier) => withFinding(facts, tier, 'high'),
    outcomes: ['open', 'open', 'open', 'PIP-04'],
  },
  {
    missing: 'no medium finding',
    gate: 'checks',
    without: (facts, tier) => withFinding(facts, tier, 'medium'),
    outcomes: ['open', 'open', 'open', 'open'],
  },
  { missing: 'checks of the last 90 days', gate: 'checks', without: withOldChecks, outcomes: ['PIP-07', 'PIP-07', 'PIP-07', 'PIP-07'] },
  { missing: 'a commit', gate: 'source-control', without: withoutCommit, outcomes: ['not asked', 'not asked', 'TIER-04', 'TIER-04'] },
  {
    missing: 'the stage before',
    gate: 'previous-stage',
    without: (facts) => ({ ...facts, deployments: [] }),
    outcomes: ['not asked', 'PIP-01', 'PIP-01', 'PIP-01'],
  },
  {
    missing: 'a known way back',
    gate: 'recovery',
    without: (facts) => ({ ...facts, recovery: undefined }),
    outcomes: ['not asked', 'closed', 'closed', 'closed'],
  },
  {
    missing: 'a rehearsal of it',
    gate: 'recovery',
    without: (facts) => ({ ...facts, recovery: unrehearsed }),
    outcomes: ['not asked', 'open', 'pending', 'pending'],
  },
  {
    missing: 'a role of whoever asks',
    gate: 'approval',
    without: (facts) => ({ ...facts, requester: toId('tess') }),
    outcomes: ['promotion.not-allowed', 'promotion.not-allowed', 'promotion.not-allowed', 'promotion.not-allowed'],
  },
  {
    missing: 'a report of tests',
    gate: 'automated-tests',
    without: as,
    outcomes: ['not asked', 'not asked', 'not asked', 'pending'],
  },
  word('review', 'not asked', 'not asked', 'pending', 'pending'),
  word('automated-tests', 'not asked', 'not asked', 'not asked', 'pending'),
  word('uat', 'not asked', 'not asked', 'pending', 'pending'),
  word('test-lead', 'not asked', 'not asked', 'not asked', 'pending'),
  word('security', 'not asked', 'not asked', 'pending', 'pending'),
  word('cab', 'not asked', 'not asked', 'not asked', 'pending'),
  word('approval', 'not asked', 'pending', 'pending', 'pending'),
  offer('review', 'not asked', 'not asked', 'TIER-04', 'TIER-04'),
  offer('automated-tests', 'not asked', 'not asked', 'not asked', 'TIER-04'),
  offer('uat', 'not asked', 'not asked', 'TIER-04', 'TIER-04'),
  offer('test-lead', 'not asked', 'not asked', 'not asked', 'TIER-04'),
  offer('security', 'not asked', 'not asked', 'TIER-04', 'TIER-04'),
  offer('cab', 'not asked', 'not asked', 'not asked', 'TIER-04'),
  offer('approval', 'not asked', 'TIER-04', 'TIER-04', 'TIER-04'),
  { missing: 'the board at a major change', gate: 'cab', without: asMajor, outcomes: ['not asked', 'not asked', 'TIER-04', 'open'] },
  { missing: '24 hours', gate: 'review-window', without: as, afterHours: 23, outcomes: ['not asked', 'not asked', 'pending', 'pending'] },
  { missing: '48 hours', gate: 'review-window', without: as, afterHours: 47, outcomes: ['not asked', 'not asked', 'open', 'pending'] },
  { missing: 'no hour', gate: 'review-window', without: as, afterHours: 49, outcomes: ['not asked', 'not asked', 'open', 'open'] },
]

describe('the gate × tier matrix', () => {
  it.each(cases.map((each) => [each.missing, each.gate, each] as const))(
    'without %s, the gate %s is as it says',
    (_missing, _gate, each) => {
      expect(([1, 2, 3, 4] as const).map((tier) => judge(each, tier))).toEqual(each.outcomes)
    },
  )

  it('lets a Tier 1 solution into no pet, whatever it has', () => {
    const decided = decideRequest(buildRequestFacts(1))
    expect(decided.ok ? 'let in' : decided.refusal.code).toBe('TIER-04')
  })
})

function judge({ gate, without, isUnsaid, afterHours = 60 }: Case, tier: Tier): Outcome {
  const stage = tier === 1 ? { stageId: toId<StageId>('to-test') } : {}
  const facts = without(buildRequestFacts(tier, stage), tier)
  const decided = decideRequest(facts)
  if (!decided.ok) return decided.refusal.code
  const [event] = decided.value
  if (event?.type !== 'promotion-requested') return 'nothing was recorded'
  const { request } = event.data
  const now = at(new Date(Date.parse(request.requestedAt) + afterHours * 3_600_000).toISOString())
  const decisions = request.gates.filter(isPeopleGate).flatMap((asked): Decision[] =>
    isUnsaid === true && asked.kind === gate
      ? []
      : [
          {
            gate: asked.kind,
            by: asked.people.find((id) => id !== 'anna') ?? toId('anna'),
            verdict: 'approve',
            comment: '',
            at: request.requestedAt,
            boundTo: request.boundTo,
          },
        ],
  )
  const promotion: Promotion = {
    ...{
      request,
      decisions,
      earlierAttempts: [],
      acknowledgements: [],
      rescues: [],
      migration: undefined,
      renewed: undefined,
      tag: undefined,
      tagFailure: undefined,
    },
    status: { state: 'pending' },
  }
  const standing = judgeStanding(promotion, { ...facts, now })
  return evaluateGates(promotion, now, standing).find(({ kind }) => kind === gate)?.state ?? 'not asked'
}

function withRelease(facts: RequestFacts, tier: Tier, changes: Parameters<typeof buildRelease>[0]): RequestFacts {
  const release = buildRelease({ tier, ...changes })
  const deployments = facts.deployments.map((deployment) => ({ ...deployment, version: release.version, digest: release.managed.digest }))
  return { ...facts, release, deployments }
}

function withFinding(facts: RequestFacts, tier: Tier, severity: Severity): RequestFacts {
  const finding = { ruleId: 'STR-06', severity, subject: 'a flow', message: 'It is not right.' } as Finding // as far as it is looked at
  const { report } = facts.release
  return withRelease(facts, tier, { report: { ...report, findings: [finding], counts: { ...report.counts, [severity]: 1 } } })
}

function withOldChecks(facts: RequestFacts, tier: Tier): RequestFacts {
  return withRelease(facts, tier, { sealedAt: at('2026-08-01T08:00:00Z') })
}

function withoutCommit(facts: RequestFacts, tier: Tier): RequestFacts {
  return withRelease(facts, tier, { commit: '' })
}

function withoutGate(facts: RequestFacts, tier: Tier, kind: GateKind): RequestFacts {
  const base = buildConfiguration(tier)
  const pipelines = base.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: pipeline.stages.map((stage) =>
      stage.id === 'to-prod' ? { ...stage, gates: productionGates(tier).filter((gate) => gate.kind !== kind) } : stage,
    ),
  }))
  return { ...facts, configuration: { ...base, pipelines } }
}

/** From 1.0 to 2.0. */
function asMajor(facts: RequestFacts, tier: Tier): RequestFacts {
  const major = withRelease(facts, tier, { version: version('2.0.0.0') })
  const solutions = [{ uniqueName: 'Permits', version: version('1.0.0.0'), isManaged: true, installedAt: undefined }]
  const plan = buildPlan({ release: major.release, observed: buildObserved({ solutions } as never) }) // as an inspection gives it
  return { ...major, plan: { ...plan, unseen: [] } }
}
