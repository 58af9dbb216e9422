import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { ReadModel } from '#engine/ports'
import type { Deployment } from '../engine.ts'

type Reads = { readonly readModel: ReadModel }

/** Every promotion that succeeded: what went where, also what a later one has replaced since. */
async function listEarlierDeployments(deps: Reads): Promise<readonly Deployment[]> {
  const releases = new Map((await deps.readModel.list<Release>('release')).map((release) => [release.id, release]))
  return (await deps.readModel.list<Promotion>('promotion')).flatMap((promotion) => {
    const release = releases.get(promotion.request.releaseId)
    return release === undefined ? [] : (deploymentOf(promotion, release) ?? [])
  })
}

/** What the ledger says is deployed: the newest succeeded promotion per environment and solution. */
export async function listDeployments(deps: Reads): Promise<readonly Deployment[]> {
  const newest = new Map<string, Deployment>()
  for (const deployment of await listEarlierDeployments(deps)) {
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
