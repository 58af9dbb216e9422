import type { Instant } from '#domain/kernel'
import { compareVersions, toId } from '#domain/kernel'
import type { Configuration, GateKind } from '#domain/pipeline'
import { isPeopleGateKind } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import type { Release } from '#domain/release'
import type { Waiver } from '#domain/waiver'
import { evaluateGates } from './evaluate-gates.ts'
import type { RedFacts } from './evidence.ts'
import { findPreviousDeployment, findRedChecks, findRedContent, findRedSource } from './evidence.ts'
import type { StageOnTheWay } from './find-stage.ts'
import { findStageOnTheWay } from './find-stage.ts'
import { judgeStanding } from './judge-standing.ts'
import type { GateStatus, Promotion } from './promotion.ts'
import type { DeploymentFact } from './request-facts.ts'

/** What is shown of the time at which an attempt began. Whatever is not here is not known, and nothing is told by it. */
export interface RecountFacts {
  /** When the entry was written by which it began. */
  readonly at: Instant
  readonly release: Release
  /** The one in force then, and its number. */
  readonly configuration: Configuration
  readonly configurationVersion: number
  /** That configuration's, by the rules of this version of Drover. */
  readonly policy: Policy
  /** Those that the attempt leaned on, as they were then. */
  readonly waivers: readonly Waiver[]
  /** Promotions of its solution that had succeeded before and are shown: there may have been others. */
  readonly deployments: readonly DeploymentFact[]
  /** The newest of them in its own place; absent: none is shown. */
  readonly last?: Promotion | undefined
}

/** `open`: it cannot be counted again by what is shown; the message names what is not. */
export interface RecountedGate {
  readonly gate: GateKind | 'in-force'
  readonly state: 'proved' | 'failed' | 'open'
  readonly message: string
}

/**
 * Counts every gate again that no person opens, as it stood when an attempt began, by the same rules as then and by nothing but what is shown;
 * `promotion` as it was right before. The words of people are counted elsewhere.
 */
export function recountGates(promotion: Promotion, facts: RecountFacts): readonly RecountedGate[] {
  if (facts.policy.version !== promotion.request.policyVersion)
    return promotion.request.gates.flatMap(({ kind }) => otherPolicy(kind, facts))
  const judged = recountAt(promotion, facts)
  const before = recountAt(promotion, { ...facts, at: earlier(facts.at) })
  // What was open when it was judged may have closed until its entry was written.
  return judged.map((one) =>
    one.state === 'failed' ? (before.find(({ gate, state }) => gate === one.gate && state === 'proved') ?? one) : one,
  )
}

/** The longest that lies between judging the gates and the entry by which the work begins: both are of one process, one after the other. */
const judgingMs = 60_000

function earlier(at: Instant): Instant {
  return toId<Instant>(new Date(Date.parse(at) - judgingMs).toISOString())
}

function otherPolicy(kind: GateKind, { policy }: RecountFacts): readonly RecountedGate[] {
  if (isPeopleGateKind(kind)) return []
  return [open(kind, `it was judged by another policy than ${policy.version}, which this version of Drover has with that configuration.`)]
}

function recountAt(promotion: Promotion, facts: RecountFacts): readonly RecountedGate[] {
  const { request } = promotion
  const known = { ...facts, now: facts.at, rulesInForce: facts.release.report.rules }
  const found = findStageOnTheWay(known, request.stageId)
  const standing = judgeStanding(promotion, known)
  if (!found.ok) return [open('in-force', `the configuration in force then has no such way for it: ${found.refusal.message}`)]
  const asked = { ...known, requester: request.requestedBy }
  const statuses = evaluateGates(promotion, facts.at, standing).filter(({ kind }) => !isPeopleGateKind(kind) && kind !== 'in-force')
  const gates = statuses.map((status) => recountGate(status, { promotion, facts, asked, way: found.value }))
  return [...gates, recountInForce(standing.outdated)]
}

interface Recounting {
  readonly promotion: Promotion
  readonly facts: RecountFacts
  readonly asked: RedFacts
  readonly way: StageOnTheWay
}

function recountGate(status: GateStatus, recounting: Recounting): RecountedGate {
  // Written above as the kind of a gate: the condition that is none was left out.
  const gate = status.kind as GateKind
  if (status.waiverId !== undefined) return told(gate, status)
  switch (gate) {
    case 'checks':
      return recountChecks(recounting)
    case 'source-control':
      return byRefusal(gate, findRedSource(recounting.asked, recounting.way), `the release has commit ${recounting.facts.release.commit}.`)
    case 'previous-stage':
      return recountPrevious(recounting)
    case 'version-rises':
      return recountVersion(recounting)
    case 'soak':
      return recountSoak(status, recounting)
    case 'recovery':
      return status.state === 'open'
        ? told(gate, status)
        : open(gate, 'rehearsals of the way back are not shown, and it is not open without.')
    case 'validation':
      return recountValidation(status, recounting)
    case 'train':
      return open(gate, 'how the other releases of its train stood is not shown.')
    default:
      return told(gate, status)
  }
}

function recountChecks({ promotion, facts, asked, way }: Recounting): RecountedGate {
  const { intent } = promotion.request
  const { report } = facts.release
  const rules = `${report.rules.length} rules, held against what Tier ${way.governed.tier} lets in and against these waivers; which rules were in force is not shown.`
  if (intent?.kind !== 'recovery') return byRefusal('checks', findRedChecks(asked, way), rules)
  if (intent.isOfOthers === true) return byRefusal('checks', findRedContent(asked, way), rules)
  return open('checks', 'it is a recovery: what it goes back to was judged when that first went in.')
}

function recountPrevious({ promotion, facts, way }: Recounting): RecountedGate {
  if (way.previous === undefined) return proved('previous-stage', 'it is the first stage after development.')
  const { name } = way.previous.environment
  const before = findPreviousDeployment({ ...facts, plan: promotion.request.plan }, way)
  if (before === undefined) return open('previous-stage', `the promotion into ${name} is not shown; export the whole solution.`)
  return proved('previous-stage', `the same release (${before.digest}) had gone into ${name}.`)
}

function recountVersion({ promotion: { request } }: Recounting): RecountedGate {
  const { fromVersion, toVersion, mode } = request.plan
  if (request.intent?.kind === 'recovery') return proved('version-rises', `it is a recovery, to ${toVersion}.`)
  if (fromVersion === undefined) return proved('version-rises', `${toVersion} is the first version there.`)
  const order = compareVersions(fromVersion, toVersion)
  return order < 0 || (order === 0 && mode === 'unmanaged')
    ? proved('version-rises', `${fromVersion} → ${toVersion}.`)
    : failed('version-rises', `the plan goes from ${fromVersion} to ${toVersion}.`)
}

function recountSoak(status: GateStatus, { promotion, way, facts }: Recounting): RecountedGate {
  const isAsked = facts.policy.gates.soakHours[way.governed.tier].value > 0
  if (!isAsked || way.previous === undefined) return told('soak', status)
  if (findPreviousDeployment({ ...facts, plan: promotion.request.plan }, way) === undefined)
    return open('soak', `the promotion into ${way.previous.environment.name} is not shown; export the whole solution.`)
  if (status.state !== 'open') return told('soak', status)
  return open('soak', `${wordsOf(status)} Whether an incident began that time again is not shown.`)
}

function recountValidation(status: GateStatus, { promotion: { request }, facts }: Recounting): RecountedGate {
  const isFirst = request.plan.fromVersion === undefined
  if (facts.last === undefined && !isFirst) return open('validation', 'what went in there last, and how that was watched, is not shown.')
  return told('validation', status)
}

function recountInForce(outdated: readonly { readonly message: string }[]): RecountedGate {
  if (outdated.length === 0) return proved('in-force', 'asked for again under the configuration in force then, it would be the same.')
  return open('in-force', `it cannot be asked for again by what is shown: ${outdated.map(({ message }) => message).join(' ')}`)
}

function byRefusal(gate: GateKind, refused: ReturnType<typeof findRedSource>, message: string): RecountedGate {
  return refused === undefined ? proved(gate, message) : failed(gate, refused.refusal.message)
}

function told(gate: GateKind, status: GateStatus): RecountedGate {
  return status.state === 'open' ? proved(gate, wordsOf(status)) : failed(gate, wordsOf(status))
}

function wordsOf({ reasons }: GateStatus): string {
  return reasons.map(({ message }) => message).join(' ')
}

function proved(gate: RecountedGate['gate'], message: string): RecountedGate {
  return { gate, state: 'proved', message }
}

function failed(gate: RecountedGate['gate'], message: string): RecountedGate {
  return { gate, state: 'failed', message }
}

function open(gate: RecountedGate['gate'], message: string): RecountedGate {
  return { gate, state: 'open', message }
}
