import { checkRules } from '#checks'
import type { Entry, Facts, Json } from './governance-facts.ts'
import { demandsOf, goneByInEmergency, hour, inForce, matrix, tierOf } from './governance-facts.ts'
import { judgePeople } from './governance-oracle-people.ts'
import { isUnanswered, judgeStanding } from './governance-oracle-standing.ts'
import type { Waivable } from './governance-oracle-waivers.ts'
import { isWaived, neededOf } from './governance-oracle-waivers.ts'
import type { Arrival } from './governance-world.ts'

/*
 * What must have been so when a release went into production at Tier 3 or 4, told from the entries of the ledger alone: who said what, when,
 * on which binding, who was in force, what was waived until when. It is written apart from the rules of promotions, after the gate × tier matrix,
 * and asks for less than they do wherever they are stricter.
 */

/** Everything that was missing when an import began that arrived in production; empty where nothing was. */
export function judgeArrival(all: readonly Entry[], arrival: Arrival, earlier: readonly Arrival[]): readonly string[] {
  const job = all.find(({ type, data }) => type === 'job-recorded' && data.importJobId === arrival.importJobId)
  const started = all.find(({ type, data }) => type === 'attempt-started' && data.attemptId === job?.data.attemptId)
  if (job === undefined || started === undefined) return ['nobody started it']
  // It may have waited for its lane since: what held then, and ended or was taken back meanwhile, holds no more.
  const first = all.find(({ type, data }) => type === 'step-started' && data.attemptId === started.data.attemptId)
  const begun = started.data.resumes === undefined ? (first ?? started) : started
  const before = all.filter(({ sequence }) => sequence < begun.sequence)
  const own = before.filter(({ stream }) => stream === started.stream)
  const request = own.find(({ type }) => type === 'promotion-requested')?.data.request
  const release = before.find(({ type, data }) => type === 'release-sealed' && data.release.id === request?.releaseId)?.data.release
  const configuration = inForce(before)
  const governed = configuration.solutions.find((one: Json) => one.uniqueName === release?.solution)
  if (request === undefined || release === undefined || governed === undefined) return ['nobody asked for it, or nobody answers for it']
  const at = Date.parse(begun.at)
  const tier = tierOf(before, request, { configuration, at })
  if (tier < 3) return []
  const demands = demandsOf(tier as 3 | 4, configuration) // 3 or 4 by the line above
  const facts: Facts = { before, own, request, release, configuration, governed, at, demands, tier }
  const there = earlier.filter(({ lane }) => lane === arrival.lane)
  if (request.intent?.kind === 'recovery') return judgeReturn(facts, arrival, there)
  const shut = findWaivable(facts)
  return [
    ...(release.managed.digest === arrival.digest ? [] : ['other bytes went in than those of its release']),
    ...judgeMachines(facts, shut, there),
    ...judgeStanding(facts, wasThere(before, request)),
    ...judgePeople(facts, arrival.digest, neededOf(facts, shut)),
  ]
}

/** What no waiver opens, and what one may and none does. */
function judgeMachines(facts: Facts, shut: readonly Waivable[], earlier: readonly Arrival[]): string[] {
  const { before, request, release, governed, at } = facts
  const isUrgent = request.intent?.kind === 'emergency'
  const versions = before
    .filter(({ type, data }) => type === 'release-sealed' && data.release.solution === release.solution)
    .filter(({ data }) => earlier.some(({ digest }) => digest === data.release.managed.digest))
    .map(({ data }) => Number(data.release.version.split('.')[1]))
  const isRising = versions.every((version) => version < Number(release.version.split('.')[1]))
  return [
    ...shut.filter(({ kind, what }) => !isWaived(facts, kind, what)).map(({ told }) => told),
    ...(firstInTest(facts) === undefined ? ['these bytes never went through the stage before'] : []),
    ...(governed.monitoring === undefined ? ['nobody watches it'] : []),
    ...(request.recovery === undefined ? ['no way back was shown'] : []),
    ...(!isUrgent && isLastUnwatched(facts) ? ['what went in last was not found well'] : []),
    ...(isUrgent && at > Date.parse(request.requestedAt) + 24 * hour ? ['the emergency was over'] : []),
    ...(isRising ? [] : ['its version does not rise']),
    ...(request.train !== undefined && isAheadOfMates(before, request) ? ['it went in before its place in the train'] : []),
  ]
}

/** What was not as it should be by itself, and a waiver may except: an emergency goes past some of it. */
function findWaivable(facts: Facts): readonly Waivable[] {
  const { before, request, release, at, demands } = facts
  const { report } = release
  const gate = (what: string, isShut: boolean, told: string): Waivable[] =>
    isShut && !(request.intent?.kind === 'emergency' && goneByInEmergency.includes(what)) ? [{ kind: 'gate', what, told }] : []
  const untold = [...(report.unfinished ?? []), ...checkRules.map(({ id }) => id).filter((id) => !report.rules.includes(id))]
  const bad = report.findings.filter(({ severity }: Json) => demands.worst.includes(severity)).map(({ ruleId }: Json) => ruleId)
  const incidents = before
    .filter(({ type, data }) => type === 'incident-recorded' && data.environmentId === 'test')
    .map(({ data }) => Date.parse(data.incident.at))
  const since = Math.max(Date.parse(firstInTest(facts)?.at ?? ''), ...incidents)
  return [
    ...untold.map((what: string): Waivable => ({ kind: 'check', what, told: `the rule ${what} came to no end, or was not run` })),
    ...bad.map((what: string): Waivable => ({ kind: 'check', what, told: `a finding of ${what} stands` })),
    ...gate('checks', at - Date.parse(release.sealedAt) > 90 * 24 * hour, 'the checks are older than 90 days'),
    ...gate('source-control', release.commit === '', 'it is not under source control'),
    ...gate('soak', !(at - since >= demands.soak * hour), 'it had not run in the stage before for long enough'),
    ...gate('review-window', at - Date.parse(request.requestedAt) < demands.hours * hour, 'the review window was not over'),
    ...gate('preflight', isUnanswered(facts), 'nobody answered for what could not be told of it'),
  ]
}

function firstInTest({ before, release }: Facts): Entry | undefined {
  return before.find(({ type, stream }) => type === 'attempt-succeeded' && isSameBytesInTest(before, stream, release))
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

/** Whether Drover brought it into production before. */
function wasThere(before: readonly Entry[], { solution }: Json): boolean {
  return before.some(({ type, stream }) => {
    const asked = before.find((entry) => entry.stream === stream && entry.type === 'promotion-requested')?.data.request
    return type === 'attempt-succeeded' && asked?.environmentId === 'prod' && asked.solution === solution
  })
}

function isAheadOfMates(before: readonly Entry[], { train }: Json): boolean {
  const mates = before.filter(
    ({ type, data }) =>
      type === 'promotion-requested' && data.request.train?.trainId === train.trainId && data.request.train.position < train.position,
  )
  return mates.some(({ stream }) => !before.some((entry) => entry.stream === stream && entry.type === 'attempt-succeeded'))
}

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
