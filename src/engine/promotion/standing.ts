import type { EnvironmentRecord } from '#domain/drift'
import type { Promotion, Standing } from '#domain/promotion'
import { judgeStanding, standAsRequested } from '#domain/promotion'
import { applyOverride } from '#domain/policy'
import type { Release } from '#domain/release'
import { DroverError } from '#domain/kernel'
import type { Clock, ReadModel } from '#engine/ports'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { loadOpenRebuild } from '../cattle/open-rebuild.ts'
import { loadHolds } from '../holds/hold-stage.ts'
import { listPromotionFacts } from '../queries/promotion-facts.ts'
import { loadWindow } from '../queries/load-window.ts'

type Reads = Pick<EngineDependencies, 'policy'> & { readonly readModel: ReadModel; readonly clock: Clock }

/** Judges a promotion by the configuration in force now, and by where the solution has gone. */
export async function loadStanding(deps: Reads, promotion: Promotion): Promise<Standing> {
  const current = await loadConfiguration(deps)
  const release = await deps.readModel.load<Release>('release', promotion.request.releaseId)
  if (current === undefined || release === undefined) {
    const [code, what] = current === undefined ? ['configuration.none', 'configuration'] : ['release.unknown', 'sealed release']
    throw new DroverError(code, `The ledger holds no ${what} for promotion ${promotion.request.promotionId}.`)
  }
  const { configuration } = current
  const policy = applyOverride(deps.policy, configuration.policy)
  const { deployments, hotfixes, isHotfixAbandoned } = await listPromotionFacts(deps, release)
  const { lane } = promotion.request.plan.target
  return judgeStanding(promotion, {
    now: deps.clock.now(),
    release,
    configuration,
    configurationVersion: current.version,
    policy,
    deployments,
    hotfixes,
    isHotfixAbandoned,
    rehearsals: (await deps.readModel.load<EnvironmentRecord>('environment', lane))?.rehearsals ?? [],
    holds: await loadHolds(deps, { lane, solution: promotion.request.solution }),
    rebuild: await loadOpenRebuild(deps, promotion.request.environmentId),
    usual: (await loadWindow(deps, promotion.request))?.usual,
  })
}

/** How a promotion is to be shown: judged again while it waits; once its gates have done their work, as they did it. */
export async function loadShownStanding(deps: Reads, promotion: Promotion): Promise<Standing> {
  const { state } = promotion.status
  if (state === 'pending' || state === 'migrating') return loadStanding(deps, promotion)
  return standAsRequested(promotion, (await loadConfiguration(deps))?.configuration.people ?? [])
}
