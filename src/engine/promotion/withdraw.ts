import type { AttemptId, PersonId, PromotionId, Reason, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import { decideMigrationWithdrawal, decideWithdrawal, hasStagedUpgrade, refuseAlone, tellLosses } from '#domain/promotion'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import { findEnvironment } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import { readLeftover } from '../upgrades/read-leftover.ts'
import { decide } from './decide.ts'

/** Takes a promotion back: at once, or where its upgrade is staged by the attempt that deletes that. */
export async function withdrawPromotion(
  deps: EngineDependencies,
  command: { readonly promotionId: PromotionId; readonly actor: PersonId },
): Promise<Result<PromotionView>> {
  const { actor } = command
  return decide(deps, command, async (promotion, { people, losses }) => {
    if (!hasStagedUpgrade(promotion)) return refuseAlone(promotion) ?? decideWithdrawal(promotion, actor, people)
    const attemptId = toId<AttemptId>(deps.ids.next('a'))
    const goes = promotion.status.state === 'running' ? [] : await findGoing(deps, promotion)
    return decideMigrationWithdrawal(promotion, { attemptId, actor, people, goes, dataOwners: losses.owners })
  })
}

/** Data that people have entered into what only the staged version has. */
async function findGoing(deps: EngineDependencies, { request }: Promotion): Promise<readonly Reason[]> {
  const { configuration } = orThrow(await requireConfiguration(deps))
  const environment = orThrow(findEnvironment(configuration, request.environmentId))
  const target = deps.environments.open(environment)
  const { forecast } = await readLeftover(deps, { environment, configuration, target, solution: request.solution, deed: 'withdraw' })
  return tellLosses(forecast)
}
