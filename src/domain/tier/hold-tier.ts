import type { Instant } from '#domain/kernel'
import type { Tier } from '#domain/solution'
import type { TierRecord } from './tier.ts'

/** A solution is held to a higher tier than drover.yaml gives it, until somebody decides. */
export interface TierHold {
  readonly tier: Tier
  readonly configured: Tier
  readonly why: readonly string[]
  readonly since: Instant
  /** What was decided on it: a tier between the two, or that drover.yaml is to be raised; undefined while nobody has. */
  readonly decided?: { readonly tier: Tier; readonly until?: Instant }
}

/**
 * What a solution is held to: the proposed tier, or the one that people keep for a time; undefined where drover.yaml asks as much by itself.
 * A decision that has ended lets the proposal stand again. It is never below the configured tier.
 */
export function findTierHold(
  record: Pick<TierRecord, 'proposal' | 'decision'> | undefined,
  { configured, now }: { readonly configured: Tier; readonly now: Instant },
): TierHold | undefined {
  const proposal = record?.proposal
  if (proposal === undefined) return undefined
  const decision = record?.decision
  const isInForce = decision !== undefined && (decision.until === undefined || Date.parse(now) < Date.parse(decision.until))
  const tier = isInForce ? decision.tier : proposal.tier
  if (tier <= configured) return undefined
  const { why, at: since } = proposal
  const until = decision?.until === undefined ? {} : { until: decision.until }
  return { tier, configured, why, since, ...(isInForce ? { decided: { tier, ...until } } : {}) }
}

/** The tier by whose demands a solution is judged. */
export function tierInForce(
  record: Pick<TierRecord, 'proposal' | 'decision'> | undefined,
  of: { readonly configured: Tier; readonly now: Instant },
): Tier {
  return findTierHold(record, of)?.tier ?? of.configured
}
