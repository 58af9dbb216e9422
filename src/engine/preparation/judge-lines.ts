import type { Artifact } from '#domain/artifact'
import { isInLane, refuseMainVersion } from '#domain/hotfix'
import type { Refusal } from '#domain/kernel'
import { compareVersions, refuse } from '#domain/kernel'
import type { Release } from '#domain/release'
import { findCarried } from '../hotfix/find-carried.ts'
import { asRelease } from '../hotfix/find-way.ts'
import { listHotfixesOf, loadLanes, recordHotfix } from '../hotfix/stream.ts'
import type { ReleaseEntry } from '../summaries.ts'
import type { PreparationRun } from './run.ts'
import { noteStep } from './run.ts'

/** Whether the version is one that its line may have: a hotfix its own lane, main what is above every lane. */
export async function refuseVersion(run: PreparationRun, { version, solution }: Artifact): Promise<Refusal | undefined> {
  if (run.hotfix === undefined) return refuseMainVersion(version, await loadLanes(run.deps.ledger, solution))?.refusal
  if (isInLane(run.hotfix.versions, version)) return undefined
  const message = `Version ${version} is not among those that hotfix ${run.hotfix.hotfixId} may give.`
  return refuse('hotfix.version-lane', message, 'Somebody changed the version meanwhile; prepare the release again.').refusal
}

/** What of earlier releases a version has to rise above: for a hotfix its own line, since main is ahead of it. */
export function earlierInLine(run: PreparationRun, earlier: readonly ReleaseEntry[], { version }: Artifact): readonly ReleaseEntry[] {
  return run.hotfix === undefined ? earlier : earlier.filter((one) => compareVersions(one.version, version) <= 0)
}

/** What a release says of hotfixes: that it is one, or which of those that are owed it has. */
export async function describeLine(run: PreparationRun, unmanaged: Artifact): Promise<Pick<Release, 'hotfix' | 'carries'>> {
  if (run.hotfix !== undefined) return { hotfix: asRelease(run.hotfix) }
  const found = await findCarried(run.deps, { solution: unmanaged.solution, unmanaged: unmanaged.digest })
  if (found.length === 0) return {}
  await run.record([noteStep('compare-hotfixes', found.map(describe).join(' '))])
  return { carries: found.flatMap(({ releaseId, lacking }) => (lacking.length === 0 ? [releaseId] : [])) }
}

/** Closes what the sealed release carries, unless another release of that hotfix went into production meanwhile. */
export async function closeCarried(run: PreparationRun, { id, version, solution, carries = [] }: Release): Promise<void> {
  for (const { hotfixId, releases } of await listHotfixesOf(run.deps, solution)) {
    for (const { releaseId } of releases.filter((each) => carries.includes(each.releaseId))) {
      const data = { releaseId: id, version, of: releaseId }
      await recordHotfix(run.deps.ledger, hotfixId, [{ type: 'hotfix-carried', data, key: `carried:${id}` }])
    }
  }
}

function describe({ hotfixId, lacking }: Awaited<ReturnType<typeof findCarried>>[number]): string {
  if (lacking.length === 0) return `It has all that hotfix ${hotfixId} changed.`
  const named = lacking.slice(0, 5).join(', ')
  return `It lacks of hotfix ${hotfixId}: ${named}${lacking.length > 5 ? ` and ${lacking.length - 5} more` : ''}; production will refuse it.`
}
