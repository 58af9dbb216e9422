import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { ReadModel } from '#engine/ports'
import type { Deployment } from '../engine.ts'

type Reads = { readonly readModel: ReadModel }

/** What the ledger says is deployed: the newest succeeded promotion per environment and solution. */
export async function listDeployments(deps: Reads): Promise<readonly Deployment[]> {
  const releases = new Map((await deps.readModel.list<Release>('release')).map((release) => [release.id, release]))
  const newest = new Map<string, Deployment>()
  for (const promotion of await deps.readModel.list<Promotion>('promotion')) {
    const release = releases.get(promotion.request.releaseId)
    const deployment = release === undefined ? undefined : deploymentOf(promotion, release)
    if (deployment === undefined) continue
    const key = `${deployment.environmentId}/${deployment.solution}`
    const known = newest.get(key)
    if (known === undefined || known.deployedAt < deployment.deployedAt) newest.set(key, deployment)
  }
  return [...newest.values()]
}

export async function loadDeployment(deps: Reads, environmentId: string, solution: string): Promise<Deployment | undefined> {
  return (await listDeployments(deps)).find((deployment) => deployment.environmentId === environmentId && deployment.solution === solution)
}

function deploymentOf(promotion: Promotion, release: Release): Deployment | undefined {
  const { request, status } = promotion
  if (status.state !== 'succeeded' || status.attempt.finishedAt === undefined) return undefined
  return {
    environmentId: request.environmentId,
    solution: request.solution,
    version: request.version,
    releaseId: request.releaseId,
    promotionId: request.promotionId,
    digest: release.managed.digest,
    commit: release.commit,
    deployedAt: status.attempt.finishedAt,
    approvals: promotion.decisions.filter((decision) => decision.verdict === 'approve'),
    durationMs: Date.parse(status.attempt.finishedAt) - Date.parse(status.attempt.startedAt),
  }
}
