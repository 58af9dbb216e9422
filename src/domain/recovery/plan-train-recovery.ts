import type { RecoveryWayKind } from '#domain/environment'
import type { PromotionId, Version } from '#domain/kernel'
import { preferredWay, wayWords } from './plan-recovery.ts'
import type { RecoveryPlan } from './recovery.ts'

/** A promotion of a train, in the order in which they were to go in: what others need comes first. */
export interface TrainStop {
  readonly promotionId: PromotionId
  readonly solution: string
  readonly version: Version
  /** How it ended, in the words of promotions. */
  readonly state: string
  /** Whether something of it is in the target, or may be. */
  readonly mayBeIn: boolean
  readonly recovery: RecoveryPlan | undefined
  /** The train that it cannot be withdrawn without; absent: it can be alone. */
  readonly trainId?: string
}

/** What is done with one solution of a train that failed. */
export interface TrainStep {
  readonly promotionId: PromotionId
  readonly solution: string
  readonly version: Version
  readonly deed: 'go-back' | 'hold' | 'withdraw' | 'look'
  readonly way: RecoveryWayKind | undefined
  readonly message: string
}

/**
 * The stated way back of a train that failed at one of its solutions: what has not begun is withdrawn, and what is in, or may be, goes back in
 * reverse, so that nothing is taken from under what still needs it.
 */
export function planTrainRecovery(stops: readonly TrainStop[]): readonly TrainStep[] {
  const hasBegun = ({ state }: TrainStop) => state !== 'pending'
  return [...stops.filter((stop) => !hasBegun(stop)).map(withdraw), ...stops.filter(hasBegun).toReversed().map(goBack)]
}

function withdraw(stop: TrainStop): TrainStep {
  const how = stop.trainId === undefined ? `promotion withdraw ${stop.promotionId}` : `train withdraw ${stop.trainId} --reason "…"`
  return step(stop, 'withdraw', undefined, `It has not begun: drover ${how}`)
}

function goBack(stop: TrainStop): TrainStep {
  const { state, recovery } = stop
  if (state === 'withdrawn' || state === 'rejected') return step(stop, 'hold', undefined, `It was ${state}: nothing was changed.`)
  if (state === 'running' || state === 'migrating' || state === 'indeterminate' || state === 'errored')
    return step(
      stop,
      'look',
      undefined,
      `It is ${state}: bring it to its end first (drover promotion show ${stop.promotionId}), then go back.`,
    )
  // Going back there would take away what stood there before.
  if (!stop.mayBeIn) return step(stop, 'hold', undefined, `It ${state}: nothing of it is there, and what was there before still is.`)
  const way = recovery === undefined ? undefined : preferredWay(recovery)
  if (recovery === undefined || way === undefined) {
    return step(stop, 'look', undefined, 'No way back was planned for it: look at it with drover recovery show.')
  }
  const more = way.kind === 'uninstall' ? ' --way uninstall --confirm "<its name>"' : ''
  const asked =
    way.kind === 'roll-forward' ? '' : ` Ask for it: drover rollback ${recovery.environmentId} ${stop.solution}${more} --reason "…"`
  const first = state === 'failed' ? 'It failed, and something of it may be there; it goes back' : 'It goes back'
  return step(stop, 'go-back', way.kind, `${first} by ${wayWords[way.kind]}.${asked}`)
}

function step(
  { promotionId, solution, version }: TrainStop,
  deed: TrainStep['deed'],
  way: RecoveryWayKind | undefined,
  message: string,
): TrainStep {
  return { promotionId, solution, version, deed, way, message }
}
