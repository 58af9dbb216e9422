import type { ChangeWindow, Freeze, Weekday } from './change-window.ts'
import type { Configuration, Stage } from './pipeline.ts'
import type { Stretch } from './wall-clock.ts'
import { dayMs, minuteMs, readWallTime, stretchesBetween } from './wall-clock.ts'

/** When a stage takes promotions. */
export interface OpeningHours {
  /** IANA zone in which windows and freezes are meant. */
  readonly timeZone: string
  /** Undefined: at all times. */
  readonly windows: readonly ChangeWindow[] | undefined
  readonly freezes: readonly Freeze[]
}

export function openingHoursOf(
  { changeWindows, freezes }: Pick<Stage, 'changeWindows' | 'freezes'>,
  { timeZone }: Pick<Configuration, 'timeZone'>,
): OpeningHours {
  return { timeZone, windows: changeWindows, freezes: freezes ?? [] }
}

/** From the start on, until before the end; milliseconds of UTC. */
export interface Interval {
  readonly start: number
  readonly end: number
}

/** How a stage stands at an instant. */
export type Opening =
  /** `until` is undefined where no end is in sight. */
  | { readonly state: 'open'; readonly until: number | undefined; readonly endsWith: Freeze | undefined }
  /** `opensAt` is undefined where it does not open any more. */
  | { readonly state: 'closed'; readonly opensAt: number | undefined; readonly freezes: readonly Freeze[] }

/**
 * Whether a stage takes promotions at `now`. A window is open whenever the wall clock shows a time in it: in the hour that does not exist it is
 * not open, in the hour that comes twice it may be so twice. A freeze is one piece: it begins with the first minute that shows its start or a later
 * time, and ends after the last that shows an earlier time than its end.
 */
export function evaluateOpening(hours: OpeningHours, now: number): Opening {
  const freezes = hours.freezes.flatMap((freeze) => findFreeze(freeze, hours.timeZone))
  const current = freezes.filter((freeze) => isIn(freeze, now))
  const window = findWindow(hours, now)
  if (current.length > 0 || window === undefined || window.start > now) {
    return { state: 'closed', opensAt: findNextOpening(hours, freezes, now), freezes: current.map(({ freeze }) => freeze) }
  }
  const [ending] = freezes.filter(({ start }) => start > now && start < window.end).sort((a, b) => a.start - b.start)
  if (ending !== undefined) return { state: 'open', until: ending.start, endsWith: ending.freeze }
  return { state: 'open', until: Number.isFinite(window.end) ? window.end : undefined, endsWith: undefined }
}

/** The openings from `now` on, the present one first; at most `count`, and none that begins later than {@link farMs} from now. */
export function listOpenings(hours: OpeningHours, now: number, count: number): readonly Interval[] {
  const found: Interval[] = []
  for (let at: number | undefined = now; at !== undefined && found.length < count; ) {
    const opening = evaluateOpening(hours, at)
    if (opening.state === 'open') {
      found.push({ start: at, end: opening.until ?? Infinity })
      at = opening.until
    } else at = opening.opensAt !== undefined && opening.opensAt < now + farMs ? opening.opensAt : undefined
  }
  return found
}

/** What begins later than in ten years is told as never. */
const farMs = 3653 * dayMs

/** Windows come again every week; two of them in a row can fall into hours that do not exist. */
const lookMs = 22 * dayMs

function findNextOpening(hours: OpeningHours, freezes: readonly FrozenTime[], now: number): number | undefined {
  let at = now
  // Each round passes a freeze, so there are at most as many as freezes, and one.
  while (at < now + farMs) {
    const frozen = freezes.find((freeze) => isIn(freeze, at))
    const window = frozen === undefined ? findWindow(hours, at) : undefined
    if (frozen === undefined && window === undefined) return undefined
    const candidate = frozen?.end ?? Math.max(at, window?.start ?? at)
    if (frozen === undefined && !freezes.some((freeze) => isIn(freeze, candidate))) return candidate
    at = candidate
  }
  return undefined
}

function isIn({ start, end }: Interval, instant: number): boolean {
  return start <= instant && instant < end
}

/** The time in a window at `now`, or the next one; windows that touch are one. */
function findWindow({ windows, timeZone }: OpeningHours, now: number): Interval | undefined {
  if (windows === undefined) return { start: -Infinity, end: Infinity }
  const horizon = now + lookMs
  const pieces = stretchesBetween(timeZone, now - 2 * dayMs, horizon)
    .flatMap((stretch) => windows.flatMap((window) => openIn(stretch, window)))
    .sort((a, b) => a.start - b.start)
  let found: Interval | undefined
  for (const piece of pieces) {
    if (piece.end <= now) continue
    if (found === undefined) found = piece
    else if (piece.start > found.end) break
    else found = { start: found.start, end: Math.max(found.end, piece.end) }
  }
  // One that fills all that was looked at has no end: it is open the whole week.
  return found !== undefined && found.end >= horizon ? { ...found, end: Infinity } : found
}

const weekdays: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** When a window is open within a stretch. */
function openIn({ start, end, offset }: Stretch, { days, from, to }: ChangeWindow): readonly Interval[] {
  const [begins, ends] = [minutesOf(from) * minuteMs, minutesOf(to) * minuteMs]
  const length = ends > begins ? ends - begins : ends + dayMs - begins
  const found: Interval[] = []
  // A window that began on the day before may still be open.
  for (let day = Math.floor((start + offset) / dayMs) * dayMs - dayMs; day < end + offset; day += dayMs) {
    if (!days.includes(weekdays[new Date(day).getUTCDay()] ?? 'sun')) continue
    const piece = { start: Math.max(start, day + begins - offset), end: Math.min(end, day + begins + length - offset) }
    if (piece.start < piece.end) found.push(piece)
  }
  return found
}

/** Minutes since midnight of HH:MM. */
export function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}

interface FrozenTime extends Interval {
  readonly freeze: Freeze
}

function findFreeze(freeze: Freeze, timeZone: string): readonly FrozenTime[] {
  const [from, to] = [readWallTime(freeze.from), readWallTime(freeze.to)]
  if (from === undefined || to === undefined || from >= to) return []
  const [first] = stretchesBetween(timeZone, from - 2 * dayMs, from + 2 * dayMs)
    .map(({ start, end, offset }) => ({ at: Math.max(start, from - offset), end }))
    .filter(({ at, end }) => at < end)
  const last = stretchesBetween(timeZone, to - 2 * dayMs, to + 2 * dayMs).findLast(({ start, offset }) => start + offset < to)
  if (first === undefined || last === undefined) return []
  const end = Math.min(last.end, to - last.offset)
  return first.at < end ? [{ freeze, start: first.at, end }] : []
}
