import type { PersonId, PromotionId } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import { evaluateGates, findDecidableGates } from '#domain/promotion'
import type { Clock, Ledger, ReadModel } from '#engine/ports'
import type { PromotionSummary, PromotionView } from '../engine.ts'
import { loadPromotionStream } from '../promotion/stream.ts'

type Reads = { readonly ledger: Ledger; readonly readModel: ReadModel; readonly clock: Clock }

export async function loadPromotion(deps: Reads, id: PromotionId, viewer: PersonId | undefined): Promise<PromotionView | undefined> {
  const stream = await loadPromotionStream(deps.ledger, id)
  if (stream === undefined) return undefined
  const gates = evaluateGates(stream.promotion, deps.clock.now())
  return {
    promotion: stream.promotion,
    gates,
    mayDecide: viewer === undefined ? [] : findDecidableGates(stream.promotion, viewer, deps.clock.now()),
    events: stream.events,
  }
}

export async function listPromotions(deps: Pick<Reads, 'readModel'>): Promise<readonly PromotionSummary[]> {
  return (await deps.readModel.list<Promotion>('promotion')).map(({ request, status }) => ({
    promotionId: request.promotionId,
    releaseId: request.releaseId,
    solution: request.solution,
    version: request.version,
    stageId: request.stageId,
    pipelineId: request.pipelineId,
    state: status.state,
    requestedBy: request.requestedBy,
    requestedAt: request.requestedAt,
  }))
}
