import type { Instant, PersonId, PromotionId } from '#domain/kernel'
import type { Ledger, ReadModel } from '#engine/ports'
import type { PromotionEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'

/** What was judged of promotions that wait, by whom it was judged for; kept in memory, and never what a word itself is judged by. */
export type RememberedJudgements<T> = Map<PersonId, Remembered<T>>

interface Remembered<T> {
  /** Up to which entry of the ledger it holds. */
  readonly position: number
  /** {@link AskedAbout.rights} then. */
  readonly rights: string
  readonly judged: ReadonlyMap<PromotionId, Judged<T>>
}

interface Judged<T> {
  readonly at: number
  readonly value: T
}

interface AskedAbout {
  readonly viewer: PersonId
  readonly rows: readonly PromotionEntry[]
  /** Tells configurations and rights that hold at this moment from any others: they concern every promotion. */
  readonly rights: string
  readonly now: Instant
}

type Reads = { readonly ledger: Ledger; readonly readModel: ReadModel }

/** Ends of waivers and of decisions come by the clock, and lie hours away: ours, as late as a list may be with them. */
const heldForMs = 5 * 60_000
/** People who are remembered; whoever looked least lately is forgotten first. Ours: more than look at one page at the same time. */
const rememberedPeople = 100
/** More entries than this since the last look are not looked through: ours, what a busy minute writes. */
const entriesRead = 200

/** Judges those alone that may have changed for the viewer since they looked last. */
export async function judgeChanged<T>(
  deps: Reads,
  memory: RememberedJudgements<T>,
  { viewer, rows, rights, now }: AskedAbout,
  judge: (promotionId: PromotionId) => Promise<T>,
): Promise<readonly T[]> {
  const before = memory.get(viewer)
  // Read first: what is appended while others are judged is looked at the next time.
  const position = (await deps.ledger.readHead())?.sequence ?? 0
  const concerned = before?.rights === rights ? await findConcerned(deps, before.position) : everything
  const time = Date.parse(now)
  const judged = new Map<PromotionId, Judged<T>>()
  for (const row of rows) {
    const known = before?.judged.get(row.promotionId)
    const isFresh = known !== undefined && time >= known.at && time - known.at < heldForMs && !concerned(row)
    judged.set(row.promotionId, isFresh ? known : { at: time, value: await judge(row.promotionId) })
  }
  memory.delete(viewer)
  memory.set(viewer, { position, rights, judged })
  const [oldest] = memory.keys()
  if (memory.size > rememberedPeople && oldest !== undefined) memory.delete(oldest)
  return rows.flatMap(({ promotionId }) => {
    const one = judged.get(promotionId)
    return one === undefined ? [] : [one.value]
  })
}

type IsConcerned = (row: PromotionEntry) => boolean
const everything: IsConcerned = () => true

/** Entries about a promotion concern those of the same solution or place; entries of which that is not known concern all. */
async function findConcerned({ ledger, readModel }: Reads, after: number): Promise<IsConcerned> {
  const events = await ledger.readAll(after, entriesRead)
  if (events.length === entriesRead) return everything
  const [promotions, lanes, solutions] = [new Set<string>(), new Set<string>(), new Set<string>()]
  for (const { stream } of events) {
    const [room = '', id = ''] = [stream.slice(0, stream.indexOf('/')), stream.slice(stream.indexOf('/') + 1)]
    if (room === 'promotion') promotions.add(id)
    else if (room === 'environment') lanes.add(id)
    else if (room === 'solution') solutions.add(id)
    else if (!unrelated.includes(room)) return everything
  }
  if (promotions.size > 0) {
    const { rows } = await readModel.listSummaries<PromotionEntry>('promotion', { ids: [...promotions] })
    for (const { solution, lane } of rows) {
      solutions.add(solutionKey(solution))
      if (lane !== undefined) lanes.add(lane)
    }
  }
  return ({ promotionId, solution, lane = '' }) => promotions.has(promotionId) || lanes.has(lane) || solutions.has(solutionKey(solution))
}

/** Streams that say nothing of who may say what of a promotion that waits. */
const unrelated: readonly string[] = ['release', 'token', 'readiness', 'data', 'rescue']
