import type { PersonId, PipelineId, PromotionId, StageId } from '#domain/kernel'
import { evaluateGates, findDecidableGates, openStates } from '#domain/promotion'
import type { Policy } from '#domain/policy'
import type { Clock, Ledger, Page, ReadModel } from '#engine/ports'
import type { PageRequest, PromotionSummary, PromotionView } from '../engine.ts'
import { loadShownStanding } from '../promotion/standing.ts'
import { loadPromotionStream } from '../promotion/stream.ts'
import type { PromotionEntry } from '../summaries.ts'

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

/** Promotions, newest first. */
export async function listPromotions(deps: Pick<Reads, 'readModel'>, page: PageRequest): Promise<Page<PromotionSummary>> {
  const { rows, next } = await deps.readModel.listSummaries<PromotionEntry>('promotion', page)
  return { rows: rows.map(summaryOf), next }
}

/** What a stage's column shows: all that may still go in, and the newest of the others. */
export async function listPromotionsOfStage(
  deps: Pick<Reads, 'readModel'>,
  stage: { readonly pipelineId: PipelineId; readonly stageId: StageId },
): Promise<readonly PromotionSummary[]> {
  const where = { pipelineId: stage.pipelineId, stageId: stage.stageId }
  const [newest, open] = await Promise.all([
    deps.readModel.listSummaries<PromotionEntry>('promotion', { where, limit: newestOfStage }),
    deps.readModel.listSummaries<PromotionEntry>('promotion', { where: { ...where, state: openStates } }),
  ])
  const shown = new Set(newest.rows.map((row) => row.promotionId))
  // What is open and not among the newest is older than these.
  return [...newest.rows, ...open.rows.filter((row) => !shown.has(row.promotionId))].map(summaryOf)
}

const newestOfStage = 20

function summaryOf(entry: PromotionEntry): PromotionSummary {
  const { promotionId, releaseId, solution, version, stageId, pipelineId, state, requestedBy, requestedAt } = entry
  return { promotionId, releaseId, solution, version, stageId, pipelineId, state, requestedBy, requestedAt }
}
