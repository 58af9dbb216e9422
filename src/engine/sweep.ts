import { laneOf } from '#domain/environment'
import { errorMessage } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import type { EngineDependencies } from './dependencies.ts'
import { loadConfiguration } from './apply-configuration.ts'
import type { Preparation } from './engine.ts'
import { findWay } from './find.ts'
import { preparationWork } from './preparation/run-preparation.ts'
import { startIfReady, startRunning } from './promotion/start-attempt.ts'

/**
 * Brings the durable runner up to what the ledger says should run: a process killed between an append and a start loses nothing,
 * and a promotion whose review window has passed starts. Every call is safe to repeat.
 */
export async function sweep(deps: EngineDependencies): Promise<void> {
  for (const promotion of await deps.readModel.list<Promotion>('promotion')) {
    await unlessBroken(deps, promotion.request.promotionId, async () => {
      if (promotion.status.state === 'pending') await startIfReady(deps, promotion.request.promotionId, undefined)
      else await startRunning(deps, promotion)
    })
  }
  for (const preparation of await deps.readModel.list<Preparation>('preparation')) {
    if (preparation.status.state === 'running') await unlessBroken(deps, preparation.releaseId, () => startPreparation(deps, preparation))
  }
}

async function startPreparation(deps: EngineDependencies, preparation: Preparation): Promise<void> {
  const current = await loadConfiguration(deps)
  const way = current === undefined ? undefined : findWay(current.configuration, preparation.solution)
  if (!way?.ok) return
  await deps.starter.start({
    name: preparationWork,
    id: preparation.releaseId,
    queueKey: laneOf(way.value.source),
    input: { releaseId: preparation.releaseId },
  })
}

/** One broken stream must not keep the others from starting. */
async function unlessBroken(deps: EngineDependencies, id: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    deps.log.warn('The sweep could not start it; it will try again', { id, error: errorMessage(error) })
  }
}
