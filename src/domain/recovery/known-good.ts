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

/**
 * All that a place may go back to, newest first, each content once. A recovery leaves what it recovered from and everything that came between
 * that and what it went back to: from there on these would be steps forward, which go through the gates of a release.
 */
export function listKnownGood(history: readonly RanThere[], leaving: RanThere['contentOf'] | undefined): readonly RanThere[] {
  const seen = new Set<ReleaseId>(leaving === undefined ? [] : [leaving])
  return standing(history)
    .toReversed()
    .filter(({ contentOf }) => {
      const isNew = !seen.has(contentOf)
      seen.add(contentOf)
      return isNew
    })
}

/** What no recovery has left, oldest first. */
function standing(history: readonly RanThere[]): readonly RanThere[] {
  let stack: readonly RanThere[] = []
  for (const ran of history.toReversed()) {
    if (ran.recoveredFrom !== undefined) stack = before(stack, ran)
    stack = [...stack, ran]
  }
  return stack
}

function before(stack: readonly RanThere[], { contentOf, recoveredFrom }: RanThere): readonly RanThere[] {
  const target = stack.findLastIndex((ran) => ran.contentOf === contentOf)
  return stack.slice(0, target < 0 ? stack.length : target).filter(({ promotionId }) => promotionId !== recoveredFrom)
}
