import type { Delegation, StaffedGate } from '#domain/approval'
import type { Rehearsal } from '#domain/environment'
import type { Incident, StageHold } from '#domain/drift'
import { dataOwnersOf, laneOf } from '#domain/environment'
import type { Instant, PersonId, Reason } from '#domain/kernel'
import { canonicalJson } from '#domain/kernel'
import type { Person, TimedGrant } from '#domain/people'
import { findPerson } from '#domain/people'
import type { ConditionKind, Configuration, GateDefinition, PeopleGate, PeopleGateKind } from '#domain/pipeline'
import { gateName, isPeopleGate } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { accountableFor } from '#domain/policy'
import type { ReadinessFacts } from '#domain/recovery'
import type { Release } from '#domain/release'
import type { WaiverStanding } from './apply-waivers.ts'
import { waiversLeanedOn } from './apply-waivers.ts'
import { unknownAnswerers } from './decide-unknown.ts'
import { withDemands } from './demands.ts'
import { emergencyEnd, withEmergencyGate } from './emergency.ts'
import type { UsualDuration, WindowRules } from './evaluate-change-window.ts'
import { windowRules } from './evaluate-change-window.ts'
import { makeRequest, refuseByRules } from './decide-request.ts'
import type { LossRules } from './evaluate-losses.ts'
import type { UnknownRules } from './evaluate-preflight.ts'
import { unknownWord } from './evaluate-preflight.ts'
import type { SoakFacts } from './evaluate-soak.ts'
import { soakFacts } from './evaluate-soak.ts'
import type { ValidationFacts } from './evaluate-validation.ts'
import type { StageOnTheWay } from './find-stage.ts'
import { findStageOnTheWay } from './find-stage.ts'
import { currentAttempt } from './evolve-promotion.ts'
import { peopleOnTheWay, staffAsDecided, staffGates } from './staff-gates.ts'
import type { Promotion, PromotionRequest } from './promotion.ts'
import type { OpenRebuild } from './evaluate-rebuild.ts'
import type { TrainStanding } from './evaluate-train.ts'
import { onTrain } from './evaluate-train.ts'
import type { DeploymentFact, RequestFacts } from './request-facts.ts'

/** What the configuration in force says about a promotion that was asked for under this or an earlier one. */
export interface Standing extends WaiverStanding {
  /** The request's gates for people, each with those of its people who are still declared and whom the stage still names. */
  readonly gates: readonly StaffedGate[]
  /** Who acknowledges that data of the target goes. */
  readonly losses: LossRules
  /** Who answers for what nobody can tell of the plan; absent where its gates have done their work. */
  readonly unknown?: UnknownRules
  /** How well the way back must be known, and what is known of it; absent where its gates have done their work. */
  readonly recovery?: Omit<ReadinessFacts, 'now'>
  /** When the stage takes promotions; absent: at all times. */
  readonly window?: WindowRules
  /** What the place is held for, of this solution; absent: nothing. */
  readonly holds?: readonly StageHold[]
  /** Absent: the target is not being rebuilt. */
  readonly rebuild?: OpenRebuild | undefined
  /** How long it has run in the stage before; absent where its gates have done their work. */
  readonly soak?: SoakFacts
  /** How it is watched, and what went in last; absent where its gates have done their work. */
  readonly validation?: ValidationFacts
  /** Gates that only reports of tests open; absent where its gates have done their work. */
  readonly openedByReport?: readonly PeopleGateKind[]
  /** Who is accountable for each gate, in words. */
  readonly accountable?: Readonly<Partial<Record<ConditionKind, string>>>
  /** Of a release that travels with others: how its train stands. */
  readonly train?: TrainStanding | undefined
  /** What is no longer as it was when the promotion was asked for; empty while the request holds. */
  readonly outdated: readonly Reason[]
}

export interface StandingFacts extends Pick<RequestFacts, 'now' | 'configurationVersion' | 'conditions' | 'rulesInForce'> {
  /** What people wrote into the biography of the stage before; absent: nothing. */
  readonly incidentsBefore?: readonly Incident[]
  /** The promotion that brought what is in the target now; absent: none did. */
  readonly last?: Promotion | undefined
  readonly release: Release
  readonly configuration: Configuration
  readonly policy: Policy
  /** Deputies that were named; absent: none. */
  readonly delegations?: readonly Delegation[] | undefined
  /** Roles with an end, also those that are over; absent: none. */
  readonly timedGrants?: readonly TimedGrant[] | undefined
  /** Since when privileged roles of these people wait to be certified again; absent: nobody's do. */
  readonly uncertified?: Readonly<Record<string, Instant>> | undefined
  readonly deployments: readonly DeploymentFact[]
  readonly hotfixes?: NonNullable<RequestFacts['hotfixes']>
  /** What the ledger knows of the tier of its solution; absent: nothing. */
  readonly tierRecord?: RequestFacts['tierRecord']
  /** Of a release of a hotfix. */
  readonly isHotfixAbandoned?: boolean
  /** What earlier promotions of its solution still owe; absent: nothing. */
  readonly owed?: NonNullable<RequestFacts['owed']>
  /** Of its solution, of every state; absent: none. */
  readonly waivers?: NonNullable<RequestFacts['waivers']>
  /** Recoveries of the place that were gone for practice or in earnest; absent: none. */
  readonly rehearsals?: readonly Rehearsal[]
  /** How long an attempt takes in this stage; absent: none told yet. */
  readonly usual?: UsualDuration | undefined
  /** What the place is held for, of this solution; absent: nothing. */
  readonly holds?: readonly StageHold[]
  /** Absent: the target is not being rebuilt. */
  readonly rebuild?: OpenRebuild | undefined
  /** Of a release that travels with others: how its train stands. */
  readonly train?: TrainStanding | undefined
}

/**
 * Judges a promotion again by what is in force now. A request that would be refused today, or would be asked of other people, at other gates,
 * for another place or tier, no longer holds: waiting must not keep a rule alive that has been tightened since.
 */
export function judgeStanding(promotion: Promotion, facts: StandingFacts): Standing {
  const { request } = promotion
  const again = askAgain(request, facts)
  const found = findStageOnTheWay(facts, request.stageId)
  if (!found.ok) {
    const losses = lossRules(request, [], facts.policy)
    const { people } = facts.configuration
    return { people, gates: noneNamed(request), losses, outdated: [{ subject: found.refusal.code, message: found.refusal.message }] }
  }
  const way = withEmergencyGate(withDemands(onTrain(found.value, facts.train), again), again)
  const refused = refuseByRules(again, way)
  const outdated = [
    ...(refused === undefined ? [] : [{ subject: refused.refusal.code, message: refused.refusal.message }, ...refused.refusal.reasons]),
    ...findDifferences(request, makeRequest(again, way), way),
    ...emergencyEnd(request, facts.now),
  ]
  const people = peopleOnTheWay(facts.configuration, way)
  const owners = dataOwnersOf(way.environment).filter((id) => findPerson(people, id) !== undefined)
  const gates = staffGates(promotion, way, facts)
  return {
    ...{ people, gates, losses: lossRules(request, owners, facts.policy), recovery: recoveryRules(request, way, facts), outdated },
    soak: soakFacts({ ...again, ...(facts.incidentsBefore === undefined ? {} : { incidentsBefore: facts.incidentsBefore }) }, way),
    validation: { policy: facts.policy.gates, tier: way.governed.tier, monitoring: way.governed.monitoring, last: facts.last },
    openedByReport: facts.policy.gates.openedByReport.value,
    unknown: {
      word: unknownWord(facts.policy, way, request.intent),
      may: unknownAnswerers(request, { gates, people, policy: facts.policy }),
    },
    accountable: findAccountable(request, way, facts),
    waivers: waiversLeanedOn(request, again, way),
    ...windowOf(windowRules(way.stage, facts)),
    ...(facts.holds === undefined ? {} : { holds: facts.holds }),
    ...(facts.rebuild === undefined ? {} : { rebuild: facts.rebuild }),
    ...(facts.train === undefined ? {} : { train: facts.train }),
  }
}

function findAccountable(
  { gates }: PromotionRequest,
  { governed, environment }: StageOnTheWay,
  { configuration, policy }: StandingFacts,
): Partial<Record<ConditionKind, string>> {
  const of = (gate: ConditionKind) =>
    accountableFor({ gate, tier: governed.tier, solution: governed, environment: environment.id, configuration, policy }).text
  const kinds: readonly ConditionKind[] = ['in-force', 'change-window', ...gates.map(({ kind }) => kind)]
  return Object.fromEntries(kinds.map((kind) => [kind, of(kind)]))
}

function windowOf(window: WindowRules | undefined): Pick<Standing, 'window'> {
  return window === undefined ? {} : { window }
}

function recoveryRules({ solution, version }: PromotionRequest, { environment, governed }: StageOnTheWay, facts: StandingFacts) {
  const rehearsals = (facts.rehearsals ?? []).filter((rehearsal) => rehearsal.solution.toLowerCase() === solution.toLowerCase())
  return { demand: facts.policy.tiers[governed.tier].recovery, version, rehearsals, environment: environment.id }
}

function lossRules({ tier }: PromotionRequest, owners: readonly PersonId[], policy: Policy): LossRules {
  return { owners, needed: policy.tiers[tier].lossAcknowledgers.value, longestDays: policy.care.acknowledgementDays.value }
}

/** How a promotion stands whose gates have done their work: by what it was asked for under. */
export function standAsRequested(promotion: Promotion, people: readonly Person[]): Standing {
  // Whose word counted then is no longer asked: each was judged when it was given, and when the work began.
  const losses = { owners: promotion.acknowledgements.map((word) => word.by), needed: 1, longestDays: Number.MAX_SAFE_INTEGER }
  const attempt = currentAttempt(promotion)
  const waived = attempt === undefined ? {} : { waivers: promotion.leansOn ?? [], waivedAt: attempt.startedAt }
  return { people, gates: staffAsDecided(promotion), losses, outdated: [], ...waived }
}

function askAgain(request: PromotionRequest, facts: StandingFacts): RequestFacts {
  return {
    ...facts,
    promotionId: request.promotionId,
    requester: request.requestedBy,
    stageId: request.stageId,
    plan: request.plan,
    boundTo: request.boundTo,
    ...(request.intent?.kind === 'recovery' ? { intent: request.intent } : {}),
    ...(request.intent?.kind === 'emergency' ? { emergency: { reason: request.intent.reason } } : {}),
    recovery: request.recovery,
    sealHolds: true,
    artifactHolds: true,
    otherPromotions: [],
  }
}

function noneNamed(request: PromotionRequest): PeopleGate[] {
  return request.gates.filter(isPeopleGate).map((gate) => ({ ...gate, people: [] }))
}

function findDifferences(before: PromotionRequest, now: PromotionRequest, { environment }: StageOnTheWay): Reason[] {
  return [
    ...changed('tier', before.tier, now.tier),
    ...changed('environment', before.environmentId, now.environmentId),
    ...changed(`address of ${environment.name}`, before.plan.target.lane, laneOf(environment)),
    ...changed('pipeline', before.pipelineId, now.pipelineId),
    ...changed('review window in hours', before.reviewWindowHours, now.reviewWindowHours),
    ...changed('policy', before.policyVersion, now.policyVersion),
    ...changed('number of different people', before.separation.distinctPeople, now.separation.distinctPeople),
    ...changed('gates kept apart', namesOf(before), namesOf(now)),
    ...changed('gates that its maker may not decide', creatorText(before), creatorText(now)),
    ...findGateDifferences(before.gates, now.gates),
  ]
}

function namesOf({ separation }: PromotionRequest): string {
  return separation.separatedGates.map(gateName).join(', ') || 'none'
}

function creatorText({ separation: { creator } }: PromotionRequest): string {
  return creator === undefined ? 'none' : `${creator.decidesNot.map(gateName).join(', ')} (${creator.by})`
}

/** The gate of losses comes with the plan, which was renewed or was not, and not with what is in force. */
function findGateDifferences(before: readonly GateDefinition[], now: readonly GateDefinition[]): Reason[] {
  const kinds = [...new Set([...before, ...now].map((gate) => gate.kind))].filter((kind) => kind !== 'losses')
  return kinds.flatMap((kind) => {
    const [was, is] = [before, now].map((gates) => gates.find((gate) => gate.kind === kind))
    if (canonicalJson(was ?? null) === canonicalJson(is ?? null)) return []
    return [{ subject: gateName(kind), message: `It was: ${describeGate(was)}. It is: ${describeGate(is)}.` }]
  })
}

function describeGate(gate: GateDefinition | undefined): string {
  if (gate === undefined) return 'not there'
  return isPeopleGate(gate) ? `${gate.quorum} of ${namedText(gate)} within ${gate.expiresAfterHours} h` : 'there'
}

function namedText({ people, groups = [] }: PeopleGate): string {
  return [...people, ...groups.map((id) => `group ${id}`)].join(', ')
}

function changed(subject: string, before: string | number, now: string | number): Reason[] {
  return before === now ? [] : [{ subject, message: `It was ${before} and is ${now}.` }]
}
