import type { Page, ReadModel } from '#engine/ports'
import type { PageRequest, ReleaseSummary } from '../engine.ts'
import type { ReleaseEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'

type Reads = { readonly readModel: ReadModel }

/** Releases that were begun, newest first. */
export async function listReleases(deps: Reads, page: PageRequest): Promise<Page<ReleaseSummary>> {
  const { rows, next } = await deps.readModel.listSummaries<ReleaseSummary>('preparation', page)
  return {
    rows: rows.map(({ releaseId, solution, version, state, startedAt }) => ({ releaseId, solution, version, state, startedAt })),
    next,
  }
}

/** Every release of a solution that was begun. */
export async function listReleasesOf(deps: Reads, solution: string): Promise<readonly ReleaseSummary[]> {
  return (await deps.readModel.listSummaries<ReleaseSummary>('preparation', { where: { solutionKey: solutionKey(solution) } })).rows
}

/** Every release of a solution that was sealed. */
export async function listSealedReleasesOf(deps: Reads, solution: string): Promise<readonly ReleaseEntry[]> {
  return (await deps.readModel.listSummaries<ReleaseEntry>('release', { where: { solutionKey: solutionKey(solution) } })).rows
}
