import type { Severity } from '#domain/check'
import type { GateKind } from '#domain/pipeline'
import type { Tier } from '#domain/solution'

/** A number or demand that policy uses, with where it comes from; never a constant in code. */
export interface Sourced<T> {
  readonly value: T
  readonly source: string
}

/** What one tier asks of a stage. */
export interface TierPolicy {
  /** Severity from which findings block; undefined: findings inform only. */
  readonly checksBlockFrom: Sourced<Severity | undefined>
  /** Gates demanded before any stage after Dev. */
  readonly everyStage: Sourced<readonly GateKind[]>
  /** Gates demanded before a stage whose environment is a pet. */
  readonly pet: Sourced<readonly GateKind[]>
  /** How many different people must be among requester and approvers on the way into a pet. */
  readonly distinctPeople: Sourced<number>
  readonly reviewWindowHours: Sourced<number>
  /** False: the tier stays in its maker's workspace. */
  readonly mayEnterPet: Sourced<boolean>
}

export interface Policy {
  readonly version: string
  readonly tiers: Readonly<Record<Tier, TierPolicy>>
}
