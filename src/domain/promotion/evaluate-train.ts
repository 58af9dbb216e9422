import type { PromotionId, Reason, Version } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import { gateName } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import { title } from './acting.ts'
import type { StageOnTheWay } from './find-stage.ts'
import type { GateStatus, Promotion, PromotionState } from './promotion.ts'

/** Another release of the same train. */
export interface TrainMate {
  readonly promotionId: PromotionId
  readonly solution: string
  readonly version: Version
  /** `absent`: it is not asked for yet. */
  readonly state: PromotionState['state'] | 'absent'
  /** Gates of it that people have to open, by name; empty where none is left. */
  readonly awaits: readonly string[]
}

/** How a promotion stands in its train, as the ledger tells it now. */
export interface TrainStanding {
  readonly trainId: string
  /** From 1. */
  readonly position: number
  /** The highest tier of its solutions by the configuration in force: it rules for all of them. */
  readonly tier: Tier
  /** `assembling`: not all of its releases are asked for yet. `ended`: it was withdrawn, rejected, or could not be put together. */
  readonly state: 'assembling' | 'complete' | 'ended'
  /** Those that go before it, in their order. */
  readonly before: readonly TrainMate[]
  readonly after: readonly TrainMate[]
}

/**
 * Whether it is a release's turn (PIP-18): all of its train is asked for and decided on, and each one before it has arrived. Where one before it
 * went wrong it is held, until somebody has that one resumed, or withdraws the train.
 */
export function evaluateTrain(promotion: Promotion, train: TrainStanding | undefined): GateStatus {
  if (train === undefined) return evaluateUntold(promotion)
  const { trainId, state, before } = train
  const look = `drover train show ${trainId}`
  if (state === 'ended') return gate('closed', `Train ${trainId} has ended without it; ${look}`)
  if (state === 'assembling') return gate('pending', `Train ${trainId} is being put together.`)
  const blocking = before.find((mate) => mate.state !== 'succeeded')
  if (blocking === undefined) return before.length > 0 ? arrived(before) : evaluateDeparture(train)
  const who = `${blocking.solution} ${blocking.version}, before it in train ${trainId},`
  if (stopping.includes(blocking.state))
    return gate('closed', `${who} is ${blocking.state}; it is held until that one is resumed, or the train withdrawn: ${look}`)
  return gate('pending', `${who} is ${blocking.state === 'pending' ? 'to go in first' : blocking.state}.`)
}

const stopping: readonly TrainMate['state'][] = ['failed', 'errored', 'indeterminate', 'rejected', 'withdrawn', 'absent']

/** What has begun was judged when it did. Anything else without a word on its train stays where it is. */
function evaluateUntold({ status }: Promotion): GateStatus {
  return status.state === 'pending'
    ? gate('closed', 'Nothing is known of the train that it travels with.')
    : gate('open', 'It was its turn when the work began.')
}

/** Nothing of a train goes in while somebody has still to decide on any of it: half of it alone is what nobody approved. */
function evaluateDeparture({ after }: TrainStanding): GateStatus {
  const undecided = after.filter((mate) => mate.state === 'pending' && mate.awaits.length > 0)
  if (undecided.length === 0) return gate('open', 'It is the first of its train, and all of that is decided on.')
  const reasons = undecided.map((mate) => ({
    subject: `${mate.solution} ${mate.version}`,
    message: `Waits for: ${mate.awaits.join(', ')}.`,
  }))
  return { ...gate('pending', 'It is the first of its train, which leaves when all of it is decided on.'), reasons }
}

function arrived(before: readonly TrainMate[]): GateStatus {
  return gate('open', `${before.map(({ solution, version }) => `${solution} ${version}`).join(', ')} arrived before it.`)
}

function gate(state: GateStatus['state'], message: string): GateStatus {
  const reason: Reason = { subject: gateName('train'), message }
  const next = state === 'pending' ? 'wait' : 'fix'
  return { kind: 'train', state, reasons: [reason], ...(state === 'open' ? {} : { next }) }
}

/** The no to deciding on one release of a train alone, or taking it back; undefined where the word is on that very train. */
export function refuseAlone(promotion: Promotion, trainId?: string): ReturnType<typeof refuse> | undefined {
  const { train } = promotion.request
  if (train === undefined || train.trainId === trainId) return undefined
  return refuse(
    'train.together',
    `${title(promotion)} travels with train ${train.trainId}, which is decided on, and taken back, as a whole.`,
    `Look at it with \`drover train show ${train.trainId}\`; decide with \`drover train approve\` or \`drover train reject\`, take it back with \`drover train withdraw\`.`,
  )
}

/** The way of a release that travels with others: what the highest tier among them asks is asked of each. */
export function onTrain(way: StageOnTheWay, train: Pick<TrainStanding, 'tier'> | undefined): StageOnTheWay {
  if (train === undefined || train.tier <= way.governed.tier) return way
  return { ...way, governed: { ...way.governed, tier: train.tier }, ownTier: way.governed.tier }
}
