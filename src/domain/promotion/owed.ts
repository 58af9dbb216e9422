import type { Decision, Delegation, StaffedGate, StaffingFacts } from '#domain/approval'
import { findDeputies, findSeparatedDecision, isClosedByAge, hasPlace, isBarred, sharesPerson } from '#domain/approval'
import type { Instant, PersonId, PromotionId, Result, Version } from '#domain/kernel'
import { accept, compareVersions, refuse, toId } from '#domain/kernel'
import { laneOf } from '#domain/environment'
import type { PeopleDirectory, Role } from '#domain/people'
import { findPerson, peopleIn, personName } from '#domain/people'
import type { PeopleGateKind } from '#domain/pipeline'
import { gateName, isPeopleGate } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { mayHaveChanged, mayHaveChangedBy } from './evaluate-hold.ts'
import { attemptsOf } from './evolve-promotion.ts'
import type { StageOnTheWay } from './find-stage.ts'
import type { NewPromotionEvent, Promotion, PromotionIntent } from './promotion.ts'
import { findPlace } from './refuse-decider.ts'
import type { RequestFacts } from './request-facts.ts'

/** A word that was given afterwards at a gate that its promotion had not waited for. */
export type SignOff = Pick<Decision, 'gate' | 'by' | 'verdict' | 'comment' | 'at' | 'onBehalfOf'>

/** A gate of people that a promotion did not wait for, and owes since it changed its target (REL-12). */
export interface OwedGate {
  readonly gate: PeopleGateKind
  /** Who may give it. */
  readonly people: readonly PersonId[]
  readonly quorum: number
  readonly since: Instant
  readonly dueAt: Instant
  readonly given: readonly SignOff[]
}

/** One that is still owed, with the promotion that owes it. */
export interface OwedItem extends OwedGate {
  readonly promotionId: PromotionId
  readonly solution: string
  readonly version: Version
  readonly environmentId: string
  /** The place that it went to. */
  readonly lane: string
  readonly intent: PromotionIntent['kind']
  /** Of a hotfix: which. */
  readonly hotfixId?: string
  readonly requestedBy: PersonId
  readonly isOverdue: boolean
  /** Somebody said no: the stage is to go back, or somebody else is to say yes. */
  readonly isRefused: boolean
}

/** What came into a place after a promotion that owes something there. */
export interface LaterArrival {
  readonly promotionId: PromotionId
  readonly solution: string
  readonly lane: string
  readonly at: Instant
  /** Of a recovery: the version whose content it brought back, or that nothing of the solution is left. Absent of any other. */
  readonly returnedTo?: Version | 'nothing'
  /** Gates that it did not wait for, either. */
  readonly gates: readonly PeopleGateKind[]
}

/** Every gate that a promotion did not wait for and has to make up for, settled or not; none before it changed its target. */
export function owedGatesOf(promotion: Promotion): readonly OwedGate[] {
  const { request, status, signOffs = [] } = promotion
  const { intent } = request
  if (intent?.kind !== 'hotfix' && intent?.kind !== 'emergency') return []
  if (!('attempt' in status) || !hasArrived(promotion)) return []
  // The first attempt that changed something: trying again later puts nothing off.
  const first = attemptsOf(promotion).find(mayHaveChangedBy) ?? status.attempt
  const since = first.finishedAt ?? first.startedAt
  const dueAt = addWorkingDays(since, intent.signOffWorkingDays, intent.holidays)
  return intent.notWaitedFor.filter(isPeopleGate).map(({ kind, people, quorum }) => {
    return { gate: kind, people, quorum, since, dueAt, given: signOffs.filter(({ gate }) => gate === kind) }
  })
}

export function isSettled({ given, quorum }: OwedGate): boolean {
  return given.filter(({ verdict }) => verdict === 'approve').length >= quorum
}

/**
 * What is still owed, the most urgent first. A recovery of the place ends what was owed for what it took back, and not for what it went back to; a later promotion that goes past
 * the same gate there owes it instead, and puts nothing off.
 */
export function listOwed(owing: readonly Promotion[], later: readonly LaterArrival[], now: Instant): readonly OwedItem[] {
  const items = owing.flatMap((promotion) =>
    owedGatesOf(promotion)
      .filter((owed) => !isSettled(owed))
      .map((owed) => asItem(promotion, owed)),
  )
  const open = items.filter((item) => !isTakenBack(item, later))
  return open
    .filter((item) => !afterwards(item, later).some(({ gates }) => gates.includes(item.gate)))
    .map((item) => {
      const dueAt = open.filter((other) => isSamePlace(item, other) && other.gate === item.gate).map((other) => other.dueAt)
      const [earliest = item.dueAt] = dueAt.sort()
      return { ...item, dueAt: earliest, isOverdue: Date.parse(earliest) < Date.parse(now) }
    })
    .sort((a, b) => a.dueAt.localeCompare(b.dueAt, 'en') || a.promotionId.localeCompare(b.promotionId, 'en'))
}

export interface SignOffCommand {
  readonly gate: PeopleGateKind
  readonly by: PersonId
  readonly verdict: Decision['verdict']
  readonly comment: string
  readonly at: Instant
  /** Whose place the person takes; absent: their own, or where they have none the only one that they may take. */
  readonly onBehalfOf?: PersonId
}

/** Who is there now, and who may decide at which gate. */
export interface SignOffStaff {
  readonly configuration: PeopleDirectory
  readonly policy: Pick<Policy, 'gateRoles' | 'people'>
  /** Deputies that were named; absent: none. */
  readonly delegations?: readonly Delegation[] | undefined
  /** Since when privileged roles of these people wait to be certified again; absent: nobody's do. */
  readonly uncertified?: Readonly<Record<string, Instant>> | undefined
}

/**
 * A word at a gate that the promotion did not wait for, by whom the gate named or by their deputy (ROL-09): what would not have counted there before does not count
 * afterwards. Once, with a role that fits the gate, never by whoever asked nor, where the tier asks, made the release, and never a second hat (ROL-07).
 */
export function decideSignOff(
  promotion: Promotion,
  asked: SignOffCommand,
  { configuration, policy, delegations = [], uncertified = {} }: SignOffStaff,
): Result<readonly NewPromotionEvent[]> {
  const { request, decisions, signOffs = [] } = promotion
  const { promotionId, requestedBy, solution, environmentId: environment, pipelineId: pipeline } = request
  const people = peopleIn(configuration, { solution, environment, pipeline })
  const name = personName(people, asked.by)
  const owed = owedGatesOf(promotion).find(({ gate }) => gate === asked.gate)
  if (owed === undefined) {
    return refuse('owed.nothing', `Promotion ${promotionId} owes no ${gateName(asked.gate)}.`, 'See what is owed with `drover owed list`.')
  }
  const { creator } = request.separation
  const gateRoles = policy.gateRoles[asked.gate].value
  const gate = staffOwed(owed, { people, gateRoles, delegations })
  const place = findPlace(gate, asked, people)
  if (!place.ok) return place
  const said = place.value === undefined ? asked : { ...asked, onBehalfOf: place.value }
  // A privileged role that nobody certified for so long opens no gate afterwards either (ROL-08).
  const { certifiedRoles, uncertifiedDays } = policy.people
  const isStale = (id: PersonId, role: Role): boolean =>
    certifiedRoles.value.includes(role) && isClosedByAge(uncertified[id], { days: uncertifiedDays[request.tier].value, now: asked.at })
  const mayGive = (id: PersonId, onBehalfOf?: PersonId): boolean => {
    const person = findPerson(people, id)
    const fits = person?.roles.some((role) => gateRoles.includes(role) && !isStale(id, role)) ?? false
    const word = { gate: asked.gate, by: id, at: asked.at, ...(onBehalfOf === undefined ? {} : { onBehalfOf }) }
    return fits && person?.kind !== 'service' && hasPlace(gate, word) && !isBarred({ requestedBy, creator }, word)
  }
  const others = owed.people.filter((id) => id !== said.by && mayGive(id)).map((id) => personName(people, id))
  const ask = others.length === 0 ? 'Have somebody else named at the gate.' : `Ask ${others.join(' or ')}.`
  if (!mayGive(said.by, said.onBehalfOf))
    return refuse('promotion.not-allowed', `${name} may not give the ${gateName(said.gate)} of promotion ${promotionId}.`, ask)
  if (owed.given.some((word) => sharesPerson(word, said))) {
    const message = `${name}, or whose place they take, has given the ${gateName(said.gate)} of promotion ${promotionId} already.`
    return refuse('promotion.decided-already', message, 'A word that was given stands.')
  }
  const words = [...decisions, ...signOffs.map((word) => ({ ...word, boundTo: request.boundTo }))]
  const other = findSeparatedDecision(request.separation, words, said)
  if (other !== undefined)
    return refuse(
      'ROL-07',
      `${name} decided the ${gateName(other.gate)} of promotion ${promotionId}; the ${gateName(said.gate)} needs somebody else.`,
      ask,
    )
  if (said.verdict === 'reject' && said.comment.trim() === '')
    return refuse('owed.reason-needed', 'A no that comes afterwards needs a reason.', 'Say what is wrong with what went in.')
  const { verdict, onBehalfOf } = said
  return accept([
    {
      type: 'sign-off-given',
      data: {
        signOff: {
          ...{ gate: said.gate, by: said.by, verdict, comment: said.comment.trim(), at: said.at },
          ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
        },
      },
      key: `signed/${said.gate}/${said.by}`,
    },
  ])
}

/** The gate as it was gone past, with whoever takes the place of its people now. */
function staffOwed({ gate: kind, people, quorum }: OwedGate, facts: StaffingFacts): StaffedGate {
  const gate = { kind, people, quorum, expiresAfterHours: 0 }
  return { ...gate, deputies: findDeputies(gate, facts) }
}

/** The gates that this person could give afterwards now, for doors that show a button. */
export function findSignable(
  promotion: Promotion,
  { by, at, ...staff }: SignOffStaff & { readonly by: PersonId; readonly at: Instant },
): readonly PeopleGateKind[] {
  return owedGatesOf(promotion)
    .filter((owed) => !isSettled(owed))
    .map(({ gate }) => gate)
    .filter((gate) => decideSignOff(promotion, { gate, by, verdict: 'approve', comment: '', at }, staff).ok)
}

/** While something is overdue for a solution in a place, nothing goes there but what policy lets go on. */
export function refuseOverdue(
  facts: Pick<RequestFacts, 'owed' | 'policy' | 'intent' | 'release' | 'emergency' | 'promotionId'>,
  { environment }: Pick<StageOnTheWay, 'environment'>,
): ReturnType<typeof refuse> | undefined {
  const { owed = [], policy, intent, release, emergency, promotionId } = facts
  const kind = intent?.kind ?? (release.hotfix === undefined ? undefined : 'hotfix') ?? (emergency === undefined ? 'release' : 'emergency')
  const { value: goOn, source } = policy.emergencies.goOnOverdue
  if (goOn.includes(kind)) return undefined
  const overdue = owed.filter(
    (item) =>
      item.isOverdue &&
      item.promotionId !== promotionId &&
      item.lane === laneOf(environment) &&
      item.solution.toLowerCase() === release.solution.toLowerCase(),
  )
  const [first] = overdue
  if (first === undefined) return undefined
  return refuse(
    'owed.overdue',
    `${environment.name} takes no ${kind} of ${release.solution}: ${overdue.map(({ gate }) => gateName(gate)).join(', ')} of promotion ${first.promotionId} is overdue.`,
    `Give it with \`drover promotion sign-off ${first.promotionId} --gate ${first.gate} --verdict approve\`, or go back with \`drover rollback ${first.environmentId} ${release.solution}\`.`,
    [
      ...overdue.map((item) => ({ subject: `promotion ${item.promotionId}`, message: describeOwed(item) })),
      { subject: 'policy', message: source },
    ],
  )
}

export function describeOwed({ gate, people, dueAt, isRefused, isOverdue }: OwedItem): string {
  const no = isRefused ? '; somebody said no' : ''
  return `${gateName(gate)} by ${people.join(', ')} ${isOverdue ? 'was' : 'is'} due ${dueAt}${no}.`
}

/** The same time of day so many working days later: Monday to Friday in UTC, without these dates. */
export function addWorkingDays(at: Instant, days: number, holidays: readonly string[] = []): Instant {
  const date = new Date(at)
  for (let left = days; left > 0; ) {
    date.setUTCDate(date.getUTCDate() + 1)
    const isWeekend = date.getUTCDay() === 0 || date.getUTCDay() === 6
    if (!isWeekend && !holidays.includes(date.toISOString().slice(0, 10))) left--
  }
  return toId<Instant>(date.toISOString())
}

function hasArrived(promotion: Promotion): boolean {
  const { state } = promotion.status
  return state === 'succeeded' || (state !== 'running' && state !== 'pending' && mayHaveChanged(promotion))
}

function asItem({ request }: Promotion, owed: OwedGate): OwedItem {
  const { promotionId, solution, version, environmentId, plan, intent, requestedBy } = request
  return {
    ...{ ...owed, promotionId, solution, version, environmentId, requestedBy, lane: plan.target.lane },
    intent: intent?.kind ?? 'release',
    ...(intent?.kind === 'hotfix' ? { hotfixId: intent.hotfixId } : {}),
    isOverdue: false,
    isRefused: owed.given.some(({ verdict }) => verdict === 'reject'),
  }
}

function afterwards(item: OwedItem, later: readonly LaterArrival[]): readonly LaterArrival[] {
  return later.filter(
    (arrival) => arrival.promotionId !== item.promotionId && isSamePlace(item, arrival) && Date.parse(arrival.at) > Date.parse(item.since),
  )
}

/** Whether what owes it is no longer there: by the newest recovery of the place, since one may go back to what an earlier one took away. */
function isTakenBack(item: OwedItem, later: readonly LaterArrival[]): boolean {
  const recoveries = afterwards(item, later).filter(({ returnedTo }) => returnedTo !== undefined)
  const newest = recoveries.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))[0]?.returnedTo
  return newest !== undefined && (newest === 'nothing' || compareVersions(newest, item.version) < 0)
}

function isSamePlace(a: Pick<LaterArrival, 'lane' | 'solution'>, b: Pick<LaterArrival, 'lane' | 'solution'>): boolean {
  return a.lane === b.lane && a.solution.toLowerCase() === b.solution.toLowerCase()
}
