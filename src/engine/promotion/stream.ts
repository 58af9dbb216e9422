import type { PromotionId } from '#domain/kernel'
import type { NewPromotionEvent, Promotion, PromotionEvent } from '#domain/promotion'
import { evolvePromotion } from '#domain/promotion'
import type { Ledger } from '#engine/ports'

export function promotionStream(id: PromotionId): string {
  return `promotion/${id}`
}

/** The promotion as its own events tell it, with the stream version that a decision must still find. */
export async function loadPromotionStream(
  ledger: Ledger,
  id: PromotionId,
): Promise<{ readonly promotion: Promotion; readonly version: number; readonly events: readonly PromotionEvent[] } | undefined> {
  // The stream is written only through NewPromotionEvent, so its entries are promotion events.
  const events = (await ledger.read(promotionStream(id))) as readonly PromotionEvent[]
  const promotion = events.reduce<Promotion | undefined>(evolvePromotion, undefined)
  return promotion === undefined ? undefined : { promotion, version: events.length, events }
}

/** Appends a fact of an attempt: keyed, so that a repeated step records it once; tells whether it was new. */
export async function recordFact(ledger: Ledger, id: PromotionId, event: NewPromotionEvent): Promise<boolean> {
  const appended = await ledger.append({ stream: promotionStream(id), expectedVersion: undefined, actor: 'drover', events: [event] })
  return appended.length > 0
}
