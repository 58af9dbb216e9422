import type { Digest, PersonId, ReleaseId, Result } from '#domain/kernel'
import type { Release } from '#domain/release'
import type { Page } from '#engine/ports'
import type { EngineDependencies } from '../dependencies.ts'
import type { PageRequest, Preparation, ReleaseSummary } from '../engine.ts'
import { listReleases } from '../queries/releases.ts'
import { prepareRelease } from './prepare-release.ts'

/** How releases come to be, and what they are. */
export interface ReleaseCommands {
  prepareRelease(command: { readonly solution: string; readonly actor: PersonId }): Promise<Result<{ readonly releaseId: ReleaseId }>>
  loadPreparation(releaseId: ReleaseId): Promise<Preparation | undefined>
  loadRelease(releaseId: ReleaseId): Promise<Release | undefined>
  listReleases(page: PageRequest): Promise<Page<ReleaseSummary>>
  loadArtifact(digest: Digest): Promise<Uint8Array>
}

export function createReleaseCommands(deps: EngineDependencies): ReleaseCommands {
  return {
    prepareRelease: (command) => prepareRelease(deps, command),
    loadPreparation: (releaseId) => deps.readModel.load('preparation', releaseId),
    loadRelease: (releaseId) => deps.readModel.load('release', releaseId),
    listReleases: (page) => listReleases(deps, page),
    loadArtifact: (digest) => deps.artifacts.get(digest),
  }
}
