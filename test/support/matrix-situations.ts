import type { Decision } from '#domain/approval'
import type { CheckReport, Finding, Severity } from '#domain/check'
import type { StageHold } from '#domain/drift'
import type { ObservedState } from '#domain/environment'
import type { Instant, StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { ConditionKind, Configuration } from '#domain/pipeline'
import { isPeopleGate } from '#domain/pipeline'
import type { Plan } from '#domain/plan'
import type { GateStatus, Promotion, PromotionEvent, RequestFacts, Standing, StandingFacts, TrainMate } from '#domain/promotion'
import { decideRequest, evaluateGates, evolvePromotion, judgeStanding } from '#domain/promotion'
import type { KnownGood } from '#domain/recovery'
import type { Tier } from '#domain/solution'
import type { Waiver } from '#domain/waiver'
import {
  at,
  buildConfiguration,
  buildEnvironment,
  buildGoverned,
  buildObserved,
  buildPlan,
  buildRecoveryPlan,
  buildRelease,
  buildRequestFacts,
  nothingThere,
  personId,
  productionGates,
  version,
} from './domain-builders.ts'

/** What of a promotion that has all that its tier demands is not there. */
export interface Situation {
  /** When it is asked for. */
  readonly facts?: (facts: RequestFacts, tier: Tier) => RequestFacts
  /** When the gates are looked at. */
  readonly later?: (facts: StandingFacts, request: Promotion['request']) => StandingFacts
  readonly standing?: (standing: Standing) => Standing
  readonly promotion?: (promotion: Promotion) => Promotion
  /** Whose word at the gate is missing. */
  readonly unsaid?: ConditionKind
  /** Hours after the request at which the gates are looked at. */
  readonly afterHours?: number
}

/** The code with which it is refused, or how the gate stands. */
export function judge(kind: ConditionKind, situation: Situation, tier: Tier): string {
  const facts = (situation.facts ?? same)(factsOf(tier), tier)
  const decided = decideRequest(facts)
  if (!decided.ok) return decided.refusal.code
  const [event] = decided.value
  if (event?.type !== 'promotion-requested') return 'nothing was recorded'
  const { request } = event.data
  const now = hoursAfter(request.requestedAt, situation.afterHours ?? 60)
  const asked = evolvePromotion(undefined, { ...event, ...envelope } as PromotionEvent) // the envelope of a ledger entry around our own event
  const promotion = (situation.promotion ?? same)({ ...asked, decisions: wordsOn(request, situation.unsaid) })
  const { otherPromotions: _others, ...known } = facts
  const standing = judgeStanding(promotion, (situation.later ?? same)({ ...known, now }, request))
  return stateOf(evaluateGates(promotion, now, (situation.standing ?? same)(standing)), kind)
}

/** How all of a kind stand: the condition beside the gates may be there for more than one reason. */
function stateOf(gates: readonly GateStatus[], kind: ConditionKind): string {
  const states = gates.filter((gate) => gate.kind === kind).map(({ state }) => state)
  return (['closed', 'pending', 'open'] as const).find((state) => states.includes(state)) ?? 'not asked'
}

const envelope = {
  sequence: 1,
  stream: 'promotion/p-1',
  streamVersion: 1,
  at: '2026-11-02T09:00:00Z',
  actor: 'drover',
  previousHash: '',
  hash: '',
}

/** Tier 1 enters no production: its way is the one into Test. */
function factsOf(tier: Tier): RequestFacts {
  const facts = buildRequestFacts(tier, tier === 1 ? { stageId: toId<StageId>('to-test') } : {})
  return { ...facts, plan: planOf(facts) }
}

function planOf({ release, stageId }: RequestFacts, observed: Partial<ObservedState> = {}): Plan {
  const id = stageId === 'to-test' ? 'test' : 'prod'
  const environment = id === 'test' ? buildEnvironment(id, 'test', 'cattle') : buildEnvironment(id, 'production', 'pet')
  return buildPlan({ release, environment, observed: buildObserved({ environmentId: environment.id, ...observed }), content: nothingThere })
}

function same<T>(value: T): T {
  return value
}

function hoursAfter(instant: Instant, hours: number): Instant {
  return at(new Date(Date.parse(instant) + hours * 3_600_000).toISOString())
}

function wordsOn({ gates, requestedAt, boundTo }: Promotion['request'], unsaid: ConditionKind | undefined): readonly Decision[] {
  return gates.filter(isPeopleGate).flatMap(({ kind, people }): Decision[] => {
    if (kind === unsaid || kind === 'emergency') return []
    const by = people.find((id) => id !== 'anna') ?? personId('anna')
    return [{ gate: kind, by, verdict: 'approve', comment: '', at: requestedAt, boundTo }]
  })
}

// What is asked for.

function withRelease(facts: RequestFacts, tier: Tier, changes: Parameters<typeof buildRelease>[0]): RequestFacts {
  const release = buildRelease({ tier, ...changes })
  const deployments = facts.deployments.map((deployment) => ({ ...deployment, version: release.version, digest: release.managed.digest }))
  return { ...facts, release, deployments }
}

const sealed = (changes: Parameters<typeof buildRelease>[0]): Situation => ({ facts: (facts, tier) => withRelease(facts, tier, changes) })

export const oldChecks = sealed({ sealedAt: at('2026-08-01T08:00:00Z') })
export const noCommit = sealed({ commit: '' })

export function report(changes: Partial<CheckReport>): Situation {
  return { facts: (facts, tier) => withRelease(facts, tier, { report: { ...facts.release.report, ...changes } }) }
}

export function finding(severity: Severity): Situation {
  const found = { ruleId: 'STR-06', severity, subject: 'a flow', message: 'It is not right.' } as Finding // as far as it is looked at
  const { counts } = buildRelease().report
  return report({ findings: [found], counts: { ...counts, [severity]: 1 } })
}

export const nowhereBefore: Situation = { facts: (facts) => ({ ...facts, deployments: [] }) }

/** So many hours of it are over when the gates are looked at. */
export function soaked(hours: number): Situation {
  return {
    facts: (facts) => ({
      ...facts,
      deployments: facts.deployments.map((one) => ({ ...one, deployedAt: hoursAfter(facts.now, 60 - hours) })),
    }),
  }
}

export function withoutEvidence(gate: ConditionKind): Situation {
  return {
    promotion: ({ request, ...rest }) => ({
      ...rest,
      request: { ...request, evidence: request.evidence.filter((evidence) => evidence.gate !== gate) },
    }),
  }
}

export function untold(what: 'soak' | 'recovery' | 'validation'): Situation {
  return { standing: ({ [what]: _untold, ...standing }) => standing as Standing } // one of its optional parts is not there
}

function inEveryStage(base: Configuration, change: (stage: Configuration['pipelines'][number]['stages'][number]) => object): Configuration {
  const pipelines = base.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: pipeline.stages.map((stage) => ({ ...stage, ...change(stage) })),
  }))
  return { ...base, pipelines }
}

export function withoutGate(kind: ConditionKind): Situation {
  return {
    facts: (facts, tier) => ({
      ...facts,
      configuration: inEveryStage(buildConfiguration(tier), (stage) =>
        stage.id === 'to-prod' ? { gates: productionGates(tier).filter((gate) => gate.kind !== kind) } : {},
      ),
    }),
  }
}

/** From 1.0 to 2.0. */
export const major: Situation = {
  facts: (facts, tier) => {
    const next = withRelease(facts, tier, { version: version('2.0.0.0') })
    return { ...next, plan: { ...planOf(next, holding('1.0.0.0')), unseen: [] } }
  },
}

function holding(text: string): Partial<ObservedState> {
  const solutions = [{ uniqueName: 'Permits', version: version(text), isManaged: true, installedAt: undefined }]
  return { solutions } as never // as an inspection gives it
}

export function installed(text: string): Situation {
  return planned((facts) => planOf(facts, holding(text)))
}

function planned(make: (facts: RequestFacts) => Plan, more: Situation = {}): Situation {
  return { ...more, facts: (facts) => ({ ...facts, plan: make(facts) }) }
}

export const missingValue: Situation = {
  facts: (facts, tier) => {
    const variable = { schemaName: 'cto_ApiUrl', displayName: 'Address', type: 'string', defaultValue: undefined, isRequired: true }
    const settingsTemplate = { environmentVariables: [variable], connectionReferences: [], flows: [] } as never // as a solution says it
    const next = withRelease(facts, tier, { settingsTemplate })
    return { ...next, plan: planOf(next) }
  },
}

// What nobody can tell.

const line = {
  subject: 'column Inspector',
  effect: 'warn',
  message: 'Whether a view needs it cannot be told.',
  certainty: 'unknown',
} as const
const unsure = ({ plan }: RequestFacts): Plan => ({ ...plan, lines: [...plan.lines, line] })
const waiverOfUnknown: Waiver = {
  ...{ waiverId: 'w-1', waives: { kind: 'gate', gate: 'preflight' }, scope: { solution: 'Permits', place: line.subject } },
  ...{ reason: 'The vendor knows.', measure: 'Looked at by hand.', requestedBy: personId('maria') },
  ...{ requestedAt: at('2026-11-01T09:00:00Z'), from: at('2026-11-01T09:00:00Z'), until: at('2026-11-12T09:00:00Z') },
  decided: { by: personId('emma'), verdict: 'approve', comment: '', at: at('2026-11-01T10:00:00Z') },
}

export const unknownLine = planned(unsure)
export const unknownAnswered = planned(unsure, {
  promotion: (promotion) => {
    const { request } = promotion
    const by = request.gates.some(isPeopleGate) ? personId('ben') : request.requestedBy
    const { subject, message } = line
    const word = { by, at: request.requestedAt, comment: 'Looked.', of: [{ subject, message }], artifact: request.boundTo.artifact }
    return { ...promotion, unknownAcknowledged: [word] }
  },
})
export const unknownWaived: Situation = waived(unsure)
export const unknownUntold = planned(unsure, { standing: ({ unknown: _untold, ...standing }) => standing })
export const blockedAndWaived = waived(({ plan }) => ({
  ...plan,
  blockers: [{ code: 'PIP-14', message: 'An upgrade is pending.', hint: '', reasons: [] }],
}))
export const unknownInHaste: Situation = {
  facts: (facts) => ({ ...facts, plan: unsure(facts), emergency: { reason: 'Permits are lost' }, ...asRemy }),
}

function waived(make: (facts: RequestFacts) => Plan): Situation {
  return {
    facts: (facts, tier) => {
      const base = buildConfiguration(tier)
      const emma = { id: personId('emma'), name: 'Emma', roles: ['environment-owner'] as const }
      return { ...facts, plan: make(facts), configuration: { ...base, people: [...base.people, emma] }, waivers: [waiverOfUnknown] }
    },
  }
}

// What was before, and is around it.

const knownGood: KnownGood = {
  ...{ releaseId: toId('r-0'), promotionId: undefined, version: version('1.3.0.0'), digest: toId('sha256:0'), deployedAt: undefined },
}

/** There is a version to go back to, and nobody has practised it. */
export const unrehearsed: Situation = {
  facts: (facts) => ({ ...facts, recovery: buildRecoveryPlan({ installed: version('1.3.0.0'), knownGood, goodContent: [] }) }),
}

export function outgrown(offered: 0 | 4): Situation {
  return {
    facts: (facts, tier) => {
      if (tier === 4) return facts
      const about = { score: 9, why: ['It has grown.'], answers: [], open: 0, releaseId: facts.release.id, version: facts.release.version }
      const proposal = { tier: (tier + 1) as Tier, configured: tier, ...about, at: at('2026-11-01T09:00:00Z') } // one above 1 to 3
      const configuration = offered === 0 ? facts.configuration : { ...buildConfiguration(offered), solutions: [buildGoverned(tier)] }
      return { ...facts, configuration, tierRecord: { proposal, decision: undefined } }
    },
  }
}

const watchedAt = { monitoring: { url: 'https://monitor.example/permits', contact: 'remy' } }

/** It went in ten days before, and its time of being watched is over. */
function lastOf(request: Promotion['request'], said: Promotion['validations']): Promotion {
  const [id, startedAt] = [toId<never>('a-0'), hoursAfter(request.requestedAt, -240)]
  const jobs = { importJobId: 'j-0', asyncOperationId: undefined, importState: 'passed' } as const
  const attempt = { id, startedAt, finishedAt: startedAt, steps: [], jobs, before: undefined }
  return {
    ...{ request: { ...request, promotionId: toId<never>('p-0') }, decisions: [], earlierAttempts: [], acknowledgements: [], rescues: [] },
    ...{ migration: undefined, renewed: undefined, tag: undefined, tagFailure: undefined },
    ...(said === undefined ? {} : { validations: said }),
    status: { state: 'succeeded', attempt, verification: [] },
  }
}

function after(said: Promotion['validations']): Situation {
  return {
    facts: (facts, tier) => {
      const solutions = facts.configuration.solutions.map((solution) => ({ ...solution, ...watchedAt }))
      return { ...facts, configuration: { ...buildConfiguration(tier), solutions } }
    },
    later: (facts, request) => ({ ...facts, last: lastOf(request, said) }),
  }
}

export const lastUnvalidated = after(undefined)
export const lastFailed = after([
  { of: 'watch', outcome: 'failed', note: 'Saving hangs', by: personId('tess'), at: at('2026-10-25T09:00:00Z') } as never, // as the ledger has it
])

export const losing: Situation = planned(({ plan }) => ({
  ...plan,
  content: [
    {
      ...{ kind: 'Attribute', key: 'cto_permit.cto_comments', name: 'Comments', table: 'cto_permit', effect: 'destroy' },
      ...{ certainty: 'known', class: 'destructive', message: 'It goes.', includes: 0, winner: undefined, comesBack: 'never' },
      losses: [{ kind: 'values', count: { kind: 'exact', n: 12, method: 'counted', asOf: at('2026-11-02T09:00:00Z') } }],
      tweakId: undefined,
    },
  ],
}))

/** It is the second of a train, and the first is in this state; undefined: nobody knows of the train. */
export function inTrain(state: TrainMate['state'] | undefined): Situation {
  return {
    facts: (facts, tier) => ({ ...facts, train: standingOfTrain(tier, state ?? 'succeeded') }),
    later: (facts) => ({ ...facts, train: state === undefined ? undefined : facts.train }),
  }
}

function standingOfTrain(tier: Tier, state: TrainMate['state']): NonNullable<RequestFacts['train']> {
  const mate: TrainMate = { promotionId: toId('p-0'), solution: 'Base', version: version('1.0.0.0'), state, awaits: [] }
  return { trainId: 't-1', position: 2, tier, state: 'complete', before: [mate], after: [] }
}

/** The gates are looked at on a Wednesday evening. */
export const shutWindow: Situation = {
  facts: (facts, tier) => ({
    ...facts,
    configuration: inEveryStage(buildConfiguration(tier), () => ({ changeWindows: [{ days: ['mon'], from: '04:00', to: '05:00' }] })),
  }),
}

export const frozen: Situation = {
  facts: (facts, tier) => {
    const freeze = { name: 'year end', from: '2026-11-01T00:00', to: '2027-01-04T08:00', reason: 'books close' }
    return { ...facts, configuration: inEveryStage(buildConfiguration(tier), () => ({ freezes: [freeze] })) }
  },
}

export const movedPlace: Situation = {
  later: (facts) => {
    const environments = facts.configuration.environments.map((one) => ({ ...one, url: `${one.url}-elsewhere` }))
    return { ...facts, configuration: { ...facts.configuration, environments } }
  },
}

const hold: StageHold = {
  id: 'h-1',
  promotionId: toId('p-0'),
  solution: 'Permits',
  since: at('2026-11-02T08:00:00Z'),
  reason: 'It failed.',
} as never // as the ledger has it

export const heldPlace: Situation = { later: (facts) => ({ ...facts, holds: [hold] }) }
export const rebuilt: Situation = { later: (facts) => ({ ...facts, rebuild: { rebuildId: 'b-1', state: 'running' } }) }

// What people said.

/** By a report of tests with so many failures. */
export function reported(failures: number): Situation {
  const evidence = { kind: 'test-report', report: toId<never>('sha256:report'), tests: 12, failures, skipped: 0 } as const
  return eachWord('automated-tests', (word) => ({ ...word, evidence: { ...evidence, finishedAt: word.at } }))
}

export function saidTooLate(gate: ConditionKind): Situation {
  return { ...eachWord(gate, (word) => ({ ...word, at: hoursAfter(word.at, 73) })), afterHours: 80 }
}

export function saidOfAnother(gate: ConditionKind): Situation {
  return eachWord(gate, (word) => ({ ...word, boundTo: { ...word.boundTo, plan: 'another' } }))
}

function eachWord(gate: ConditionKind, change: (word: Decision) => Decision): Situation {
  return {
    promotion: (promotion) => ({
      ...promotion,
      decisions: promotion.decisions.map((word) => (word.gate === gate ? change(word) : word)),
    }),
  }
}

const asRemy = { requester: personId('remy') }
export function emergency(afterHours: number): Situation {
  return { afterHours, facts: (facts) => ({ ...facts, ...asRemy, emergency: { reason: 'Permits are lost' } }) }
}
