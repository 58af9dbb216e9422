import type { Decision } from '#domain/approval'
import type {
  EnvironmentId,
  Instant,
  LedgerEvent,
  NewEvent,
  PersonId,
  PromotionId,
  Refusal,
  ReleaseId,
  StageId,
  Version,
} from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import type { PromotionRequest } from '#domain/promotion'
import type { Tier } from '#domain/solution'

/** One release of a train; it travels as a promotion of its own. */
export interface TrainMember {
  /** From 1, in the order in which they go in. */
  readonly position: number
  readonly promotionId: PromotionId
  readonly releaseId: ReleaseId
  readonly solution: string
  readonly version: Version
  readonly tier: Tier
  readonly stageId: StageId
  /** Solutions of the train that it needs, which is why it goes after them. */
  readonly needs: readonly string[]
}

/** Where two releases of a train meet: what the later one finds depends on the earlier. */
export interface TrainCollision {
  readonly kind: 'shared' | 'removed'
  /** Names of the solutions, in the order of the train. */
  readonly solutions: readonly [string, string]
  /** Components by `kind:key`, the first few; `count` says how many there are. */
  readonly components: readonly string[]
  readonly count: number
}

/** What a train is about; fixed when it is asked for: nothing joins or leaves it afterwards. */
export interface TrainStart {
  readonly trainId: string
  readonly name: string
  readonly environmentId: EnvironmentId
  readonly requestedBy: PersonId
  readonly requestedAt: Instant
  /** The highest tier of its solutions when it was asked for: it rules for all of them. */
  readonly tier: Tier
  readonly members: readonly TrainMember[]
  readonly collisions: readonly TrainCollision[]
}

/** A person's word on a train, and on which of its promotions it was recorded, as each was shown. */
export interface TrainDecision {
  readonly gate: PeopleGateKind
  readonly by: PersonId
  readonly verdict: Decision['verdict']
  readonly comment: string
  readonly at: Instant
  /** Hash over what its promotions were bound to, in their order. */
  readonly binding: string
  /** Whose place its person took as their deputy. */
  readonly onBehalfOf?: PersonId
  readonly on: readonly { readonly promotionId: PromotionId; readonly decision: Decision }[]
}

export interface Train extends TrainStart {
  /** `assembling`: its promotions are being asked for. `standing`: all are there. */
  readonly state: 'assembling' | 'standing' | 'withdrawn' | 'rejected' | 'refused' | 'arrived' | 'stopped'
  readonly decisions: readonly TrainDecision[]
  /** Who took it back, and why. */
  readonly withdrawn?: { readonly by: PersonId; readonly reason: string; readonly at: Instant }
  /** Why it could not be put together. */
  readonly refusal?: Refusal
  readonly endedAt?: Instant
}

interface TrainEventData {
  /** With the requests of its promotions whole: a process killed while it writes them leaves nothing half done. */
  'train-requested': { readonly start: TrainStart; readonly requests: readonly PromotionRequest[] }
  'train-assembled': Record<never, never>
  /** Another promotion was in the way of one of its own: those that were asked for are withdrawn. */
  'train-refused': { readonly refusal: Refusal }
  'train-decided': { readonly decision: TrainDecision }
  'train-withdrawn': { readonly by: PersonId; readonly reason: string }
  /** Nothing of it is under way any more. */
  'train-ended': { readonly outcome: 'arrived' | 'stopped' }
}

export type TrainEventType = keyof TrainEventData
export type NewTrainEvent = { [T in TrainEventType]: NewEvent<T, TrainEventData[T]> }[TrainEventType]
export type TrainEvent = { [T in TrainEventType]: LedgerEvent<T, TrainEventData[T]> }[TrainEventType]

export function trainStream(trainId: string): string {
  return `train/${trainId}`
}

/** Of a train in words, for messages. */
export function trainTitle({ trainId, name }: Pick<TrainStart, 'trainId' | 'name'>): string {
  return name === trainId ? `train ${trainId}` : `train ${trainId} (${name})`
}
