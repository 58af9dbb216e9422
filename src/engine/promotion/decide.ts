import type { Decision } from '#domain/approval'
import type { PersonId, PromotionId, Result } from '#domain/kernel'
import { accept, errorCode, refuse, toId } from '#domain/kernel'
import type { AttemptId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import type { NewPromotionEvent, Promotion, Standing } from '#domain/promotion'
import { decideApproval as decideApprovalPure, decideResume, decideWithdrawal } from '#domain/promotion'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import { loadStanding } from './standing.ts'
import { startIfReady } from './start-attempt.ts'
import { loadPromotionStream, promotionStream } from './stream.ts'

interface ApprovalCommand {
  readonly promotionId: PromotionId
  readonly gate: PeopleGateKind
  readonly verdict: Decision['verdict']
  readonly comment: string
  readonly actor: PersonId
}

/** Records a named person's yes or no, bound to the bytes and the plan that they were shown. */
export async function decideApproval(deps: EngineDependencies, command: ApprovalCommand): Promise<Result<PromotionView>> {
  const { gate, verdict, comment, actor } = command
  return decide(deps, command, (promotion, standing) =>
    decideApprovalPure(
      promotion,
      { gate, by: actor, verdict, comment, at: deps.clock.now(), boundTo: promotion.request.boundTo },
      standing,
    ),
  )
}

export async function withdrawPromotion(
  deps: EngineDependencies,
  command: { readonly promotionId: PromotionId; readonly actor: PersonId },
): Promise<Result<PromotionView>> {
  return decide(deps, command, (promotion, standing) => decideWithdrawal(promotion, command.actor, standing.people))
}

/** A person's word, with a reason, that an errored or indeterminate promotion is tried again. */
export async function resumePromotion(
  deps: EngineDependencies,
  command: { readonly promotionId: PromotionId; readonly reason: string; readonly actor: PersonId },
): Promise<Result<PromotionView>> {
  const { reason, actor } = command
  return decide(deps, command, (promotion, standing) =>
    decideResume(promotion, { attemptId: toId<AttemptId>(deps.ids.next('a')), actor, reason, now: deps.clock.now(), standing }),
  )
}

/** Load → decide → append, again when somebody else's decision came in between. */
async function decide(
  deps: EngineDependencies,
  command: { readonly promotionId: PromotionId; readonly actor: PersonId },
  decision: (promotion: Promotion, standing: Standing) => Result<readonly NewPromotionEvent[]>,
): Promise<Result<PromotionView>> {
  for (;;) {
    const stream = await loadPromotionStream(deps.ledger, command.promotionId)
    if (stream === undefined)
      return refuse('promotion.unknown', `There is no promotion "${command.promotionId}".`, 'List them with `drover promotion list`.')
    const decided = decision(stream.promotion, await loadStanding(deps, stream.promotion))
    if (!decided.ok) return decided
    try {
      await deps.ledger.append({
        stream: promotionStream(command.promotionId),
        expectedVersion: stream.version,
        actor: command.actor,
        events: decided.value,
      })
      return accept(await startIfReady(deps, command.promotionId, command.actor))
    } catch (error) {
      if (errorCode(error) !== 'ledger.conflict') throw error
    }
  }
}
