import type { ReadModel } from '#engine/ports'
import type { Deployment } from '../engine.ts'
import type { DeploymentRecord, ReleaseEntry } from '../summaries.ts'
import { deploymentId } from '../summaries.ts'

type Reads = { readonly readModel: ReadModel }

/** What the ledger says is deployed: per environment and solution what succeeded there last. */
export async function listDeployments(deps: Reads): Promise<readonly Deployment[]> {
  const deployments = await deps.readModel.list<DeploymentRecord>('deployment')
  const ids = [...new Set(deployments.map((deployment) => deployment.releaseId))]
  const releases = await deps.readModel.listSummaries<ReleaseEntry>('release', { ids })
  const commits = new Map(releases.rows.map((release) => [release.releaseId, release.commit]))
  return deployments.flatMap(({ lane: _lane, ...deployment }) => {
    const commit = commits.get(deployment.releaseId)
    return commit === undefined ? [] : [{ ...deployment, commit }]
  })
}

export async function loadDeployment(deps: Reads, environmentId: string, solution: string): Promise<DeploymentRecord | undefined> {
  return deps.readModel.load<DeploymentRecord>('deployment', deploymentId(environmentId, solution))
}
