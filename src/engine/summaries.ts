import type { EnvironmentRecord } from '#domain/drift'
import type { Promotion } from '#domain/promotion'
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
}

export interface ReleaseEntry {
  readonly releaseId: Release['id']
  readonly version: Release['version']
  readonly digest: Release['managed']['digest']
  readonly commit: string
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
  return { releaseId: id, version, digest: managed.digest, commit, solutionKey: solutionKey(solution) }
}

export function summarisePromotion(promotion: Promotion): PromotionEntry & Summary {
  const { request, status, tag, tagFailure } = promotion
  const { promotionId, releaseId, solution, version, stageId, pipelineId, requestedBy, requestedAt } = request
  return {
    ...{ promotionId, releaseId, solution, version, stageId, pipelineId, requestedBy, requestedAt },
    ...laneIn(promotion),
    state: status.state,
    digest: request.boundTo.artifact,
    solutionKey: solutionKey(solution),
    ...(tag === undefined && tagFailure !== undefined ? { tagState: 'failed' } : {}),
  }
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

/** What a promotion that succeeded has put where. */
export function deploymentOf(promotion: Promotion | undefined): DeploymentRecord | undefined {
  if (promotion === undefined) return undefined
  const { request, status } = promotion
  if (status.state !== 'succeeded' || status.attempt.finishedAt === undefined) return undefined
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

function laneIn({ request }: Promotion): { readonly lane?: string } {
  // Every ledger is folded, also one from before plans named their target.
  const { target } = request.plan as Partial<typeof request.plan>
  return target === undefined ? {} : { lane: target.lane }
}
