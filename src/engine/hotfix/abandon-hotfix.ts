import type { Hotfix } from '#domain/hotfix'
import { decideAbandon } from '#domain/hotfix'
import type { PersonId, Result } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { loadDeployment } from '../queries/deployments.ts'
import { decideOn, loadHotfix } from './stream.ts'

/** Ends a hotfix that is not in production: it never was, or a recovery took it back. */
export async function abandonHotfix(
  deps: EngineDependencies,
  command: { readonly hotfixId: string; readonly actor: PersonId; readonly reason: string },
): Promise<Result<Hotfix>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const found = await loadHotfix(deps, command.hotfixId)
  if (!found.ok) return found
  const isTakenBack = await wasTakenBack(deps, found.value)
  const policy = applyOverride(deps.policy, configuration.policy)
  const { actor, reason } = command
  return decideOn(deps, command, (hotfix) => decideAbandon({ hotfix, actor, configuration, policy }, { reason, isTakenBack }))
}

/** Whether what production runs now was brought by a recovery, and is no release of the hotfix, nor the content of one. */
async function wasTakenBack(deps: EngineDependencies, { hotfixId, production, solution, releases }: Hotfix): Promise<boolean> {
  const deployment = await loadDeployment(deps, production.environmentId, solution)
  if (deployment === undefined) return false
  const promotion = await deps.readModel.load<Promotion>('promotion', deployment.promotionId)
  const release = await deps.readModel.load<Release>('release', deployment.releaseId)
  if (promotion?.request.intent?.kind !== 'recovery' || release === undefined) return false
  const isOfIt = release.hotfix?.hotfixId === hotfixId || releases.some(({ releaseId }) => releaseId === release.repackOf?.releaseId)
  return !isOfIt
}
