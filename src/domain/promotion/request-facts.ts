import type { ApprovalBinding } from '#domain/approval'
import type { StageHold } from '#domain/drift'
import type { Digest, Instant, PersonId, PromotionId, ReleaseId, StageId, Version } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { Plan } from '#domain/plan'
import type { Conditions, Policy } from '#domain/policy'
import type { RecoveryPlan } from '#domain/recovery'
import type { Release } from '#domain/release'
import type { TierRecord } from '#domain/tier'
import type { Waiver } from '#domain/waiver'
import type { OpenRebuild } from './evaluate-rebuild.ts'
import type { TrainStanding } from './evaluate-train.ts'
import type { OwedItem } from './owed.ts'
import type { PromotionIntent, PromotionState } from './promotion.ts'

/** A successful promotion, as far as the order of stages needs it. */
export interface DeploymentFact {
  /** The place that it went to ({@link laneOf} its environment), whatever that is called now. */
  readonly lane: string
  readonly solution: string
  readonly version: Version
  readonly releaseId: ReleaseId
  readonly digest: Digest
  /** Absent: nobody knows. */
  readonly deployedAt?: Instant
}

/** Another promotion, as far as "one at a time" needs it. */
export interface OtherPromotion {
  readonly promotionId: PromotionId
  readonly solution: string
  /** The place that it goes to. */
  readonly lane: string
  readonly state: PromotionState['state']
}

/** A hotfix that runs, or ran, in production. */
export interface ShippedHotfix {
  readonly hotfixId: string
  /** The newest release of it that went there: another one may have mended more. */
  readonly releaseId: ReleaseId
  readonly version: Version
  /** The place that it went to. */
  readonly lane: string
  /** When a release of main was sealed that has its content; undefined while it is owed. */
  readonly carriedAt: Instant | undefined
}

export type RecoveryIntent = Extract<PromotionIntent, { readonly kind: 'recovery' }>

/** All that is known when a promotion is asked for. */
export interface RequestFacts {
  readonly promotionId: PromotionId
  readonly requester: PersonId
  readonly now: Instant
  readonly release: Release
  readonly stageId: StageId
  /** Whether the seal was computed again and is the same. */
  readonly sealHolds: boolean
  /** Whether the bytes in the store still have the digest that they are named by. */
  readonly artifactHolds: boolean
  readonly configuration: Configuration
  /** Ledger sequence of the configuration version in force. */
  readonly configurationVersion: number
  /** The policy in force, the configuration's override applied. */
  readonly policy: Policy
  /** Evaluates what the policy demands under a condition; absent: each such demand holds. */
  readonly conditions?: Conditions | undefined
  readonly plan: Plan
  /** What decisions on it will be bound to. */
  readonly boundTo: ApprovalBinding
  /** Rules of the checks that are in force: a report that lacks one is no pass. */
  readonly rulesInForce: readonly string[]
  /** Where releases of this solution have gone. */
  readonly deployments: readonly DeploymentFact[]
  readonly otherPromotions: readonly OtherPromotion[]
  /** Of a promotion that returns its stage to a known good state; absent of every other. */
  readonly intent?: RecoveryIntent | undefined
  /** How the target comes back from it; absent where it is no pet, and of a recovery. */
  readonly recovery?: RecoveryPlan | undefined
  /** What the place is held for, of this solution; absent: nothing. */
  readonly holds?: readonly StageHold[]
  /** Absent: the target is not being rebuilt. */
  readonly rebuild?: OpenRebuild | undefined
  /** Hotfixes of this solution that went into production; absent: none. */
  readonly hotfixes?: readonly ShippedHotfix[]
  /** What the ledger knows of the tier of its solution; absent: nothing. */
  readonly tierRecord?: Pick<TierRecord, 'proposal' | 'decision'> | undefined
  /** Of a release of a hotfix: whether that was abandoned. */
  readonly isHotfixAbandoned?: boolean
  /** Of a release that does not wait for gates which are made up for afterwards; absent of every other. */
  readonly emergency?: { readonly reason: string } | undefined
  /** What earlier promotions of its solution still owe; absent: nothing. */
  readonly owed?: readonly OwedItem[]
  /** Of its solution, of every state; absent: none. */
  readonly waivers?: readonly Waiver[]
  /** Of a release that travels with others; absent of every other. */
  readonly train?: TrainStanding | undefined
}
