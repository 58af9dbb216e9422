import type { Release } from '#domain/release'
import type { ReadModel } from '#engine/ports'
import type { Preparation, ReleaseSummary } from '../engine.ts'

type Reads = { readonly readModel: ReadModel }

/** Every release that was begun, newest first. */
export async function listReleases(deps: Reads): Promise<readonly ReleaseSummary[]> {
  const preparations = await deps.readModel.list<Preparation>('preparation')
  return preparations.map((preparation) => ({
    releaseId: preparation.releaseId,
    solution: preparation.solution,
    version: preparation.artifacts.at(-1)?.version,
    state: preparation.status.state,
    startedAt: preparation.startedAt,
  }))
}

export async function listSealedReleases(deps: Reads): Promise<readonly Release[]> {
  return deps.readModel.list<Release>('release')
}
