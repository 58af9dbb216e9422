import type { ObservedComponent } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { ChangedComponent } from '#engine/ports'
import type { Reading } from './read-components.ts'

/** When each component was last changed, by the environment's own clock, and of which kinds that is known. */
export interface KnownChanges {
  /** The newest change that is known of; undefined when there is none. */
  readonly mark: Instant | undefined
  /** Changes from then on were asked for, with room for those that came late. */
  readonly since: Instant | undefined
  isTold(kind: string): boolean
  modifiedOf(component: Pick<ObservedComponent, 'kind' | 'id'>): NonNullable<ObservedComponent['modified']> | undefined
  /** Whether what is read now holds every change that bears this time: times come in whole seconds. */
  isSettled(at: Instant): boolean
}

/**
 * A change shows when its transaction ends and bears the time at which it was made; an import takes up to two hours. So changes are asked for
 * from that long before the newest known one. Only times of the environment are compared with each other, whatever our clock says.
 */
const lateMs = 7_200_000
/** Servers of one environment may disagree by seconds (ours, unverified). */
const settledMs = 10_000
const ever = toId<Instant>('1900-01-01T00:00:00Z')
const partKey = 'changes'

/** One part, so that the newest time and what is known up to it are always of the same reading. */
interface Kept {
  readonly mark: Instant | undefined
  /** By our clock; only how long ago that is counts. */
  readonly markSeenAt: Instant
  readonly kinds: readonly string[]
  /** `kind/id` → when, by whom. */
  readonly entries: Readonly<Record<string, readonly [Instant, string | null]>>
}

/**
 * Asks what changed since the last reading. Everything is asked anew when a kind can be asked that could not be before, and when the newest
 * known change is no longer there: then time went back in the environment (it was restored), or a layer went that nobody tells about.
 */
export async function refreshChanges(reading: Reading): Promise<KnownChanges> {
  const { deps, lane } = reading
  const [part] = await deps.observations.findParts(lane, [partKey])
  // Written by this function only.
  const before = part?.content as Kept | undefined
  const since = before?.mark === undefined ? undefined : earlier(before.mark, lateMs)
  const first = await ask(reading, since ?? ever)
  const isWhole = since === undefined || before === undefined || !continues(before, first)
  const answer = isWhole && since !== undefined ? await ask(reading, ever) : first
  const entries = isWhole ? entriesOf(answer.changed) : merge(before, since, answer.changed)
  const mark = newest(Object.values(entries).map(([at]) => at))
  const now = deps.clock.now()
  const kept: Kept = {
    mark,
    markSeenAt: before !== undefined && mark === before.mark ? before.markSeenAt : now,
    kinds: answer.kinds,
    entries,
  }
  await deps.observations.saveParts(lane, [{ key: partKey, stamp: '', readAt: now, content: kept }])
  return knowing(kept, () => deps.clock.now())
}

async function ask(reading: Reading, since: Instant): ReturnType<Reading['target']['fetchChanged']> {
  const answer = await reading.target.fetchChanged(since)
  reading.noteUnseen(answer.unseen)
  return answer
}

function continues(before: Kept, answer: { readonly changed: readonly ChangedComponent[]; readonly kinds: readonly string[] }): boolean {
  const kinds = new Set(before.kinds)
  if (answer.kinds.some((kind) => !kinds.has(kind))) return false
  return answer.changed.some(({ modified }) => modified.at === before.mark)
}

function entriesOf(changed: readonly ChangedComponent[]): Kept['entries'] {
  return Object.fromEntries(changed.map(({ kind, id, modified }) => [`${kind}/${id}`, [modified.at, modified.by ?? null] as const]))
}

/** What lies in the time that was asked about and was not told again is gone, or went back to what it was before. */
function merge(before: Kept, since: Instant, changed: readonly ChangedComponent[]): Kept['entries'] {
  const older = Object.entries(before.entries).filter(([, [at]]) => Date.parse(at) < Date.parse(since))
  return { ...Object.fromEntries(older), ...entriesOf(changed) }
}

function knowing(kept: Kept, now: () => Instant): KnownChanges {
  const kinds = new Set(kept.kinds)
  const isMarkOld = () => Date.parse(now()) - Date.parse(kept.markSeenAt) >= settledMs
  return {
    mark: kept.mark,
    since: kept.mark && earlier(kept.mark, lateMs),
    isTold: (kind) => kinds.has(kind),
    modifiedOf: ({ kind, id }) => {
      const entry = kept.entries[`${kind}/${id}`]
      return entry && { at: entry[0], by: entry[1] ?? undefined }
    },
    isSettled: (at) => isMarkOld() || (kept.mark !== undefined && Date.parse(at) + settledMs <= Date.parse(kept.mark)),
  }
}

function newest(times: readonly Instant[]): Instant | undefined {
  return times.reduce<Instant | undefined>((best, at) => (best === undefined || Date.parse(at) > Date.parse(best) ? at : best), undefined)
}

function earlier(at: Instant, ms: number): Instant {
  return toId<Instant>(new Date(Date.parse(at) - ms).toISOString())
}
