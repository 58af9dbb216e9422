import type { EnvironmentRecord } from '#domain/drift'
import type { RecoveryWayKind } from '#domain/environment'
import type { Instant, PromotionId } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import { findEscalation, isSettled, owedGatesOf, workedMs } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { Summary } from '#engine/ports'
import type { Deployment, Preparation, PromotionSummary, ReleaseSummary } from './engine.ts'

/*
 * What documents of each kind are found and listed by. Names that end in Key are for lookups; the indexes of the store are on `state`,
 * `solutionKey`, `digest`, and `pipelineId` with `stageId`.
 */

/** What a summary of a promotion holds besides. */
export interface PromotionEntry extends PromotionSummary {
  /** Absent in promotions from before plans named their target. */
  readonly lane?: string
  readonly digest: Release['managed']['digest']
  /** Milliseconds that the attempt worked which brought it; absent until then. */
  readonly tookMs?: string
  /** When it succeeded; absent before, and of those that did not. */
  readonly deployedAt?: Instant
  /** Of a recovery: the way back that it goes, and the promotion that it recovers from. */
  readonly way?: RecoveryWayKind
  readonly recoveredFrom?: PromotionId
  /** Of one that went past gates for a reason of its own: what for. */
  readonly intent?: 'hotfix' | 'emergency'
  /** `yes`: gates that it did not wait for are still owed; `settled`: none of them any more. Absent: it owed none. */
  readonly owes?: 'yes' | 'settled'
  /** Gates of people that it did not wait for, with commas between. */
  readonly owedGates?: string
}

export interface ReleaseEntry {
  readonly releaseId: Release['id']
  readonly version: Release['version']
  readonly digest: Release['managed']['digest']
  readonly commit: string
  /** The release of which it is the content under a higher version; absent of any other. */
  readonly contentOf?: Release['id']
}

/** A deployment without what only its release knows. */
export type DeploymentRecord = Omit<Deployment, 'commit'> & { readonly lane?: string }

/** Names of solutions differ in more than case, or they are the same solution. */
export function solutionKey(solution: string): string {
  return solution.toLowerCase()
}

export function deploymentId(environmentId: string, solution: string): string {
  return `${environmentId}/${solutionKey(solution)}`
}

export function summarisePreparation(preparation: Preparation): ReleaseSummary & Summary {
  const { releaseId, solution, startedAt, status } = preparation
  const version = preparation.artifacts.at(-1)?.version
  return { releaseId, solution, version, state: status.state, startedAt, solutionKey: solutionKey(solution) }
}

export function summariseRelease(release: Release): ReleaseEntry & Summary {
  const { id, solution, version, managed, commit } = release
  const content = release.repackOf === undefined ? {} : { contentOf: release.repackOf.releaseId }
  return { releaseId: id, version, digest: managed.digest, commit, ...content, solutionKey: solutionKey(solution) }
}

export function summarisePromotion(promotion: Promotion): PromotionEntry & Summary {
  const { request, status, tag, tagFailure } = promotion
  const { promotionId, releaseId, solution, version, stageId, pipelineId, requestedBy, requestedAt } = request
  return {
    ...{ promotionId, releaseId, solution, version, stageId, pipelineId, requestedBy, requestedAt },
    ...laneIn(promotion),
    ...recoveryIn(promotion),
    ...owedIn(promotion),
    ...escalatedIn(promotion),
    ...(status.state === 'succeeded' && status.attempt.finishedAt !== undefined ? { deployedAt: status.attempt.finishedAt } : {}),
    state: status.state,
    digest: request.boundTo.artifact,
    solutionKey: solutionKey(solution),
    ...(status.state === 'succeeded' ? { tookMs: String(workedMs(status.attempt, requestedAt)) } : {}),
    ...(tag === undefined && tagFailure !== undefined ? { tagState: 'failed' } : {}),
  }
}

/** Of one that waits: what others were told of. */
function escalatedIn(promotion: Promotion): Pick<PromotionEntry, 'escalated'> {
  const waits = promotion.status.state === 'pending' ? (promotion.escalations ?? []) : []
  const gates = waits.map(({ gate }) => gate).filter((gate) => findEscalation(promotion, gate) !== undefined)
  return gates.length === 0 ? {} : { escalated: [...new Set(gates)].join(',') }
}

export function summariseDeployment(deployment: DeploymentRecord): Summary {
  const { environmentId, solution, version, releaseId, digest, lane } = deployment
  return { environmentId, solution, version, releaseId, digest, lane, solutionKey: solutionKey(solution) }
}

/** `working`: a deviation is being adopted or reverted there. */
export function summariseEnvironment({ environmentId, lane, dispositions, upgrades }: EnvironmentRecord): Summary {
  const isWorking = [...Object.values(dispositions), ...Object.values(upgrades)].some(({ state }) => state === 'running')
  return { environmentId, lane, state: isWorking ? 'working' : 'idle' }
}

/** Whether a promotion takes its solution away. */
export function isRemoval({ request }: Promotion): boolean {
  return request.plan.mode === 'uninstall'
}

/** What a promotion that succeeded has put where; undefined of one that took it away. */
export function deploymentOf(promotion: Promotion | undefined): DeploymentRecord | undefined {
  if (promotion === undefined) return undefined
  const { request, status } = promotion
  if (status.state !== 'succeeded' || status.attempt.finishedAt === undefined || isRemoval(promotion)) return undefined
  return {
    environmentId: request.environmentId,
    ...laneIn(promotion),
    solution: request.solution,
    version: request.version,
    releaseId: request.releaseId,
    promotionId: request.promotionId,
    digest: request.boundTo.artifact,
    deployedAt: status.attempt.finishedAt,
    approvals: promotion.decisions.filter((decision) => decision.verdict === 'approve'),
    durationMs: Date.parse(status.attempt.finishedAt) - Date.parse(status.attempt.startedAt),
  }
}

function recoveryIn({ request: { intent } }: Promotion): Pick<PromotionEntry, 'way' | 'recoveredFrom'> {
  if (intent?.kind !== 'recovery') return {}
  return { way: intent.way, ...(intent.of === undefined ? {} : { recoveredFrom: intent.of }) }
}

function owedIn(promotion: Promotion): Pick<PromotionEntry, 'intent' | 'owes' | 'owedGates'> {
  const { intent } = promotion.request
  if (intent?.kind !== 'hotfix' && intent?.kind !== 'emergency') return {}
  const owed = owedGatesOf(promotion)
  if (owed.length === 0) return { intent: intent.kind }
  const owes = owed.every(isSettled) ? 'settled' : 'yes'
  return { intent: intent.kind, owes, owedGates: owed.map(({ gate }) => gate).join(',') }
}

function laneIn({ request }: Promotion): { readonly lane?: string } {
  // Every ledger is folded, also one from before plans named their target.
  const { target } = request.plan as Partial<typeof request.plan>
  return target === undefined ? {} : { lane: target.lane }
}
