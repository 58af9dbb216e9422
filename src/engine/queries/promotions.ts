import { seenText } from '#domain/approval'
import type { Instant, PersonId, PipelineId, PromotionId, StageId } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import {
  viewWatch,
  didNotStand,
  evaluateGates,
  findDecidableGates,
  findLosses,
  findUnknown,
  findPlaces,
  findSayable,
  findSignable,
  mayAcknowledge,
  mayAnswerUnknown,
  offerRecovery,
  openStates,
  withWaivers,
} from '#domain/promotion'
import type { Conditions, Policy } from '#domain/policy'
import { applyOverride } from '#domain/policy'
import type { Clock, Ledger, Page, ReadModel } from '#engine/ports'
import { loadConfiguration } from '../apply-configuration.ts'
import type { PageRequest, PromotionSummary, PromotionView } from '../engine.ts'
import { loadHolds } from '../holds/hold-stage.ts'
import { loadRights } from '../people/rights.ts'
import { findPlaceBefore } from '../promotion/place-before.ts'
import { loadShownStanding } from '../promotion/standing.ts'
import { loadPromotionStream } from '../promotion/stream.ts'
import type { PromotionEntry } from '../summaries.ts'

type Reads = {
  readonly ledger: Ledger
  readonly readModel: ReadModel
  readonly clock: Clock
  readonly policy: Policy
  readonly conditions: Conditions
}

export async function loadPromotion(deps: Reads, id: PromotionId, viewer: PersonId | undefined): Promise<PromotionView | undefined> {
  const stream = await loadPromotionStream(deps.ledger, id)
  if (stream === undefined) return undefined
  const now = deps.clock.now()
  const standing = await loadShownStanding(deps, stream.promotion)
  return {
    promotion: stream.promotion,
    gates: evaluateGates(stream.promotion, now, standing),
    mayDecide: viewer === undefined ? [] : findDecidableGates(stream.promotion, viewer, { now, standing }),
    places: viewer === undefined ? [] : findPlaces(stream.promotion, viewer, { now, standing }),
    losses: findLosses(stream.promotion.request.plan).map((loss) => ({
      ...loss,
      mayAcknowledge: viewer !== undefined && mayAcknowledge(stream.promotion, loss, { by: viewer, at: now, standing }),
    })),
    seen: seenText(withWaivers(stream.promotion.request.boundTo, standing.waivers)),
    unknown: findUnknown(stream.promotion.request.plan),
    mayAcknowledgeUnknown: viewer !== undefined && mayAnswerUnknown(stream.promotion, { by: viewer, at: now }, standing),
    ...(await loadAround(deps, stream.promotion, { viewer, now })),
    ...(await loadHoldOf(deps, stream.promotion)),
    offers: offerRecovery(stream.promotion),
    events: stream.events,
  }
}

/** How far the watch over it is, where it has been before, and what the viewer may say of it now that it is in. */
async function loadAround(
  deps: Reads,
  promotion: Promotion,
  { viewer, now }: { readonly viewer: PersonId | undefined; readonly now: Instant },
): Promise<Pick<PromotionView, 'watch' | 'previous' | 'maySignOff' | 'maySay'>> {
  const current = await loadConfiguration(deps)
  if (current === undefined) return { maySignOff: [], maySay: [] }
  const { configuration } = current
  const whole = applyOverride(deps.policy, configuration.policy)
  const policy = whole.gates
  const staff = { configuration, policy: whole, ...(await loadRights(deps, { ...current, policy: whole })) }
  const watch = viewWatch(promotion, policy, now)
  const before = await findPlaceBefore(deps, configuration, promotion.request)
  return {
    maySignOff: viewer === undefined ? [] : findSignable(promotion, { ...staff, by: viewer, at: now }),
    maySay: viewer === undefined ? [] : findSayable(promotion, { by: viewer, at: now, configuration, policy }),
    ...(watch === undefined ? {} : { watch }),
    ...(before === undefined ? {} : { previous: { environmentId: before.id, name: before.name, url: before.url } }),
  }
}

async function loadHoldOf(deps: Reads, promotion: Promotion): Promise<Pick<PromotionView, 'hold'>> {
  const { request, status } = promotion
  const isBad = didNotStand(promotion) || status.state === 'failed' || status.state === 'errored' || status.state === 'indeterminate'
  if (!isBad) return {}
  const holds = await loadHolds(deps, { lane: request.plan.target.lane, solution: request.solution })
  const hold = holds.find(({ promotionId }) => promotionId === request.promotionId)
  return hold === undefined ? {} : { hold }
}

/** Promotions, newest first. */
export async function listPromotions(deps: Pick<Reads, 'readModel'>, page: PageRequest): Promise<Page<PromotionSummary>> {
  const { rows, next } = await deps.readModel.listSummaries<PromotionEntry>('promotion', page)
  return { rows: rows.map(summaryOf), next }
}

/** Every promotion that may still go in, wherever. */
export async function listOpenPromotions(deps: Pick<Reads, 'readModel'>): Promise<readonly PromotionSummary[]> {
  return (await deps.readModel.listSummaries<PromotionEntry>('promotion', { where: { state: openStates } })).rows.map(summaryOf)
}

/** What a stage's column shows: the newest promotions, and of `open` those into this stage that are older. */
export async function listPromotionsOfStage(
  deps: Pick<Reads, 'readModel'>,
  stage: { readonly pipelineId: PipelineId; readonly stageId: StageId },
  open: readonly PromotionSummary[],
): Promise<readonly PromotionSummary[]> {
  const where = { pipelineId: stage.pipelineId, stageId: stage.stageId }
  const { rows } = await deps.readModel.listSummaries<PromotionEntry>('promotion', { where, limit: newestOfStage })
  const shown = new Set(rows.map((row) => row.promotionId))
  const older = open.filter((one) => one.pipelineId === stage.pipelineId && one.stageId === stage.stageId && !shown.has(one.promotionId))
  return [...rows.map(summaryOf), ...older]
}

const newestOfStage = 20

function summaryOf(entry: PromotionEntry): PromotionSummary {
  const { promotionId, releaseId, solution, version, stageId, pipelineId, state, requestedBy, requestedAt, escalated } = entry
  const summary = { promotionId, releaseId, solution, version, stageId, pipelineId, state, requestedBy, requestedAt }
  return escalated === undefined ? summary : { ...summary, escalated }
}
