import { laneOf } from '#domain/environment'
import type { Hotfix } from '#domain/hotfix'
import { decideMerge } from '#domain/hotfix'
import type { PersonId, Result } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { applyOverride } from '#domain/policy'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findWay } from '../find.ts'
import { mergeWork } from './run-merge.ts'
import { decideOn } from './stream.ts'

/** Begins to bring a hotfix to main: onto a branch, and into the Dev environment where that was asked for. */
export async function mergeHotfix(
  deps: EngineDependencies,
  command: { readonly hotfixId: string; readonly intoDev: boolean; readonly withRows: boolean; readonly actor: PersonId },
): Promise<Result<Hotfix>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const workId = deps.ids.next('hm')
  const policy = applyOverride(deps.policy, configuration.policy)
  const { actor, intoDev, withRows } = command
  const decided = await decideOn(deps, command, (hotfix) =>
    decideMerge({ hotfix, actor, configuration, policy }, { workId, intoDev, withRows }),
  )
  if (decided.ok) await startMerge(deps, configuration, decided.value, workId)
  return decided
}

/** Idempotent by the id of the work. */
export async function startMerge(
  deps: Pick<EngineDependencies, 'starter'>,
  configuration: Configuration,
  { hotfixId, solution }: Pick<Hotfix, 'hotfixId' | 'solution'>,
  workId: string,
): Promise<void> {
  const way = findWay(configuration, solution)
  if (!way.ok) return
  await deps.starter.start({ name: mergeWork, id: workId, queueKey: laneOf(way.value.source), input: { hotfixId, workId } })
}
