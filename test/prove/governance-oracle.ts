import { checkRules } from '#checks'
import type { Arrival } from './governance-world.ts'

/*
 * What must have been so when a release went into production at Tier 3 or 4, told from the entries of the ledger alone: who said what, when,
 * on which binding, who was in force, what was waived until when. It is written apart from the rules of promotions, after the gate × tier matrix,
 * and asks for less than they do wherever they are stricter.
 */

/** An entry as JSON: what stands in it is read, and never typed by the product. */
export interface Entry {
  readonly sequence: number
  readonly stream: string
  readonly type: string
  readonly at: string
  readonly actor: string
  readonly data: any
}

interface Demands {
  readonly gates: readonly string[]
  readonly hours: number
  readonly soak: number
  readonly people: number
  readonly apart: readonly string[]
  readonly notByMaker: readonly string[]
  readonly watch: number
  readonly waiverDays: number
  readonly worst: readonly string[]
}

const matrix: Readonly<Record<3 | 4, Demands>> = {
  3: {
    gates: ['review', 'uat', 'security', 'approval'],
    ...{ hours: 24, soak: 24, watch: 24, people: 3, waiverDays: 30 },
    apart: ['review', 'approval'],
    notByMaker: ['review', 'approval'],
    worst: ['critical'],
  },
  4: {
    gates: ['review', 'automated-tests', 'uat', 'test-lead', 'security', 'cab', 'approval'],
    ...{ hours: 48, soak: 48, watch: 48, people: 4, waiverDays: 14 },
    apart: ['review', 'approval', 'cab'],
    notByMaker: ['review', 'approval', 'cab'],
    worst: ['critical', 'high'],
  },
}

const rolesAt: Readonly<Record<string, readonly string[]>> = {
  approval: ['approver', 'environment-owner', 'solution-owner'],
  review: ['reviewer'],
  'automated-tests': ['test-lead'],
  uat: ['solution-owner', 'approver'],
  'test-lead': ['test-lead'],
  security: ['security'],
  cab: ['cab'],
  emergency: ['cab', 'environment-owner', 'security'],
}
const goneByInEmergency = ['review-window', 'soak', 'cab', 'uat', 'test-lead']
const waivable = ['checks', 'source-control', 'soak', 'review-window']
const hour = 3_600_000

/** Everything that was missing when an import began that arrived in production; empty where nothing was. */
export function judgeArrival(all: readonly Entry[], arrival: Arrival, earlier: readonly Arrival[]): readonly string[] {
  const job = all.find(({ type, data }) => type === 'job-recorded' && data.importJobId === arrival.importJobId)
  const started = all.find(({ type, data }) => type === 'attempt-started' && data.attemptId === job?.data.attemptId)
  if (job === undefined || started === undefined) return ['nobody started it']
  const before = all.filter(({ sequence }) => sequence < started.sequence)
  const own = before.filter(({ stream }) => stream === started.stream)
  const request = own.find(({ type }) => type === 'promotion-requested')?.data.request
  const release = before.find(({ type, data }) => type === 'release-sealed' && data.release.id === request?.releaseId)?.data.release
  const configuration = inForce(before)
  const governed = configuration.solutions.find((one: Json) => one.uniqueName === release?.solution)
  if (request === undefined || release === undefined || governed === undefined) return ['nobody asked for it, or nobody answers for it']
  const at = Date.parse(started.at)
  const tier = tierOf(before, request, configuration, governed)
  if (tier < 3) return []
  const demands = demandsOf(tier as 3 | 4, configuration) // 3 or 4 by the line above
  const facts: Facts = { before, own, request, release, configuration, governed, at, demands, tier }
  const there = earlier.filter(({ lane }) => lane === arrival.lane)
  if (request.intent?.kind === 'recovery') return judgeReturn(facts, arrival, there)
  return [
    ...(release.managed.digest === arrival.digest ? [] : ['other bytes went in than those of its release']),
    ...judgeMachines(facts, there),
    ...judgePeople(facts, arrival.digest),
  ]
}

type Json = any

interface Facts {
  readonly before: readonly Entry[]
  readonly own: readonly Entry[]
  readonly request: Json
  readonly release: Json
  readonly configuration: Json
  readonly governed: Json
  readonly at: number
  readonly demands: Demands
  readonly tier: number
}

function inForce(before: readonly Entry[]): Json {
  return before.findLast(({ type }) => type === 'configuration-applied')?.data.configuration
}

/** Those that travel together travel by the highest tier among them. */
function tierOf(before: readonly Entry[], request: Json, configuration: Json, governed: Json): number {
  if (request.train === undefined) return governed.tier
  const mates = before.filter(({ type, data }) => type === 'promotion-requested' && data.request.train?.trainId === request.train.trainId)
  const tiers = mates.map(({ data }) => configuration.solutions.find((one: Json) => one.uniqueName === data.request.solution)?.tier ?? 4)
  return Math.max(governed.tier, ...tiers)
}

function demandsOf(tier: 3 | 4, configuration: Json): Demands {
  const base = matrix[tier]
  const set = (path: string): Json => configuration.policy?.values.find((one: Json) => one.path === path)?.value
  const gates: readonly string[] = set(`tiers.${tier}.pet`) ?? base.gates
  return {
    ...base,
    gates: base.gates.filter((gate) => gates.includes(gate)),
    hours: set(`tiers.${tier}.reviewWindowHours`) ?? base.hours,
    soak: set(`gates.soakHours.${tier}`) ?? base.soak,
    people: set(`tiers.${tier}.distinctPeople`) ?? base.people,
  }
}

// ---- machines

function judgeMachines(facts: Facts, earlier: readonly Arrival[]): string[] {
  const { before, request, release, configuration, governed, at, demands } = facts
  const isUrgent = request.intent?.kind === 'emergency'
  const skips = (gate: string): boolean => (isUrgent && goneByInEmergency.includes(gate)) || isWaived(facts, 'gate', gate)
  const missing: string[] = []
  const { report } = release
  if (at - Date.parse(release.sealedAt) > 90 * 24 * hour) missing.push('the checks are older than 90 days')
  for (const finding of report.findings)
    if (demands.worst.includes(finding.severity) && !isWaived(facts, 'check', finding.ruleId))
      missing.push(`a finding of ${finding.ruleId} stands`)
  const isWhole =
    report.verdict !== 'inconclusive' && (report.unfinished ?? []).length === 0 && checkRules.every(({ id }) => report.rules.includes(id))
  if (!isWhole && !skips('checks')) missing.push('the checks came to no end, or lacked rules')
  if (release.commit === '' && !skips('source-control')) missing.push('it is not under source control')
  const tested = before.filter(({ type, stream }) => type === 'attempt-succeeded' && isSameBytesInTest(before, stream, release)) // prettier-ignore
  const [first] = tested
  if (first === undefined) missing.push('these bytes never went through the stage before')
  const incidents = before
    .filter(({ type, data }) => type === 'incident-recorded' && data.environmentId === 'test')
    .map(({ data }) => Date.parse(data.incident.at))
  const since = Math.max(Date.parse(first?.at ?? ''), ...incidents)
  if (!(at - since >= demands.soak * hour) && !skips('soak')) missing.push('it had not run in the stage before for long enough')
  if (at - Date.parse(request.requestedAt) < demands.hours * hour && !skips('review-window')) missing.push('the review window was not over')
  if (governed.monitoring === undefined) missing.push('nobody watches it')
  if (request.recovery === undefined) missing.push('no way back was shown')
  if (!isUrgent && isLastUnwatched(facts)) missing.push('what went in last was not found well')
  if (isUrgent && at > Date.parse(request.requestedAt) + 24 * hour) missing.push('the emergency was over')
  const versions = before
    .filter(
      ({ type, data }) =>
        type === 'release-sealed' &&
        data.release.solution === release.solution &&
        earlier.some(({ digest }) => digest === data.release.managed.digest),
    )
    .map(({ data }) => data.release.version) // prettier-ignore
  if (versions.some((version: string) => Number(version.split('.')[1]) >= Number(release.version.split('.')[1])))
    missing.push('its version does not rise')
  if (request.train !== undefined && isAheadOfMates(before, request)) missing.push('it went in before its place in the train')
  void configuration
  return missing
}

function isSameBytesInTest(before: readonly Entry[], stream: string, release: Json): boolean {
  const request = before.find((entry) => entry.stream === stream && entry.type === 'promotion-requested')?.data.request
  return request?.environmentId === 'test' && request.boundTo.artifact === release.managed.digest
}

function isLastUnwatched({ before, request, demands }: Facts): boolean {
  const ended = before.filter(({ type, stream }) => {
    const other = before.find((entry) => entry.stream === stream && entry.type === 'promotion-requested')?.data.request
    return (
      type === 'attempt-succeeded' &&
      other?.environmentId === 'prod' &&
      other.solution === request.solution &&
      other.intent?.kind !== 'recovery'
    )
  })
  const last = ended.at(-1)
  if (last === undefined) return false
  const asked = before.find((entry) => entry.stream === last.stream && entry.type === 'promotion-requested')?.data.request
  const said = before.findLast(
    ({ type, stream, data }) => type === 'promotion-validated' && stream === last.stream && data.validation.of === 'watch',
  )
  if (said === undefined || said.data.validation.outcome !== 'passed') return true
  const isOver =
    Date.parse(said.at) - Date.parse(last.at) >= (asked.tier >= 3 ? Math.min(demands.watch, matrix[asked.tier as 3 | 4].watch) : 0) * hour
  return !isOver || said.data.validation.by === asked.requestedBy || said.actor !== said.data.validation.by
}

function isAheadOfMates(before: readonly Entry[], { train }: Json): boolean {
  const mates = before.filter(
    ({ type, data }) =>
      type === 'promotion-requested' && data.request.train?.trainId === train.trainId && data.request.train.position < train.position,
  )
  return mates.some(({ stream }) => !before.some((entry) => entry.stream === stream && entry.type === 'attempt-succeeded'))
}

// ---- waivers

function isWaived(facts: Facts, kind: 'gate' | 'check', what: string): boolean {
  return waiversOf(facts, kind, what).length > 0
}

function waiversOf(facts: Facts, kind: 'gate' | 'check', what: string): readonly string[] {
  const { before, release, request, configuration, governed, at, demands } = facts
  if (kind === 'gate' && !waivable.includes(what)) return []
  return before
    .filter(({ type }) => type === 'waiver-requested')
    .flatMap(({ stream, actor, data: { request: asked } }) => {
      const own = before.filter((entry) => entry.stream === stream)
      const said = own.find(({ type }) => type === 'waiver-decided')
      const isRevoked = own.some(({ type }) => type === 'waiver-revoked')
      const { waives, scope } = asked
      const isThis = waives.kind === kind && (kind === 'gate' ? waives.gate === what : waives.ruleId === what)
      const isHere =
        scope.solution === release.solution &&
        (scope.stageId ?? 'to-prod') === 'to-prod' &&
        (scope.artifact ?? release.managed.digest) === release.managed.digest // prettier-ignore
      const from = Math.max(Date.parse(asked.from), Date.parse(said?.at ?? ''))
      const holds = at >= from && at < Date.parse(asked.until) && at < Date.parse(asked.from) + demands.waiverDays * 24 * hour
      const approvers = kind === 'check' || what === 'checks' ? ['security', 'environment-owner'] : ['environment-owner']
      const isTwo = said !== undefined && said.actor !== actor && said.actor !== governed.owner && said.actor !== request.requestedBy
      const isRightful =
        said?.data.verdict === 'approve' && rolesOf(configuration, said.actor, facts).some((role) => approvers.includes(role))
      const isAsked = rolesOf(configuration, actor, facts).some((role) => ['maker', 'solution-owner', 'release-manager'].includes(role))
      return isThis && isHere && holds && !isRevoked && isTwo && isRightful && isAsked && actor === asked.requestedBy
        ? [asked.waiverId]
        : []
    }) // prettier-ignore
}

/** Roles of a declared person there, by themselves and by grants; software has none that counts. */
function rolesOf({ people, groups = [], grants = [] }: Json, id: string, facts: Pick<Facts, 'release' | 'before'>): string[] {
  const person = people.find((one: Json) => one.id === id)
  const isForgotten = facts.before.some(({ type, stream }) => type === 'person-forgotten' && stream.endsWith(`/${id}`))
  if (person === undefined || isForgotten) return []
  const granted = grants.filter(
    (grant: Json) =>
      (grant.to.person === id || groups.some((group: Json) => group.id === grant.to.group && group.members.includes(id))) &&
      (grant.environment ?? 'prod') === 'prod' &&
      (grant.solution ?? facts.release.solution) === facts.release.solution,
  )
  return [...person.roles, ...granted.map((grant: Json) => grant.role)]
}

// ---- people

interface Word {
  readonly gate: string
  readonly people: readonly string[]
}

function judgePeople(facts: Facts, digest: string): string[] {
  const { own, request, release, configuration, demands } = facts
  const isUrgent = request.intent?.kind === 'emergency'
  const gates = [...demands.gates.filter((gate) => !isUrgent || !goneByInEmergency.includes(gate)), ...(isUrgent ? ['emergency'] : [])]
  const apart = isUrgent ? [...new Set([...demands.apart, 'approval', 'emergency'])] : demands.apart
  const words = own.filter(({ type }) => type === 'approval-decided').flatMap((entry) => wordOf(facts, entry, digest))
  const asked = [release.sealedBy, request.requestedBy].filter((id) => kindOf(configuration, id) !== 'service')
  const needs = gates.map((gate) => ({ gate, quorum: gate === 'emergency' ? 1 : (gateOf(facts, gate)?.quorum ?? 1) }))
  for (const { gate, quorum } of needs)
    if (words.filter((word) => word.gate === gate).length < quorum) return [`nobody, or too few, had opened ${gate}`]
  const isPerson = (id: string): boolean => kindOf(configuration, id) !== 'service'
  const rules = { needs, apart, asked, people: demands.people, isPerson }
  return subsets(words.slice(0, 13)).some((chosen) => isEnough(chosen, rules)) ? [] : ['somebody counted twice, or too few took part']
}

/** A yes that counts at its moment and now; nothing where it does not. */
function wordOf(facts: Facts, entry: Entry, digest: string): Word[] {
  const { own, before, request, release, configuration, demands } = facts
  const { decision } = entry.data
  const { gate, by, onBehalfOf, boundTo, verdict, evidence } = decision
  const people = onBehalfOf === undefined ? [by] : [by, onBehalfOf]
  const isSaidThen = entry.actor === by && entry.at >= decision.at && verdict === 'approve'
  const bound = own.findLast(({ type }) => type === 'plan-renewed')?.data.boundTo ?? request.boundTo
  const parts = ['artifact', 'plan', 'settings', 'fingerprint', 'policy']
  const isOnThis = parts.every((part) => boundTo[part] === bound[part]) && boundTo.artifact === digest
  const isPolicySame =
    JSON.stringify(inForce(before.filter(({ sequence }) => sequence < entry.sequence)).policy) === JSON.stringify(configuration.policy)
  const renewedAt = own.findLast(({ type, data }) => type === 'plan-renewed' && data.differences.length > 0)?.at ?? request.requestedAt
  const isInTime = Date.parse(decision.at) <= Date.parse(renewedAt) + (gate === 'emergency' ? 24 : 240) * hour
  const isFar = !people.includes(request.requestedBy) && !(demands.notByMaker.includes(gate) && people.includes(release.sealedBy))
  const isReported = gate !== 'automated-tests' || (evidence?.kind === 'test-report' && evidence.failures === 0)
  const hasSeen = neededWaivers(facts).every((waiver) => (boundTo.waivers ?? []).includes(waiver))
  const isTrain = decision.trainId === request.train?.trainId
  const isAll = isSaidThen && isOnThis && isPolicySame && isInTime && isFar && isReported && hasSeen && isTrain
  return isAll && mayOpen(facts, decision, entry.sequence) ? [{ gate, people }] : []
}

/** Waivers without which a gate of machines would be shut: whoever decided must have seen one of each. */
function neededWaivers(facts: Facts): readonly string[] {
  const { release, request } = facts
  if (request.intent?.kind === 'emergency') return []
  const needed = release.commit === '' ? [waiversOf(facts, 'gate', 'source-control')] : []
  return needed.flatMap((ids) => (ids.length === 1 ? ids : []))
}

function mayOpen(facts: Facts, { gate, by, onBehalfOf, at }: Json, sequence: number): boolean {
  const { configuration, before } = facts
  const mayBy = (id: string): boolean =>
    (kindOf(configuration, id) !== 'service' || gate === 'automated-tests') &&
    rolesOf(configuration, id, facts).some((role) => rolesAt[gate]?.includes(role))
  if (!mayBy(by)) return false
  const named = namedAt(facts, gate)
  if (onBehalfOf === undefined) return gate === 'emergency' || named.includes(by)
  if (!(gate === 'emergency' || named.includes(onBehalfOf)) || !mayBy(onBehalfOf) || kindOf(configuration, by) === 'service') return false
  return before.some(({ type, data, stream, actor, sequence: namedIn }) => {
    if (type !== 'deputy-named' || namedIn > sequence || data.delegation.absent !== onBehalfOf || data.delegation.deputy !== by)
      return false
    const { delegation } = data
    const said = before.filter((entry) => entry.stream === stream && entry.data.delegationId === delegation.id && entry.sequence < sequence)
    const isSeconded = said.some((entry) => entry.type === 'deputy-confirmed' && entry.actor !== actor && entry.actor !== by)
    const isEnded = said.some((entry) => entry.type === 'deputy-ended')
    const isWithin = Date.parse(at) >= Date.parse(delegation.from) && Date.parse(at) < Date.parse(delegation.until)
    return isWithin && !isEnded && (actor === onBehalfOf || (isSeconded && actor !== by))
  })
}

function gateOf({ configuration, governed }: Facts, kind: string): Json {
  const pipeline = configuration.pipelines.find((one: Json) => one.id === governed.pipeline)
  const stage = pipeline?.stages.find((one: Json) => one.environment === 'prod')
  return stage?.gates.find((one: Json) => one.kind === kind)
}

function namedAt(facts: Facts, kind: string): string[] {
  const gate = gateOf(facts, kind)
  const groups = facts.configuration.groups ?? []
  return [
    ...(gate?.people ?? []),
    ...(gate?.groups ?? []).flatMap((id: string) => groups.find((one: Json) => one.id === id)?.members ?? []),
  ]
}

function kindOf({ people }: Json, id: string): string {
  return people.find((one: Json) => one.id === id)?.kind ?? 'person'
}

interface Enough {
  readonly needs: readonly { readonly gate: string; readonly quorum: number }[]
  readonly apart: readonly string[]
  readonly asked: readonly string[]
  readonly people: number
  readonly isPerson: (id: string) => boolean
}

/** Whether these words open every gate with nobody twice at one, nobody at two that are kept apart, and as many people as the tier asks for. */
function isEnough(words: readonly Word[], { needs, apart, asked, people, isPerson }: Enough): boolean {
  const isDisjoint = (some: readonly Word[]): boolean =>
    new Set(some.flatMap((word) => word.people)).size === some.flatMap((word) => word.people).length
  if (!needs.every(({ gate, quorum }) => words.filter((word) => word.gate === gate).length >= quorum)) return false
  if (!needs.every(({ gate }) => isDisjoint(words.filter((word) => word.gate === gate)))) return false
  if (!isDisjoint(words.filter(({ gate }) => apart.includes(gate)))) return false
  const parts = [asked, ...words.map((word) => word.people)].map((part) => part.filter(isPerson)).filter((part) => part.length > 0)
  const joined: string[][] = []
  for (const part of parts) {
    const touching = joined.filter((one) => one.some((id) => part.includes(id)))
    for (const one of touching) joined.splice(joined.indexOf(one), 1)
    joined.push([...new Set([...touching.flat(), ...part])])
  }
  return joined.length >= people
}

function subsets<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((all, item) => [...all, ...all.map((some) => [...some, item])], [[]]).reverse()
}

// ---- the way back

/** What goes back was in production before, and two people took part. */
function judgeReturn(facts: Facts, arrival: Arrival, earlier: readonly Arrival[]): readonly string[] {
  const { release, before, own, request } = facts
  const original =
    release.repackOf === undefined
      ? arrival.digest
      : before.find(({ type, data }) => type === 'release-sealed' && data.release.id === release.repackOf.releaseId)?.data.release.managed
          .digest // prettier-ignore
  const wasThere = earlier.some(({ digest }) => digest === original)
  const others = own.filter(
    ({ type, data, actor }) => type === 'approval-decided' && data.decision.verdict === 'approve' && actor !== request.requestedBy,
  )
  return [...(wasThere ? [] : ['it went back to what never ran there']), ...(others.length > 0 ? [] : ['somebody went back alone'])]
}
