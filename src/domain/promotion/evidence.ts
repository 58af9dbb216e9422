import type { CheckReport, Finding } from '#domain/check'
import { blockingFindings, isAtLeast, severities } from '#domain/check'
import { counted } from '#domain/difference'
import { laneOf } from '#domain/environment'
import type { Reason } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { GateKind } from '#domain/pipeline'
import { gateName } from '#domain/pipeline'
import type { Plan } from '#domain/plan'
import { findWaiverOf, findWaiverOfAge, findWaiverOfRule, listUnfinished } from '#domain/waiver'
import { waiversInForce } from './apply-waivers.ts'
import { findUnknown } from './find-unknown.ts'
import type { StageOnTheWay } from './find-stage.ts'
import type { PromotionRequest } from './promotion.ts'
import type { DeploymentFact, RequestFacts } from './request-facts.ts'

/** Why each machine gate is open, in words; to be asked only after {@link findRedEvidence} and the plan's blockers found nothing. */
export function gatherEvidence(facts: RequestFacts, way: StageOnTheWay): PromotionRequest['evidence'] {
  const { release } = facts
  const threshold = facts.policy.tiers[way.governed.tier].checksBlockFrom.value
  return [
    {
      gate: 'checks',
      reason: `${release.report.rules.length} rules, ${describeCounts(facts)}; ${threshold === undefined ? 'findings inform only' : `findings block from ${threshold}`}.${describeWaivers(facts, way)}`,
    },
    ...(hasCommit(facts) ? [{ gate: 'source-control' as const, reason: `The unmanaged source is commit ${release.commit}.` }] : []),
    { gate: 'previous-stage', reason: describePrevious(facts, way) },
    ...describeTierHold(way),
    ...planEvidence(facts.plan),
  ]
}

/** What the plan shows by itself, as it stands: it is made again while a promotion waits. */
export function planEvidence(plan: Plan): PromotionRequest['evidence'] {
  const rises = plan.fromVersion === undefined ? `${plan.toVersion} is the first version here.` : `${plan.fromVersion} → ${plan.toVersion}.`
  const seen = findUnknown(plan).length === 0 ? '' : 'that could be told '
  return [
    { gate: 'version-rises', reason: rises },
    {
      gate: 'settings',
      reason: `${plan.parameters.environmentVariables.length} values and ${plan.parameters.connectionReferences.length} connections are set; none is missing.`,
    },
    { gate: 'preflight', reason: `The target was read; nothing ${seen}in it closes the way (${plan.mode}: ${plan.modeReason})` },
  ]
}

/** The first machine gate that is red, as a refusal: order of stages, checks, source control. */
export function findRedEvidence(facts: RequestFacts, way: StageOnTheWay): ReturnType<typeof refuse> | undefined {
  return refuseSkippedStage(facts, way) ?? findRedChecks(facts, way) ?? findRedSource(facts, way)
}

/** What the gates of checks and of source are judged by. */
export type RedFacts = Pick<RequestFacts, 'release' | 'policy' | 'now' | 'waivers' | 'configuration' | 'requester' | 'rulesInForce'>

/** Likewise of the checks alone: that nothing in the report blocks, that it is fresh, and of the rules in force. */
export function findRedChecks(facts: RedFacts, way: StageOnTheWay): ReturnType<typeof refuse> | undefined {
  return refuseChecks(facts, way) ?? refuseStaleChecks(facts, way) ?? refuseOldRules(facts, way)
}

/** What of that is about the release itself, however old it is and wherever it has been. */
export function findRedContent(facts: RedFacts, way: StageOnTheWay): ReturnType<typeof refuse> | undefined {
  return refuseChecks(facts, way) ?? findRedSource(facts, way)
}

/** PIP-01, PIP-02: the same bytes must have succeeded in the stage before. */
function refuseSkippedStage(facts: RequestFacts, way: StageOnTheWay): ReturnType<typeof refuse> | undefined {
  if (way.previous === undefined || findPreviousDeployment(facts, way) !== undefined) return undefined
  const { release, deployments } = facts
  const before = way.previous
  const other = deployments.find(
    (deployment) => deployment.lane === laneOf(before.environment) && isSameSolution(deployment, release.solution),
  )
  const message =
    other === undefined
      ? `${release.solution} has not been promoted into ${before.environment.name}.`
      : `${before.environment.name} has version ${other.version} of ${release.solution} from other bytes (${other.digest}).`
  return refuse(
    'PIP-01',
    `${release.solution} ${release.version} has not passed ${before.stage.name}, the stage before ${way.stage.name}.`,
    `Promote release ${release.id} into ${before.stage.name} first.`,
    [{ subject: before.stage.name, message }],
  )
}

function refuseChecks(facts: RedFacts, way: StageOnTheWay): ReturnType<typeof refuse> | undefined {
  const { release, policy, now } = facts
  const { governed } = way
  const demand = policy.tiers[governed.tier].checksBlockFrom
  const { report } = release
  const threshold = demand.value
  const waivers = waiversInForce(facts, way)
  const unfinished = refuseInconclusive(release, (rule) => findWaiverOfRule(waivers, rule, now) !== undefined)
  if (threshold === undefined) return unfinished
  const held = report.findings.filter((finding) => findWaiverOf(waivers, finding, now) === undefined)
  const blocking = held.filter((finding) => isAtLeast(finding.severity, threshold))
  if (blocking.length === 0 && (report.verdict !== 'fail' || isFailedByWaivedAlone(report, held))) return unfinished
  const why =
    blocking.length === 0
      ? `its report says fail (from ${report.failsFrom ?? 'no severity'})`
      : `${counted(blocking.length, 'finding')} at or above ${threshold} (Tier ${governed.tier})`
  return refuse(
    'PIP-04',
    `The checks of ${release.solution} ${release.version} failed: ${why}.`,
    'Mend the findings in Dev and prepare a new release.',
    blocking.map(describeFinding),
  )
}

/** A report that says fail is believed, unless all that made it fail is waived. */
function isFailedByWaivedAlone(report: CheckReport, held: readonly Finding[]): boolean {
  const failing = blockingFindings(report)
  return failing.length > 0 && failing.every((finding) => !held.includes(finding))
}

/** What did not come to an end is no pass, whatever was found until then; each rule of it may be waived by its name. */
function refuseInconclusive(
  { solution, version, report }: RequestFacts['release'],
  isWaived: (rule: string) => boolean,
): ReturnType<typeof refuse> | undefined {
  const unfinished = listUnfinished(report)
  const rules = unfinished.filter((rule) => !isWaived(rule))
  const isUnnamed = report.verdict === 'inconclusive' && unfinished.length === 0
  if (rules.length === 0 && !isUnnamed) return undefined
  return refuse(
    'PIP-07',
    `The checks of ${solution} ${version} did not come to an end (${rules.join(', ')}); what did not end is no pass.`,
    'Prepare a new release.',
    rules.map((rule) => ({ subject: rule, message: 'It came to no end.' })),
  )
}

/** A report of fewer rules than are in force says nothing of those that came since. */
function refuseOldRules(facts: RedFacts, way: StageOnTheWay): ReturnType<typeof refuse> | undefined {
  const { release, rulesInForce } = facts
  const waivers = waiversInForce(facts, way)
  const missing = rulesInForce
    .filter((rule) => !release.report.rules.includes(rule))
    .filter((rule) => findWaiverOfRule(waivers, rule, facts.now) === undefined)
  if (missing.length === 0) return undefined
  const by = release.report.checkedBy === undefined ? '' : ` by Drover ${release.report.checkedBy}`
  return refuse(
    'PIP-07',
    `Release ${release.id} was checked${by} without rules that are in force now: ${missing.join(', ')}.`,
    'Prepare a new release.',
    missing.map((rule) => ({ subject: rule, message: 'The report does not name it.' })),
  )
}

function refuseStaleChecks(facts: RedFacts, way: StageOnTheWay): ReturnType<typeof refuse> | undefined {
  const { release, policy, now } = facts
  const days = policy.checksValidForDays
  const ageDays = (Date.parse(now) - Date.parse(release.sealedAt)) / 86_400_000
  if (ageDays <= days.value || findWaiverOfAge(waiversInForce(facts, way), now) !== undefined) return undefined
  return refuse(
    'PIP-07',
    `The check report of release ${release.id} is ${Math.floor(ageDays)} days old; it counts for ${days.value}.`,
    'Prepare a new release.',
    [{ subject: gateName('checks'), message: days.source }],
  )
}

/** Likewise of the source. */
export function findRedSource(facts: RedFacts, way: StageOnTheWay): ReturnType<typeof refuse> | undefined {
  const { governed, environment } = way
  const demands = facts.policy.tiers[governed.tier]
  const isDemanded =
    demands.everyStage.value.includes('source-control') || (environment.careClass === 'pet' && demands.pet.value.includes('source-control'))
  if (!isDemanded || hasCommit(facts) || isGateWaived(facts, way, 'source-control')) return undefined
  return refuse(
    'TIER-04',
    `Tier ${governed.tier} demands source control, and release ${facts.release.id} has no commit.`,
    'Configure sourceRepository in drover.yaml and prepare a new release.',
    [{ subject: gateName('source-control'), message: demands.everyStage.source }],
  )
}

function isGateWaived(facts: RedFacts, way: StageOnTheWay, gate: GateKind): boolean {
  return waiversInForce(facts, way).some(({ waives }) => waives.kind === 'gate' && waives.gate === gate)
}

/** Waived findings stay in the report; here they are told with who waived them until when. */
function describeWaivers(facts: RequestFacts, way: StageOnTheWay): string {
  const waivers = waiversInForce(facts, way)
  const told = facts.release.report.findings.flatMap((finding) => {
    const waiver = findWaiverOf(waivers, finding, facts.now)
    return waiver === undefined
      ? []
      : [`${finding.ruleId} of ${finding.subject} by waiver ${waiver.waiverId} (${waiver.decided?.by ?? ''}) until ${waiver.until}`]
  })
  const untold = [
    ...listUnfinished(facts.release.report),
    ...facts.rulesInForce.filter((rule) => !facts.release.report.rules.includes(rule)),
  ]
  const rules = untold.flatMap((rule) => {
    const waiver = findWaiverOfRule(waivers, rule, facts.now)
    return waiver === undefined ? [] : [` That ${rule} came to no end is waived by ${waiver.waiverId} until ${waiver.until}.`]
  })
  const ofAge = findWaiverOfAge(waivers, facts.now)
  const age = `${rules.join('')}${ofAge === undefined ? '' : ` The age of the checks is waived by ${ofAge.waiverId} until ${ofAge.until}.`}`
  return `${told.length === 0 ? '' : ` Waived: ${told.join('; ')}.`}${age}`
}

/** The gate says why more is asked than drover.yaml does; that the stage offers it was seen to before. */
function describeTierHold({ governed, tierHold }: StageOnTheWay): PromotionRequest['evidence'] {
  if (tierHold === undefined) return []
  const { tier, configured, why, decided } = tierHold
  const until = decided?.until === undefined ? '' : ` until ${decided.until}`
  const held = decided === undefined ? 'until somebody decides' : `as it was decided${until}`
  const reason = `${governed.uniqueName} is Tier ${configured} in drover.yaml and is held to Tier ${tier} ${held}: ${why.join(' ')}`
  return [{ gate: 'tier', reason }]
}

function describePrevious(facts: RequestFacts, way: StageOnTheWay): string {
  const deployment = findPreviousDeployment(facts, way)
  if (way.previous === undefined || deployment === undefined) return 'It is the first stage after development.'
  return `The same bytes (${deployment.digest}) went into ${way.previous.environment.name}.`
}

/** Managed and unmanaged artifact are one release: unmanaged work may have passed the stage before as either (PET-10), managed only as itself. */
export function findPreviousDeployment(
  { release, deployments, plan }: Pick<RequestFacts, 'release' | 'deployments' | 'plan'>,
  { previous }: StageOnTheWay,
): DeploymentFact | undefined {
  return deployments.find(
    (deployment) =>
      previous !== undefined &&
      deployment.lane === laneOf(previous.environment) &&
      isSameSolution(deployment, release.solution) &&
      (deployment.digest === release.managed.digest || (plan.mode === 'unmanaged' && deployment.digest === release.unmanaged.digest)),
  )
}

function isSameSolution(deployment: DeploymentFact, solution: string): boolean {
  return deployment.solution.toLowerCase() === solution.toLowerCase()
}

function describeFinding(finding: Finding): Reason {
  return { subject: finding.subject, message: `${finding.ruleId} (${finding.severity}): ${finding.message}` }
}

function describeCounts({ release }: RequestFacts): string {
  const found = severities.filter((severity) => release.report.counts[severity] > 0)
  return found.length === 0 ? 'no findings' : found.map((severity) => `${release.report.counts[severity]} ${severity}`).join(', ')
}

function hasCommit({ release }: Pick<RequestFacts, 'release'>): boolean {
  return release.commit.trim() !== ''
}
