import type { PersonId, PromotionId } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import { evaluateGates, findDecidableGates } from '#domain/promotion'
import type { Policy } from '#domain/policy'
import type { Clock, Ledger, ReadModel } from '#engine/ports'
import type { PromotionSummary, PromotionView } from '../engine.ts'
import { loadShownStanding } from '../promotion/standing.ts'
import { loadPromotionStream } from '../promotion/stream.ts'

type Reads = { readonly ledger: Ledger; readonly readModel: ReadModel; readonly clock: Clock; readonly policy: Policy }

export async function loadPromotion(deps: Reads, id: PromotionId, viewer: PersonId | undefined): Promise<PromotionView | undefined> {
  const stream = await loadPromotionStream(deps.ledger, id)
  if (stream === undefined) return undefined
  const now = deps.clock.now()
  const standing = await loadShownStanding(deps, stream.promotion)
  return {
    promotion: stream.promotion,
    gates: evaluateGates(stream.promotion, now, standing),
    mayDecide: viewer === undefined ? [] : findDecidableGates(stream.promotion, viewer, { now, standing }),
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
