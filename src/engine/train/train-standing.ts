import type { Configuration } from '#domain/pipeline'
import { gateName, isPeopleGateKind } from '#domain/pipeline'
import type { GateStatus, Promotion, PromotionRequest, TrainMate, TrainStanding } from '#domain/promotion'
import type { Tier } from '#domain/solution'
import type { Train, TrainMember } from '#domain/train'
import { isUnderWay } from '#domain/train'
import { tierInForce } from '#domain/tier'
import type { Clock, ReadModel } from '#engine/ports'
import { loadTierRecord } from '../governance/tier-stream.ts'
import type { TrainMatePlanned } from '../planning/forecast-release.ts'
import { loadTrainDocument } from './stream.ts'

type Reads = { readonly readModel: ReadModel }

/**
 * How a promotion stands in its train, as the ledger tells it now; undefined of one that travels alone. The first of a train also asks what people
 * have still to decide on the others: `judge` says how the gates of one of them stand.
 */
export async function loadTrainStanding(
  deps: Reads & { readonly clock: Clock },
  { request, status }: Promotion,
  { configuration, judge }: { readonly configuration: Configuration; readonly judge: (mate: Promotion) => Promise<readonly GateStatus[]> },
): Promise<TrainStanding | undefined> {
  if (request.train === undefined) return undefined
  const { trainId, position } = request.train
  const train = await loadTrainDocument(deps, trainId)
  if (train === undefined) return undefined
  const others = await loadOthers(deps, train, request)
  const isDeparting = position === 1 && status.state === 'pending'
  const mates = async (members: readonly TrainMember[]): Promise<readonly TrainMate[]> => {
    const told: TrainMate[] = []
    for (const { promotionId, solution, version } of members) {
      const mate = others.get(promotionId)
      const gates = isDeparting && mate?.status.state === 'pending' ? await judge(mate) : []
      told.push({ promotionId, solution, version, state: mate?.status.state ?? 'absent', awaits: gates.filter(isAwaited).map(nameOf) })
    }
    return told
  }
  return {
    ...{ trainId, position, tier: await highestTier(deps, train, configuration) },
    state: isUnderWay(train) ? (train.state === 'assembling' ? 'assembling' : 'complete') : 'ended',
    before: await mates(train.members.filter((member) => member.position < position)),
    after: await mates(train.members.filter((member) => member.position > position)),
  }
}

/** What only people bring about. What opens with time or by the train itself holds nobody else. */
function isAwaited({ kind, state }: GateStatus): boolean {
  return state !== 'open' && (kind === 'losses' || kind === 'preflight' || kind === 'in-force' || isPeopleGateKind(kind))
}

function nameOf({ kind }: GateStatus): string {
  return gateName(kind)
}

async function loadOthers(deps: Reads, { members }: Train, { promotionId }: PromotionRequest): Promise<ReadonlyMap<string, Promotion>> {
  const ids = members.map((member) => member.promotionId).filter((id) => id !== promotionId)
  const promotions = await deps.readModel.list<Promotion>('promotion', { ids })
  return new Map(promotions.map((promotion) => [promotion.request.promotionId, promotion]))
}

/** The highest tier among the solutions of a train by the configuration in force, or that one of them is held to. */
export async function highestTier(
  deps: Reads & { readonly clock: Clock },
  { members }: { readonly members: readonly { readonly solution: string }[] },
  configuration: Pick<Configuration, 'solutions'>,
): Promise<Tier> {
  let highest: Tier = 1
  const now = deps.clock.now()
  for (const { uniqueName, tier: configured } of configuration.solutions) {
    if (!members.some(({ solution }) => solution.toLowerCase() === uniqueName.toLowerCase())) continue
    const tier = tierInForce(await loadTierRecord(deps, uniqueName), { configured, now })
    if (tier > highest) highest = tier
  }
  return highest
}

/** What goes in before a promotion with the same train, arrived or not; undefined of one that travels alone. */
export async function loadMates(deps: Reads, request: PromotionRequest): Promise<readonly TrainMatePlanned[] | undefined> {
  if (request.train === undefined) return undefined
  const { trainId, position } = request.train
  const train = await loadTrainDocument(deps, trainId)
  if (train === undefined) return undefined
  const before = train.members.filter((member) => member.position < position)
  const others = await loadOthers(deps, train, request)
  return before.map(({ promotionId, releaseId, solution, version }) => ({
    ...{ uniqueName: solution, version, releaseId },
    hasArrived: others.get(promotionId)?.status.state === 'succeeded',
  }))
}
