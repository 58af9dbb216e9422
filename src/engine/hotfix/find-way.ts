import type { Hotfix } from '#domain/hotfix'
import type { HotfixOfRelease } from '#domain/release'
import type { Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { GovernedWay } from '../find.ts'
import { findEnvironment, findWay } from '../find.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { loadHotfix } from './stream.ts'

/** How releases of a hotfix call what they are made from. */
export function asRelease({ hotfixId, reason, base, dev, test, production }: Hotfix): HotfixOfRelease {
  return { hotfixId, reason, base: base.releaseId, source: dev, test, stageId: production.stageId }
}

/** Where a release is prepared: in the source of its solution's pipeline, or of a hotfix in its own Dev. */
export async function findWayOfPreparation(
  deps: Pick<EngineDependencies, 'readModel'>,
  configuration: Configuration,
  of: { readonly solution: string; readonly hotfixId?: string | undefined },
): Promise<Result<{ readonly way: GovernedWay; readonly hotfix: Hotfix | undefined }>> {
  const way = findWay(configuration, of.solution)
  if (!way.ok) return way
  if (of.hotfixId === undefined) return accept({ way: way.value, hotfix: undefined })
  const hotfix = await loadHotfix(deps, of.hotfixId)
  if (!hotfix.ok) return hotfix
  const source = findEnvironment(configuration, hotfix.value.dev)
  return source.ok ? accept({ way: { ...way.value, source: source.value }, hotfix: hotfix.value }) : source
}
