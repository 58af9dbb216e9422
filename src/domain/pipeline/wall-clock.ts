/**
 * Wall clocks of IANA zones. A stretch is a time in which the clock keeps one distance from UTC; within it, wall clock times are plain sums,
 * so that whoever asks about hours that do not exist, or come twice, has nothing special to do.
 */
export interface Stretch {
  /** Milliseconds of UTC; the start belongs to it, the end does not. */
  readonly start: number
  readonly end: number
  /** What is added to UTC to get the wall clock. */
  readonly offset: number
}

export const minuteMs = 60_000
export const dayMs = 24 * 60 * minuteMs

/** The stretches between two instants, in their order and without gaps. */
export function stretchesBetween(timeZone: string, start: number, end: number): readonly Stretch[] {
  const stretches: Stretch[] = []
  let begin = start
  let offset = offsetAt(timeZone, start)
  for (let seen = start; seen < end; ) {
    const next = Math.min(seen + dayMs, end)
    const after = offsetAt(timeZone, next)
    if (after !== offset) {
      const change = findChange(timeZone, seen, next)
      stretches.push({ start: begin, end: change, offset })
      begin = change
      // From the change on, and not from `next`: two changes may be within a day of each other.
      offset = offsetAt(timeZone, change)
      seen = change
      continue
    }
    seen = next
  }
  if (begin < end) stretches.push({ start: begin, end, offset })
  return stretches
}

/** The first millisecond with another offset than that at `from`; `to` has another one. Zones change on whole seconds. */
function findChange(timeZone: string, from: number, to: number): number {
  const offset = offsetAt(timeZone, from)
  let [same, other] = [Math.floor(from / 1000), Math.ceil(to / 1000)]
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2)
    if (offsetAt(timeZone, middle * 1000) === offset) same = middle
    else other = middle
  }
  return other * 1000
}

/** What the wall clock of a zone shows more than UTC, in milliseconds. */
export function offsetAt(timeZone: string, instant: number): number {
  const parts = new Map(
    formatterOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return wall - Math.floor(instant / 1000) * 1000
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Making one takes longer than all that is asked of it. */
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formatters.set(timeZone, made)
  return made
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const

/** "Fri 2026-12-18 18:00 Europe/Zurich (17:00 UTC)": the local time that people act by, and the one that cannot be mistaken. */
export function tellInstant(instant: number, timeZone: string): string {
  const wall = new Date(instant + offsetAt(timeZone, instant)).toISOString()
  const utc = new Date(instant).toISOString()
  const day = utc.slice(0, 10) === wall.slice(0, 10) ? '' : `${utc.slice(0, 10)} `
  return `${weekdays[new Date(wall).getUTCDay()]} ${wall.slice(0, 10)} ${wall.slice(11, 16)} ${timeZone} (${day}${utc.slice(11, 16)} UTC)`
}

/** A wall clock time (YYYY-MM-DDTHH:MM) as if it were one of UTC, in milliseconds; undefined where no calendar has it. */
export function readWallTime(text: string): number | undefined {
  const ms = Date.parse(`${text}:00Z`)
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 16) !== text ? undefined : ms
}
