import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { peopleIn } from '#domain/people'
import type { PeopleGateKind } from '#domain/pipeline'
import type { TrainStep } from '#domain/recovery'
import type { DecidingPlace } from '#domain/promotion'
import { mayHaveChanged } from '#domain/promotion'
import { planTrainRecovery } from '#domain/recovery'
import type { Train } from '#domain/train'
import { decideTrainWithdrawal, findStop, findTrainPlaces, isUnderWay, trainTitle } from '#domain/train'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import { resumePromotion } from '../promotion/decide.ts'
import { loadPromotion } from '../queries/promotions.ts'
import type { DecideTrain } from './decide-on-train.ts'
import { applyDecisions, bindingOf, decideOnTrain, loadMembers } from './decide-on-train.ts'
import type { RequestTrain } from './request-train.ts'
import { requestTrain } from './request-train.ts'
import { appendDecided, requireTrainStream } from './stream.ts'

/** A train with its promotions as they stand now. */
export interface TrainView {
  readonly train: Train
  /** Hash over what its promotions are bound to now: what a decision names as seen. */
  readonly binding: string
  /** In their order; those that could not be written are not among them. */
  readonly promotions: readonly PromotionView[]
  /** The gates on which the asking person may decide now. */
  readonly mayDecide: readonly PeopleGateKind[]
  /** The places in which they may: their own, and those that they take. */
  readonly places: readonly DecidingPlace[]
  /** The way back, once something of it is in and it does not go on by itself; empty before. */
  readonly wayBack: readonly TrainStep[]
}

interface TrainCommand {
  readonly trainId: string
  readonly reason: string
  readonly actor: PersonId
}

/** What can be done with several releases that travel together. */
export interface TrainCommands {
  requestTrain(command: RequestTrain): Promise<Result<TrainView>>
  decideTrain(command: DecideTrain): Promise<Result<TrainView>>
  /** Withdraws what has not gone in; what has stays. */
  withdrawTrain(command: TrainCommand): Promise<Result<TrainView>>
  /** Has the promotion tried again that holds the others. */
  resumeTrain(command: TrainCommand): Promise<Result<TrainView>>
  loadTrain(trainId: string, viewer: PersonId | undefined): Promise<Result<TrainView>>
  /** Newest first. */
  listTrains(): Promise<readonly Train[]>
}

export function createTrainCommands(deps: EngineDependencies): TrainCommands {
  return {
    async requestTrain(command) {
      const requested = await requestTrain(deps, command)
      return requested.ok ? view(deps, requested.value, command.actor) : requested
    },
    async decideTrain(command) {
      const decided = await decideOnTrain(deps, command)
      return decided.ok ? view(deps, command.trainId, command.actor) : decided
    },
    withdrawTrain: (command) => withdraw(deps, command),
    resumeTrain: (command) => resume(deps, command),
    loadTrain: (trainId, viewer) => view(deps, trainId, viewer),
    listTrains: () => deps.readModel.list<Train>('train'),
  }
}

async function withdraw(deps: EngineDependencies, { trainId, reason, actor }: TrainCommand): Promise<Result<TrainView>> {
  for (;;) {
    const stream = await requireTrainStream(deps.ledger, trainId)
    if (!stream.ok) return stream
    const { train } = stream.value
    const configuration = (await loadConfiguration(deps))?.configuration
    const people = configuration === undefined ? [] : peopleIn(configuration, { environment: train.environmentId })
    const promotions = (await loadMembers(deps, train)).map(({ promotion }) => promotion)
    const decision = decideTrainWithdrawal(train, promotions, { actor, people, reason })
    if (!decision.ok) return decision
    const events = [{ type: 'train-withdrawn', data: { by: actor, reason: reason.trim() } }] as const
    if (!(await appendDecided(deps.ledger, stream.value, { actor, events }))) continue
    await applyDecisions(deps, trainId)
    return view(deps, trainId, actor)
  }
}

async function resume(deps: EngineDependencies, { trainId, reason, actor }: TrainCommand): Promise<Result<TrainView>> {
  const stream = await requireTrainStream(deps.ledger, trainId)
  if (!stream.ok) return stream
  const { train } = stream.value
  const stopped = findStop((await loadMembers(deps, train)).map(({ promotion }) => promotion))
  if (stopped === undefined || !isUnderWay(train)) {
    const hint = `Look at it with \`drover train show ${trainId}\`.`
    return refuse('train.not-stopped', `Nothing of ${trainTitle(train)} went wrong that could be resumed.`, hint)
  }
  const resumed = await resumePromotion(deps, { promotionId: stopped.request.promotionId, reason, actor })
  return resumed.ok ? view(deps, trainId, actor) : resumed
}

async function view(deps: EngineDependencies, trainId: string, viewer: PersonId | undefined): Promise<Result<TrainView>> {
  const stream = await requireTrainStream(deps.ledger, trainId)
  if (!stream.ok) return stream
  const { train } = stream.value
  const members = await loadMembers(deps, train)
  const promotions: PromotionView[] = []
  for (const { promotionId } of train.members) {
    const promotion = await loadPromotion(deps, promotionId, viewer)
    if (promotion !== undefined) promotions.push(promotion)
  }
  const places = viewer === undefined ? [] : findTrainPlaces(train, members, { by: viewer, at: deps.clock.now() })
  return accept({
    train,
    binding: bindingOf(deps, members),
    promotions,
    mayDecide: [...new Set(places.map(({ gate }) => gate))],
    places,
    wayBack: wayBack(train, promotions),
  })
}

/** What is in has its way back told as soon as the train does not go on by itself, and afterwards. */
function wayBack(train: Train, views: readonly PromotionView[]): readonly TrainStep[] {
  const promotions = views.map(({ promotion }) => promotion)
  const isIn = promotions.some(({ status }) => status.state !== 'pending' && status.state !== 'withdrawn' && status.state !== 'rejected')
  const goesOn = isUnderWay(train) && findStop(promotions) === undefined
  if (!isIn || goesOn) return []
  return planTrainRecovery(
    promotions.map((promotion) => {
      const { promotionId, solution, version, recovery } = promotion.request
      const state = promotion.status.state
      return { promotionId, solution, version, recovery, trainId: train.trainId, state, mayBeIn: mayHaveChanged(promotion) }
    }),
  )
}
