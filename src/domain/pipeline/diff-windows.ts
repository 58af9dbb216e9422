import type { ChangeWindow, Freeze, Weekday } from './change-window.ts'
import type { ConfigurationChange } from './configuration-change.ts'
import { change, differs } from './configuration-change.ts'
import { minutesOf } from './evaluate-opening.ts'
import type { Stage } from './pipeline.ts'

type Times = Pick<Stage, 'changeWindows' | 'freezes'>

/**
 * What changes in when a stage takes promotions. Before a pet two people let more time in: one alone could otherwise open a window for what they
 * want to bring through it. Less time is one admin's word, and so is the end of a freeze that is over: it takes nothing any more.
 */
export function diffWindows(
  of: {
    readonly subject: string
    readonly isIntoPet: boolean
    /** What the wall clock shows, as freezes are written; undefined where nobody knows: then nothing is over. */
    readonly wallTime: string | undefined
  },
  before: Times,
  after: Times,
): ConfigurationChange[] {
  const { subject, isIntoPet, wallTime } = of
  const isOver = ({ to }: Freeze): boolean => wallTime !== undefined && to <= wallTime
  const authority = (isTighter: boolean) => (isIntoPet && !isTighter ? 'two-people' : 'platform-admin')
  const names = [...new Set([...(before.freezes ?? []), ...(after.freezes ?? [])].map(({ name }) => name))]
  return [
    ...differs(before.changeWindows, after.changeWindows, () =>
      change(
        subject,
        `Takes promotions ${describeWindows(after.changeWindows)}; before: ${describeWindows(before.changeWindows)}.`,
        authority(isWithin(after.changeWindows, before.changeWindows)),
      ),
    ),
    ...names.flatMap((name) => {
      const [was, is] = [before, after].map(({ freezes }) => freezes?.find((freeze) => freeze.name === name))
      return differs(was, is, () => {
        const isTighter = was === undefined || isOver(was) || isFrozenBy(was, after.freezes ?? [])
        return change(`freeze ${name} of ${subject}`, describeFreeze(was, is), authority(isTighter))
      })
    }),
  ]
}

function describeWindows(windows: readonly ChangeWindow[] | undefined): string {
  if (windows === undefined) return 'at all times'
  return windows.map(({ days, from, to }) => `${days.join(', ')} ${from}–${to}`).join('; ')
}

function describeFreeze(was: Freeze | undefined, is: Freeze | undefined): string {
  if (is === undefined) return 'Removed.'
  const times = `from ${is.from} to ${is.to}: ${is.reason}`
  if (was === undefined) return `Added, ${times}`
  return `Is now ${times}; before: from ${was.from} to ${was.to}.`
}

/** Whether every minute of the week that is open by `inner` is open by `outer` too. */
function isWithin(inner: readonly ChangeWindow[] | undefined, outer: readonly ChangeWindow[] | undefined): boolean {
  if (outer === undefined) return true
  const open = openMinutes(outer)
  return [...openMinutes(inner ?? [{ days: week, from: '00:00', to: '24:00' }])].every((minute) => open.has(minute))
}

const week: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const minutesOfDay = 24 * 60

/** Minutes since Monday, 00:00; a window over the end of the week goes on at its beginning. */
function openMinutes(windows: readonly ChangeWindow[]): ReadonlySet<number> {
  const open = new Set<number>()
  for (const { days, from, to } of windows) {
    const [begins, ends] = [minutesOf(from), minutesOf(to)]
    const length = ends > begins ? ends - begins : ends + minutesOfDay - begins
    for (const day of days) {
      const start = week.indexOf(day) * minutesOfDay + begins
      for (let minute = start; minute < start + length; minute++) open.add(minute % (week.length * minutesOfDay))
    }
  }
  return open
}

/** Whether all of a freeze's time is frozen by others; wall clock times in this form order as texts. */
function isFrozenBy({ from, to }: Freeze, others: readonly Freeze[]): boolean {
  let reached = from
  for (const other of [...others].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    if (other.from <= reached && other.to > reached) reached = other.to
  }
  return reached >= to
}
