import { isAtLeast } from '#domain/check'
import type { Rehearsal } from '#domain/environment'
import type { Instant, Reason } from '#domain/kernel'
import { findPerson } from '#domain/people'
import type { Configuration, GateKind, PeopleGateKind } from '#domain/pipeline'
import { findEnvironment, gateName, isPeopleGate, isPeopleGateKind } from '#domain/pipeline'
import type { Conditions, Policy } from '#domain/policy'
import { demandedGates, findRedeployBar } from '#domain/policy'
import type { Release } from '#domain/release'
import { withDemands } from './demands.ts'
import { attemptsOf } from './evolve-promotion.ts'
import { findStageOnTheWay } from './find-stage.ts'
import type { StageOnTheWay } from './find-stage.ts'
import type { Promotion, PromotionRequest } from './promotion.ts'
import type { Found } from './replay-conditions.ts'
import { missing, replayLosses, replayRecovery, replayUnknown, replayValidation, unknown } from './replay-conditions.ts'

/** What the ledger knows of a promotion. What is undefined was not recorded, or is no longer there. */
export interface RecordedPromotion {
  readonly promotion: Promotion
  readonly release: Release | undefined
  /** In force when it was asked for. */
  readonly configuration: Configuration | undefined
  /** What was demanded then. */
  readonly policy: Policy
  /** When the same bytes had arrived in a stage before; undefined where that is not known. */
  readonly arrivedBefore: Instant | undefined
  /** Rehearsals of its place that are recorded; undefined: they could not be read. */
  readonly rehearsals: readonly Rehearsal[] | undefined
  /** What went in before it, in the same place; undefined: nothing; null: that is not known. */
  readonly before: Promotion | undefined | null
}

export type ReplayOutcome = 'same' | 'stopped' | 'longer' | 'sooner' | 'unknown' | 'never-began'

/** A recorded promotion under another policy. */
export interface Replay {
  readonly promotionId: PromotionRequest['promotionId']
  readonly solution: string
  readonly version: PromotionRequest['version']
  readonly tier: PromotionRequest['tier']
  readonly stageId: PromotionRequest['stageId']
  readonly requestedAt: Instant
  readonly outcome: ReplayOutcome
  /** Of one that would have waited longer, or passed sooner: by how many hours. */
  readonly hours: number
  /** What would have stopped or delayed it: the gate or demand, and what was missing. */
  readonly reasons: readonly Reason[]
  /** What cannot be told of it, because it was not recorded then. */
  readonly unknown: readonly Reason[]
}

/**
 * What would have become of a promotion under another policy, by what was recorded of it: its tier, gates, decisions, checks and times. Nothing
 * is guessed: what was not recorded is named, and counted as unknown unless something else would have stopped it anyway.
 */
export function replayPromotion(recorded: RecordedPromotion, policy: Policy, conditions: Conditions): Replay {
  const { request } = recorded.promotion
  const { promotionId, solution, version, tier, stageId, requestedAt } = request
  const about = { promotionId, solution, version, tier, stageId, requestedAt }
  const begun = attemptsOf(recorded.promotion)[0]?.startedAt
  if (begun === undefined) return { ...about, outcome: 'never-began', hours: 0, reasons: [], unknown: [] }
  const way = findWay(recorded)
  if (way === undefined) {
    const lost = { subject: promotionId, message: 'The configuration or the release that it was asked for under is not in the ledger.' }
    return { ...about, outcome: 'unknown', hours: 0, reasons: [], unknown: [lost] }
  }
  const place: Place = { recorded, policy, way: demandedWay(recorded, { policy, conditions, way }), begun }
  const at = { ...recorded, then: recorded.policy, policy, way: place.way, begun }
  const watch = replayValidation(at, demandsOf(place))
  const found = [
    ...judgeGates(place),
    ...judgePeople(place),
    ...judgeRules(place),
    ...replayLosses(at),
    ...replayRecovery(at),
    ...replayUnknown(at),
    ...watch.found,
  ]
  const reasons = found.filter(({ state }) => state === 'missing').map(reasonOf)
  const unknown = found.filter(({ state }) => state === 'unknown').map(reasonOf)
  if (reasons.length > 0) return { ...about, outcome: 'stopped', hours: 0, reasons, unknown }
  if (unknown.length > 0) return { ...about, outcome: 'unknown', hours: 0, reasons: [], unknown }
  return { ...about, ...judgeTime(place, watch) }
}

interface Place {
  readonly recorded: RecordedPromotion
  readonly policy: Policy
  readonly way: StageOnTheWay
  /** When its first attempt began. */
  readonly begun: Instant
}

function reasonOf({ subject, message }: Found): Reason {
  return { subject, message }
}

/** As the configuration of then has it, of the tier that it had. */
function findWay({ promotion, release, configuration }: RecordedPromotion): StageOnTheWay | undefined {
  if (release === undefined || configuration === undefined) return undefined
  const { request } = promotion
  const found = findStageOnTheWay({ configuration, release, now: request.requestedAt }, request.stageId)
  if (!found.ok) return undefined
  const environment = findEnvironment(configuration, request.environmentId) ?? found.value.environment
  return { ...found.value, environment, governed: { ...found.value.governed, tier: request.tier } }
}

function demandedWay(
  { promotion, release, configuration }: RecordedPromotion,
  { policy, conditions, way }: { readonly policy: Policy; readonly conditions: Conditions; readonly way: StageOnTheWay },
): StageOnTheWay {
  // Both are there, or there would be no way.
  if (release === undefined || configuration === undefined) return way
  const { plan, requestedBy: requester, intent } = promotion.request
  const recovery = intent?.kind === 'recovery' ? { intent } : {}
  const emergency = intent?.kind === 'emergency' ? { emergency: { reason: intent.reason } } : {}
  return withDemands(way, { policy, conditions, plan, release, requester, configuration, ...recovery, ...emergency })
}

/** Gates that the other policy demands of it and does not let it pass by. */
function demandsOf({ recorded, policy, way }: Place): GateKind[] {
  const { intent } = recorded.promotion.request
  const ofDemands = (way.demands ?? []).flatMap(({ demand }) => demand.value.gates)
  const demanded = [...new Set([...demandedGates(policy, way.governed.tier, way.environment), ...ofDemands])]
  if (intent?.kind === 'recovery') {
    const asked = intent.isOfOthers === true ? policy.recoveries.gatesOfOthers : policy.recoveries.gates
    return demanded.filter((kind) => asked.value.includes(kind))
  }
  if (intent?.kind === 'hotfix') return demanded.filter((kind) => !policy.hotfix.notWaitedFor.value.includes(kind))
  if (intent?.kind === 'emergency') return demanded.filter((kind) => !policy.emergencies.notWaitedFor.value.includes(kind))
  return demanded
}

function judgeGates(place: Place): Found[] {
  const { request } = place.recorded.promotion
  return demandsOf(place).flatMap((kind): Found[] => {
    const asked = request.gates.some((gate) => gate.kind === kind)
    if (isPeopleGateKind(kind)) return judgePeopleGate(place, kind)
    if (kind === 'checks') return judgeChecks(place)
    if (kind === 'source-control') return hasCommit(place) ? [] : [missing(gateName(kind), 'The release has no commit.')]
    // What these wait for is counted in hours, or judged by what was known then.
    if (kind === 'review-window' || kind === 'validation' || kind === 'recovery') return []
    return asked ? [] : [unknown(gateName(kind), 'It was not asked then, so nothing of it was recorded.')]
  })
}

function judgePeopleGate({ recorded, policy }: Place, kind: PeopleGateKind): Found[] {
  const { promotion, configuration } = recorded
  const { request } = promotion
  const gate = request.gates.filter(isPeopleGate).find((offered) => offered.kind === kind)
  const subject = gateName(kind)
  if (gate === undefined) return [missing(subject, 'Nobody was asked at this gate.')]
  const roles = policy.gateRoles[kind].value
  const given = promotion.decisions.filter(
    (decision) => decision.gate === kind && decision.verdict === 'approve' && decision.by !== request.requestedBy,
  )
  const counted = given.filter(({ by }) => findPerson(configuration?.people ?? [], by)?.roles.some((role) => roles.includes(role)) === true)
  const people = new Set(counted.map(({ by }) => by)).size
  if (people < gate.quorum)
    return [missing(subject, `${people} of ${gate.quorum} people said yes who have one of the roles ${roles.join(', ')}.`)]
  const needsReport = policy.gates.openedByReport.value.includes(kind)
  if (needsReport && !counted.some(({ evidence }) => evidence?.kind === 'test-report'))
    return [missing(subject, 'No report of tests was handed in.')]
  return []
}

function judgeChecks({ recorded, policy }: Place): Found[] {
  const { release, promotion } = recorded
  const subject = gateName('checks')
  if (release === undefined) return [unknown(subject, 'Its release is not in the ledger.')]
  const threshold = policy.tiers[promotion.request.tier].checksBlockFrom.value
  const blocking = threshold === undefined ? [] : release.report.findings.filter(({ severity }) => isAtLeast(severity, threshold))
  const ageDays = (Date.parse(promotion.request.requestedAt) - Date.parse(release.sealedAt)) / 86_400_000
  const old = ageDays > policy.checksValidForDays.value ? [missing(subject, `Its checks were ${Math.floor(ageDays)} days old.`)] : []
  if (blocking.length === 0) return old
  if ((promotion.leansOn ?? []).length > 0)
    return [...old, unknown(subject, 'It stood on waivers; whether they would have been given is not known.')]
  return [...old, missing(subject, `${blocking.length} findings at or above ${threshold ?? 'none'}.`)]
}

function hasCommit({ recorded }: Place): boolean {
  return (recorded.release?.commit.trim() ?? '') !== ''
}

function judgePeople({ recorded, policy, way }: Place): Found[] {
  const { promotion, configuration } = recorded
  const { request } = promotion
  if (way.environment.careClass !== 'pet') return judgeRequester({ recorded, policy })
  const isReturn = request.intent?.kind === 'recovery' && request.intent.isOfOthers !== true
  const tier = policy.tiers[request.tier]
  const approvals = promotion.decisions.filter(({ verdict }) => verdict === 'approve')
  const distinct = new Set([request.requestedBy, ...approvals.map(({ by }) => by)]).size
  const needed = isReturn ? policy.recoveries.distinctPeople.value : tier.distinctPeople.value
  const separated = isReturn ? [] : tier.separatedGates.value
  const twice =
    separated.length === 0
      ? []
      : [...new Set(approvals.map(({ by }) => by))].filter(
          (by) => new Set(approvals.filter((one) => one.by === by && separated.includes(one.gate)).map(({ gate }) => gate)).size > 1,
        )
  const creator = recorded.release?.sealedBy
  const decidesNot = isReturn ? [] : policy.people.creatorDecidesNot[request.tier].value
  const own = approvals.filter(({ by, gate }) => by === creator && decidesNot.includes(gate))
  return [
    ...judgeRequester({ recorded, policy }),
    ...(distinct < needed ? [missing('different people', `${distinct} took part, and ${needed} are needed.`)] : []),
    ...twice.map((by) => missing('gates kept apart', `${findPerson(configuration?.people ?? [], by)?.name ?? by} decided two of them.`)),
    ...own.map(({ by, gate }) =>
      missing(gateName(gate), `${findPerson(configuration?.people ?? [], by)?.name ?? by} made the release and decided on it.`),
    ),
  ]
}

function judgeRequester({ recorded, policy }: Pick<Place, 'recorded' | 'policy'>): Found[] {
  const { requestedBy } = recorded.promotion.request
  const person = findPerson(recorded.configuration?.people ?? [], requestedBy)
  if (person === undefined) return [unknown('requester', `What roles ${requestedBy} had then is not known.`)]
  if (person.roles.some((role) => policy.mayRequest.value.includes(role))) return []
  return [missing('requester', `${person.name} had none of the roles ${policy.mayRequest.value.join(', ')}.`)]
}

function judgeRules({ recorded, policy, way }: Place): Found[] {
  const { tier, intent, plan } = recorded.promotion.request
  const isPet = way.environment.careClass === 'pet'
  const demands = policy.tiers[tier]
  return [
    ...(isPet && !demands.mayEnterPet.value ? [missing('tier', `Tier ${tier} enters no pet.`)] : []),
    ...(intent?.kind === 'recovery' && intent.way === 'redeploy' && findRedeployBar(policy) !== undefined
      ? [missing('C6', 'Deploying the earlier version again is no way back.')]
      : []),
    ...(plan.mode === 'unmanaged' && policy.positions.C2.chosen.value === 'managed-only'
      ? [missing('C2', 'Only managed solutions go into production.')]
      : []),
  ]
}

/** By how much the times that must pass move its beginning. */
function judgeTime(
  { recorded, policy, way, begun }: Place,
  watch: { readonly was?: Instant; readonly is?: Instant },
): Pick<Replay, 'outcome' | 'hours' | 'reasons' | 'unknown'> {
  const { promotion, policy: then, arrivedBefore } = recorded
  const { request } = promotion
  const demanded = demandsOf({ recorded, policy, way, begun })
  const isPet = way.environment.careClass === 'pet'
  const windowHours =
    demanded.includes('review-window') || request.gates.some(({ kind }) => kind === 'review-window')
      ? policy.tiers[request.tier].reviewWindowHours.value
      : 0
  const [soak, soakThen] =
    isPet && request.intent === undefined ? [policy, then].map((of) => of.gates.soakHours[request.tier].value) : [0, 0]
  if (soak !== soakThen && (soak ?? 0) > 0 && arrivedBefore === undefined) {
    return {
      outcome: 'unknown',
      hours: 0,
      reasons: [],
      unknown: [{ subject: gateName('soak'), message: 'When it came into the stage before was not recorded.' }],
    }
  }
  const decided = promotion.decisions.filter(({ verdict }) => verdict === 'approve').map(({ at }) => Date.parse(at))
  const others = Math.max(Date.parse(request.requestedAt), ...decided)
  const ends = (window: number, hours: number, watched: Instant | undefined): number =>
    Math.max(
      others,
      watched === undefined ? 0 : Date.parse(watched),
      Date.parse(request.requestedAt) + window * hour,
      arrivedBefore === undefined ? 0 : Date.parse(arrivedBefore) + hours * hour,
    )
  const [was, is] = [ends(request.reviewWindowHours, soakThen ?? 0, watch.was), ends(windowHours, soak ?? 0, watch.is)]
  // What began before its times were over went past them by name, and would have again.
  if (Date.parse(begun) < was) return { outcome: 'same', hours: 0, reasons: [], unknown: [] }
  // What began later than it could have, waited for something else, which would have gone on beside.
  const delay = is - Math.max(was, Date.parse(begun))
  if (delay > 0)
    return {
      outcome: 'longer',
      hours: inHours(delay),
      reasons: [{ subject: 'time', message: `It began at ${begun}, and could have begun at ${new Date(is).toISOString()}.` }],
      unknown: [],
    }
  if (is < was)
    return {
      outcome: 'sooner',
      hours: inHours(was - is),
      reasons: [
        {
          subject: 'time',
          message: `It could begin at ${new Date(was).toISOString()}, and could have begun at ${new Date(is).toISOString()}.`,
        },
      ],
      unknown: [],
    }
  return { outcome: 'same', hours: 0, reasons: [], unknown: [] }
}

const hour = 3_600_000

function inHours(ms: number): number {
  return Math.round((ms / hour) * 10) / 10
}

/** How many promotions of what outcome, and what they cost in hours. */
export interface ReplaySums {
  readonly promotions: number
  readonly outcomes: Readonly<Record<ReplayOutcome, number>>
  /** Hours that would have been waited longer. */
  readonly delayHours: number
  readonly savedHours: number
  /** Tier → how many would have been stopped, and hours of delay. */
  readonly tiers: Readonly<Record<string, { readonly promotions: number; readonly stopped: number; readonly delayHours: number }>>
}

export const noReplays: ReplaySums = {
  promotions: 0,
  outcomes: { same: 0, stopped: 0, longer: 0, sooner: 0, unknown: 0, 'never-began': 0 },
  delayHours: 0,
  savedHours: 0,
  tiers: {},
}

export function addReplay(sums: ReplaySums, { outcome, hours, tier }: Pick<Replay, 'outcome' | 'hours' | 'tier'>): ReplaySums {
  const delay = outcome === 'longer' ? hours : 0
  const of = sums.tiers[tier] ?? { promotions: 0, stopped: 0, delayHours: 0 }
  return {
    promotions: sums.promotions + 1,
    outcomes: { ...sums.outcomes, [outcome]: sums.outcomes[outcome] + 1 },
    delayHours: sums.delayHours + delay,
    savedHours: sums.savedHours + (outcome === 'sooner' ? hours : 0),
    tiers: {
      ...sums.tiers,
      [tier]: { promotions: of.promotions + 1, stopped: of.stopped + (outcome === 'stopped' ? 1 : 0), delayHours: of.delayHours + delay },
    },
  }
}
