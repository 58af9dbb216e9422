import type { Instant, PromotionId, ReleaseId } from '#domain/kernel'
import type { KnownGood } from './recovery.ts'

/** A release that succeeded in a place, as far as going back to it is concerned. */
export interface RanThere extends KnownGood {
  readonly promotionId: PromotionId
  readonly deployedAt: Instant
  /** The release whose content it is: of one that was packed again under a higher version that from which it was made, else itself. */
  readonly contentOf: ReleaseId
  /** The promotion that it recovered the place from; undefined: it was no recovery. */
  readonly recoveredFrom: PromotionId | undefined
}

/**
 * The newest release of a place to which it may go back: not what it is leaving, and nothing that a later recovery has left. `history` is what
 * succeeded there, newest first; `leaving` is the release that goes, if one of ours is there.
 */
export function findKnownGood(history: readonly RanThere[], leaving: RanThere['contentOf'] | undefined): RanThere | undefined {
  return listKnownGood(history, leaving)[0]
}

/** All that a place may go back to, newest first, each content once. */
export function listKnownGood(history: readonly RanThere[], leaving: RanThere['contentOf'] | undefined): readonly RanThere[] {
  const left = new Set<PromotionId>()
  const seen = new Set<ReleaseId>(leaving === undefined ? [] : [leaving])
  const good: RanThere[] = []
  for (const ran of history) {
    if (ran.recoveredFrom !== undefined) left.add(ran.recoveredFrom)
    if (left.has(ran.promotionId) || seen.has(ran.contentOf)) continue
    seen.add(ran.contentOf)
    good.push(ran)
  }
  return good
}
