import type { EnvironmentRecord } from '#domain/drift'
import type { Rehearsal } from '#domain/environment'
import type { Instant, PromotionId, ReleaseId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { fillConfiguration } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { applyOverride } from '#domain/policy'
import type { Promotion, Replay, ReplaySums } from '#domain/promotion'
import { addReplay, attemptsOf, noReplays, replayPromotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { LedgeredConfiguration } from '../directory/personal-details.ts'
import { joinDetails } from '../directory/personal-details.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { Page } from '#engine/ports'
import { loadConfiguration } from '../apply-configuration.ts'
import type { PromotionEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'
import type { PolicyTestCommand } from './policy-commands.ts'

/** One page of promotions under another policy. */
export interface PolicyTestPage {
  /** Version of the policy that they were replayed against. */
  readonly version: string
  /** Those that would not have gone as they went, or of which that cannot be told; newest first. */
  readonly promotions: readonly Replay[]
  /** Over all promotions of the page, also those that would have gone the same way. */
  readonly sums: ReplaySums
  /** Where the next page begins; undefined at the end. */
  readonly next: number | undefined
}

/** Each promotion is loaded, judged and let go, so that a ledger of any length takes the memory of one page. */
export async function testPolicy(
  deps: EngineDependencies,
  { changes, isWhole, since, after, limit }: PolicyTestCommand,
): Promise<PolicyTestPage> {
  const inForce = isWhole === true ? undefined : (await loadConfiguration(deps))?.configuration.policy
  const policy = applyOverride(applyOverride(deps.policy, inForce), changes)
  const page = await deps.readModel.listSummaries<PromotionEntry>('promotion', { limit, after })
  const history = createHistory(deps, after)
  const told: Replay[] = []
  let sums = noReplays
  for (const entry of page.rows) {
    if (since !== undefined && Date.parse(entry.requestedAt) < Date.parse(since)) continue
    const replayed = await replay(deps, history, { entry, policy })
    if (replayed === undefined) continue
    sums = addReplay(sums, replayed)
    if (replayed.outcome !== 'same' && replayed.outcome !== 'never-began') told.push(replayed)
  }
  // Newest first: once a page ends before `since`, all others do.
  const oldest = page.rows.at(-1)?.requestedAt
  const isDone = since !== undefined && oldest !== undefined && Date.parse(oldest) < Date.parse(since)
  return { version: policy.version, promotions: told, sums, next: isDone ? undefined : page.next }
}

async function replay(
  deps: EngineDependencies,
  history: History,
  { entry, policy }: { readonly entry: PromotionEntry; readonly policy: Policy },
): Promise<Replay | undefined> {
  const promotion = await history.promotionOf(entry.promotionId)
  if (promotion === undefined) return undefined
  const configuration = await history.configurationAt(promotion.request.configurationVersion)
  const release = await history.releaseOf(promotion.request.releaseId)
  const then = applyOverride(deps.policy, configuration?.policy)
  const arrivedBefore = await findArrival(deps, entry)
  const surroundings = { rehearsals: await history.rehearsalsAt(entry.lane), before: await history.before(entry, promotion) }
  return replayPromotion({ promotion, release, configuration, policy: then, arrivedBefore, ...surroundings }, policy, deps.conditions)
}

/** When the same bytes had succeeded somewhere else before it was asked for: the last time of those. */
async function findArrival({ readModel }: EngineDependencies, { digest, lane, requestedAt }: PromotionEntry): Promise<Instant | undefined> {
  const { rows } = await readModel.listSummaries<PromotionEntry>('promotion', { where: { digest, state: 'succeeded' } })
  const arrivals = rows.flatMap((row) =>
    row.lane !== lane && row.deployedAt !== undefined && row.deployedAt < requestedAt ? [row.deployedAt] : [],
  )
  const last = arrivals.sort().at(-1)
  return last === undefined ? undefined : toId<Instant>(last)
}

interface History {
  promotionOf(promotionId: PromotionId): Promise<Promotion | undefined>
  rehearsalsAt(lane: string | undefined): Promise<readonly Rehearsal[] | undefined>
  /** What had gone in before it in the same place; undefined: nothing; null: that is not told. */
  before(entry: PromotionEntry, promotion: Promotion): Promise<Promotion | undefined | null>
  configurationAt(version: number): Promise<Configuration | undefined>
  releaseOf(releaseId: ReleaseId): Promise<Release | undefined>
}

/** What neighbouring promotions share is read once; only the newest few of each are kept. */
function createHistory(deps: EngineDependencies, after: number | undefined): History {
  const configurations = new Map<number, Promise<Configuration | undefined>>()
  const releases = new Map<ReleaseId, Promise<Release | undefined>>()
  const promotions = new Map<PromotionId, Promise<Promotion | undefined>>()
  const rehearsals = new Map<string, Promise<readonly Rehearsal[] | undefined>>()
  const arrivals = new Map<string, Promise<Page<PromotionEntry>>>()
  const promotionOf = (promotionId: PromotionId) =>
    remember(promotions, promotionId, () => deps.readModel.load<Promotion>('promotion', promotionId))
  return {
    promotionOf,
    rehearsalsAt: async (lane) => (lane === undefined ? undefined : remember(rehearsals, lane, () => readRehearsals(deps, lane))),
    before: async ({ lane, solution }, promotion) => {
      const begunAt = attemptsOf(promotion)[0]?.startedAt
      if (lane === undefined || begunAt === undefined) return null
      const where = { lane, solutionKey: solutionKey(solution), state: 'succeeded' }
      const page = await remember(arrivals, `${lane} ${where.solutionKey}`, () =>
        deps.readModel.listSummaries<PromotionEntry>('promotion', { where, limit: arrivalsRead, after }),
      )
      const found = page.rows.find(({ deployedAt }) => deployedAt !== undefined && Date.parse(deployedAt) < Date.parse(begunAt))
      if (found === undefined) return page.next === undefined ? undefined : null
      return (await promotionOf(found.promotionId)) ?? null
    },
    configurationAt: (version) => remember(configurations, version, () => readConfiguration(deps, version)),
    releaseOf: (releaseId) => remember(releases, releaseId, () => deps.readModel.load<Release>('release', releaseId)),
  }
}

/** Of one place and solution; more than stand on a page, so that what went in before the last of them is among them. */
const arrivalsRead = 400
const remembered = 16

async function readRehearsals({ readModel }: EngineDependencies, lane: string): Promise<readonly Rehearsal[]> {
  return (await readModel.load<EnvironmentRecord>('environment', lane))?.rehearsals ?? []
}

function remember<K, V>(known: Map<K, Promise<V>>, key: K, read: () => Promise<V>): Promise<V> {
  const before = known.get(key)
  if (before !== undefined) return before
  const [oldest] = known.keys()
  if (oldest !== undefined && known.size >= remembered) known.delete(oldest)
  const value = read()
  known.set(key, value)
  return value
}

/** The version that the ledger holds at this place, with the people who were declared then. */
async function readConfiguration(deps: EngineDependencies, version: number): Promise<Configuration | undefined> {
  const [event] = await deps.ledger.readAll(version - 1, 1)
  if (event?.sequence !== version || event.type !== 'configuration-applied') return undefined
  const { configuration } = event.data as { readonly configuration: LedgeredConfiguration } // what events of this type hold
  return joinDetails(deps, fillConfiguration(configuration))
}
