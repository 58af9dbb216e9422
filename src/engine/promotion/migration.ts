import type { AttemptId, PersonId, PromotionId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { decideFinishMigration } from '#domain/promotion'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import { decide } from './decide.ts'

/** Records that the data is moved, and starts the attempt that applies the staged upgrade. */
export async function finishMigration(
  deps: EngineDependencies,
  command: { readonly promotionId: PromotionId; readonly comment: string; readonly actor: PersonId },
): Promise<Result<PromotionView>> {
  const { comment, actor } = command
  const solutions = (await loadConfiguration(deps))?.configuration.solutions ?? []
  return decide(deps, command, (promotion, standing) =>
    decideFinishMigration(promotion, {
      attemptId: toId<AttemptId>(deps.ids.next('a')),
      actor,
      comment,
      now: deps.clock.now(),
      standing,
      solutionOwner: solutions.find(({ uniqueName }) => uniqueName === promotion.request.solution)?.owner,
    }),
  )
}
