import type { Tier } from '#domain/solution'
import type { GateKind } from './pipeline.ts'

/** A value of the shipped policy that a configuration sets, with why. */
export interface PolicyValueChange {
  /** Where it stands in the policy, such as `tiers.3.reviewWindowHours`. */
  readonly path: string
  /** As a file says it: null where a value is none. */
  readonly value: unknown
  readonly reason: string
}

/** Gates that are demanded only where a condition holds. */
export interface DemandChange {
  /** The same id as a shipped demand takes its place. */
  readonly id: string
  /** In CEL, over the facts of a promotion. */
  readonly when: string
  /** None: the demand is let go. */
  readonly gates: readonly GateKind[]
  readonly reason: string
  /** The rule or page that it comes from; absent: the reason says it. */
  readonly source?: string | undefined
}

/** What a configuration changes in the shipped policy; each change has its reason (REL-14). */
export interface PolicyChanges {
  readonly values: readonly PolicyValueChange[]
  readonly demands: readonly DemandChange[]
}

/** The form in which configurations changed the policy when only two numbers of it could be set. */
export interface EarlierPolicyOverride {
  readonly reviewWindowHours?: Readonly<Partial<Record<Tier, number>>>
  readonly recoveryRehearsedWithinDays?: Readonly<Partial<Record<Tier, number | 'not-asked'>>>
  readonly reason: string
}

/** The policy of a configuration as it is read today: ledgers are kept for years. */
export function fillConfiguration<T extends { readonly policy?: PolicyChanges | EarlierPolicyOverride | undefined }>(
  recorded: T,
): Omit<T, 'policy'> & { readonly policy: PolicyChanges | undefined } {
  return { ...recorded, policy: recorded.policy === undefined ? undefined : fillPolicy(recorded.policy) }
}

function fillPolicy(recorded: PolicyChanges | EarlierPolicyOverride): PolicyChanges {
  if ('values' in recorded) return recorded
  const { reviewWindowHours = {}, recoveryRehearsedWithinDays = {}, reason } = recorded
  return {
    values: [
      ...Object.entries(reviewWindowHours).map(([tier, value]) => ({ path: `tiers.${tier}.reviewWindowHours`, value, reason })),
      ...Object.entries(recoveryRehearsedWithinDays).map(([tier, within]) => ({
        path: `tiers.${tier}.recovery`,
        value: within === 'not-asked' ? { kind: 'documented' } : { kind: 'rehearsed', within },
        reason,
      })),
    ],
    demands: [],
  }
}
