import { laneOf } from '#domain/environment'
import type { EnvironmentId, PromotionId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { findInstalled } from '#domain/plan'
import type { Promotion } from '#domain/promotion'
import { mayHaveChanged } from '#domain/promotion'
import type { RecoveryPlan, TrainStep, TrainStop } from '#domain/recovery'
import { planTrainRecovery } from '#domain/recovery'
import type { Release } from '#domain/release'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { foreseeRecovery } from './foresee-recovery.ts'
import { findWhatBrought, loadHistory } from './load-history.ts'

/** How a place would come back from what is there now. Looks which version is installed, and changes nothing. */
export async function showRecovery(
  deps: EngineDependencies,
  { environmentId, solution }: { readonly environmentId: EnvironmentId; readonly solution: string },
): Promise<Result<RecoveryPlan>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const environment = findEnvironment(current.value.configuration, environmentId)
  if (!environment.ok) return environment
  const observed = await deps.environments.open(environment.value).observe({ solution, connectionIds: [] })
  const installed = findInstalled(observed, solution)
  if (installed === undefined) {
    const message = `${solution} is not installed in ${environment.value.name}, so there is nothing to go back from.`
    return refuse('recovery.nothing-there', message, `Look at it with \`drover env show ${environment.value.id}\`.`)
  }
  const history = await loadHistory(deps, { lane: laneOf(environment.value), solution })
  const brought = await findWhatBrought(deps, history, installed.version)
  const promotion = brought && (await deps.readModel.load<Promotion>('promotion', brought.promotionId))
  const release = brought && (await deps.readModel.load<Release>('release', brought.releaseId))
  const from = promotion?.request.plan.fromVersion
  const plan = await foreseeRecovery(deps, {
    environment: environment.value,
    configuration: current.value.configuration,
    solution,
    leaving: { version: installed.version, digest: brought?.digest, contentOf: release?.repackOf?.releaseId ?? release?.id },
    // What others brought is a brown field: something was there before us, and what it was is what is there.
    before: promotion === undefined ? { version: installed.version } : from && { version: from },
    rescued:
      promotion?.rescues.flatMap(({ items }) =>
        items.map(({ table, columns, relationship }) => ({ table, columns, ...(relationship === undefined ? {} : { relationship }) })),
      ) ?? [],
    isUnmanaged: promotion?.request.plan.mode === 'unmanaged',
  })
  return accept(plan)
}

/** The stated way back of promotions that were to go in one after the other, in that order, where one of them failed. */
export async function planTrain(
  deps: Pick<EngineDependencies, 'readModel'>,
  { environmentId, promotionIds }: { readonly environmentId: EnvironmentId; readonly promotionIds: readonly PromotionId[] },
): Promise<Result<readonly TrainStep[]>> {
  const stops: TrainStop[] = []
  for (const id of promotionIds) {
    const promotion = await deps.readModel.load<Promotion>('promotion', id)
    if (promotion === undefined)
      return refuse('promotion.unknown', `There is no promotion "${id}".`, 'List them with `drover promotion list`.')
    const { request, status } = promotion
    if (request.environmentId !== environmentId) {
      return refuse(
        'recovery.other-environment',
        `Promotion ${id} goes into ${request.environmentId}, not into ${environmentId}.`,
        'Name only promotions of one train into one environment.',
      )
    }
    const { solution, version, recovery } = request
    stops.push({ promotionId: id, solution, version, state: status.state, mayBeIn: mayHaveChanged(promotion), recovery })
  }
  return accept(planTrainRecovery(stops))
}
