import type { Instant, ReleaseId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { fillConfiguration } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { applyOverride } from '#domain/policy'
import type { Promotion, Replay, ReplaySums } from '#domain/promotion'
import { addReplay, noReplays, replayPromotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { LedgeredConfiguration } from '../directory/personal-details.ts'
import { joinDetails } from '../directory/personal-details.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionEntry } from '../summaries.ts'
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
export async function testPolicy(deps: EngineDependencies, { changes, since, after, limit }: PolicyTestCommand): Promise<PolicyTestPage> {
  const policy = applyOverride(deps.policy, changes)
  const page = await deps.readModel.listSummaries<PromotionEntry>('promotion', { limit, after })
  const history = createHistory(deps)
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
  const promotion = await deps.readModel.load<Promotion>('promotion', entry.promotionId)
  if (promotion === undefined) return undefined
  const configuration = await history.configurationAt(promotion.request.configurationVersion)
  const release = await history.releaseOf(promotion.request.releaseId)
  const then = applyOverride(deps.policy, configuration?.policy)
  const arrivedBefore = await findArrival(deps, entry)
  return replayPromotion({ promotion, release, configuration, policy: then, arrivedBefore }, policy, deps.conditions)
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
  configurationAt(version: number): Promise<Configuration | undefined>
  releaseOf(releaseId: ReleaseId): Promise<Release | undefined>
}

/** What neighbouring promotions share is read once; only the newest two of each are kept. */
function createHistory(deps: EngineDependencies): History {
  const configurations = new Map<number, Promise<Configuration | undefined>>()
  const releases = new Map<ReleaseId, Promise<Release | undefined>>()
  return {
    configurationAt: (version) => remember(configurations, version, () => readConfiguration(deps, version)),
    releaseOf: (releaseId) => remember(releases, releaseId, () => deps.readModel.load<Release>('release', releaseId)),
  }
}

function remember<K, V>(known: Map<K, Promise<V>>, key: K, read: () => Promise<V>): Promise<V> {
  const before = known.get(key)
  if (before !== undefined) return before
  for (const old of known.size < 2 ? [] : [...known.keys()].slice(0, -1)) known.delete(old)
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
