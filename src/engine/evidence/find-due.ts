import { isUnderHold, keptUntil } from '#domain/evidence'
import type { Instant, PromotionId } from '#domain/kernel'
import type { EvidencePolicy } from '#domain/policy'
import type { Promotion } from '#domain/promotion'
import { openStates } from '#domain/promotion'
import type { EngineDependencies } from '../dependencies.ts'
import { promotionStream } from '../promotion/stream.ts'
import type { PromotionEntry } from '../summaries.ts'
import { loadArchive, readArchived } from './archive-record.ts'

/** A promotion whose evidence is older than policy has it kept. */
export interface DuePromotion {
  readonly promotionId: PromotionId
  readonly solution: string
  readonly version: string
  readonly keptUntil: Instant
}

/**
 * What may be archived now: promotions that are over and owe nothing, of which nothing was said for as long as policy keeps evidence of their
 * tier, and that no legal hold concerns. Never the newest two that went into a place: what runs there, and what it goes back to.
 */
export async function findDue(deps: EngineDependencies, policy: EvidencePolicy): Promise<readonly DuePromotion[]> {
  const { rows } = await deps.readModel.listSummaries<PromotionEntry>('promotion')
  const archived = await readArchived(deps.ledger)
  const record = await loadArchive(deps)
  const needed = newestInPlaces(rows)
  const fewest = Math.min(...Object.values(policy.keptYears).map(({ value }) => value))
  const now = Date.parse(deps.clock.now())
  const due: DuePromotion[] = []
  for (const row of rows.toReversed()) {
    const isOver = !openStates.includes(row.state) && row.owes !== 'yes' && Date.parse(keptUntil(row.requestedAt, fewest)) <= now
    if (!isOver || needed.has(row.promotionId) || archived.has(row.promotionId) || isUnderHold(record, row)) continue
    const until = await endOfRetention(deps, row.promotionId, policy)
    if (until === undefined || Date.parse(until) > now) continue
    due.push({ promotionId: row.promotionId, solution: row.solution, version: row.version, keptUntil: until })
  }
  return due
}

async function endOfRetention(deps: EngineDependencies, id: PromotionId, policy: EvidencePolicy): Promise<Instant | undefined> {
  const promotion = await deps.readModel.load<Promotion>('promotion', id)
  const newest = await deps.ledger.readNewest(promotionStream(id))
  if (promotion === undefined || newest === undefined) return undefined
  return keptUntil(newest.at, policy.keptYears[promotion.request.tier].value)
}

function newestInPlaces(rows: readonly PromotionEntry[]): ReadonlySet<string> {
  const places = new Map<string, string[]>()
  for (const { state, lane, stageId, solution, promotionId } of rows) {
    if (state !== 'succeeded') continue
    const place = `${lane ?? stageId}/${solution.toLowerCase()}`
    const newest = places.get(place) ?? []
    if (newest.length < 2) places.set(place, [...newest, promotionId])
  }
  return new Set([...places.values()].flat())
}
