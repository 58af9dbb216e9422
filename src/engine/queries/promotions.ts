import type { PersonId, PromotionId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import type { Promotion } from '#domain/promotion'
import { evaluateGates } from '#domain/promotion'
import type { Clock, Ledger, ReadModel } from '#engine/ports'
import type { PromotionSummary, PromotionView } from '../engine.ts'
import { loadPromotionStream } from '../promotion/stream.ts'

type Reads = { readonly ledger: Ledger; readonly readModel: ReadModel; readonly clock: Clock }

export async function loadPromotion(deps: Reads, id: PromotionId, viewer: PersonId | undefined): Promise<PromotionView | undefined> {
  const stream = await loadPromotionStream(deps.ledger, id)
  if (stream === undefined) return undefined
  const gates = evaluateGates(stream.promotion, deps.clock.now())
  return { promotion: stream.promotion, gates, mayDecide: mayDecide(stream.promotion, viewer), events: stream.events }
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

/** The gates that name the viewer and that the viewer has not decided; only explains, the decision itself is checked again. */
function mayDecide(promotion: Promotion, viewer: PersonId | undefined): PeopleGateKind[] {
  const { request, decisions, status } = promotion
  if (viewer === undefined || viewer === request.requestedBy || status.state !== 'pending') return []
  return request.gates.flatMap((gate) => {
    if (!('people' in gate) || !gate.people.includes(viewer)) return []
    return decisions.some((decision) => decision.gate === gate.kind && decision.by === viewer) ? [] : [gate.kind]
  })
}
