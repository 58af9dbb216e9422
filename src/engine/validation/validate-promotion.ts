import type { NewEnvironmentEvent } from '#domain/drift'
import { environmentStream } from '#domain/drift'
import type { PersonId, PromotionId, Result } from '#domain/kernel'
import { accept, DroverError, errorCode, refuse } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { Promotion, Validation } from '#domain/promotion'
import { decideValidation } from '#domain/promotion'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import { loadPromotion } from '../queries/promotions.ts'
import { loadPromotionStream, promotionStream } from '../promotion/stream.ts'

export interface ValidateCommand {
  readonly promotionId: PromotionId
  readonly of: Validation['of']
  readonly outcome: Validation['outcome']
  readonly note: string
  readonly evidence?: string | undefined
  readonly actor: PersonId
}

/** Records how a pet stood a promotion. Where it did not, the pet is held, as after a verification that failed, and recovery is offered. */
export async function validatePromotion(deps: EngineDependencies, command: ValidateCommand): Promise<Result<PromotionView>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const policy = applyOverride(deps.policy, configuration.policy).gates
  for (;;) {
    const stream = await loadPromotionStream(deps.ledger, command.promotionId)
    if (stream === undefined)
      return refuse('promotion.unknown', `There is no promotion "${command.promotionId}".`, 'List them with `drover promotion list`.')
    const { promotion, version } = stream
    const { of, outcome, note, evidence, actor } = command
    const decided = decideValidation(promotion, { of, outcome, note, evidence, by: actor, at: deps.clock.now(), configuration, policy })
    if (!decided.ok) return decided
    const { event, holdFor } = decided.value
    // First, and once for each word: whoever finds the word finds the place held, wherever a process is killed.
    if (holdFor !== undefined) await hold(deps, { promotion, reason: holdFor, actor })
    try {
      await deps.ledger.append({ stream: promotionStream(command.promotionId), expectedVersion: version, actor, events: [event] })
    } catch (error) {
      if (errorCode(error) === 'ledger.conflict') continue
      throw error
    }
    const view = await loadPromotion(deps, command.promotionId, actor)
    if (view === undefined) throw new DroverError('promotion.unknown', `The ledger holds no promotion ${command.promotionId}.`)
    return accept(view)
  }
}

async function hold(
  { ledger }: EngineDependencies,
  { promotion, reason, actor }: { readonly promotion: Promotion; readonly reason: string; readonly actor: PersonId },
): Promise<void> {
  const { solution, promotionId, environmentId, plan } = promotion.request
  const event: NewEnvironmentEvent = {
    type: 'stage-held',
    data: { environmentId, solution, promotionId, reason },
    key: `held/${promotionId}/validation/${(promotion.validations?.length ?? 0) + 1}`,
  }
  await ledger.append({ stream: environmentStream(plan.target.lane), expectedVersion: undefined, actor, events: [event] })
}
