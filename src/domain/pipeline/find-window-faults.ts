import type { ChangeWindow, Freeze } from './change-window.ts'
import { minutesOf } from './evaluate-opening.ts'
import type { Stage } from './pipeline.ts'
import { readWallTime } from './wall-clock.ts'

/** What is wrong with the windows or freezes of a stage, and where in it. */
export interface WindowFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Windows and freezes that no clock or calendar can follow (PIP-24). */
export function findWindowFaults({ changeWindows, freezes }: Pick<Stage, 'changeWindows' | 'freezes'>): readonly WindowFault[] {
  const none = { path: ['changeWindows'], message: 'an empty list of windows would never open; leave it out, or name a freeze.' }
  return [
    ...(changeWindows?.length === 0 ? [none] : []),
    ...(changeWindows ?? []).flatMap((window, index) => within(['changeWindows', index], faultsOfWindow(window))),
    ...(freezes ?? []).flatMap((freeze, index) => within(['freezes', index], faultsOfFreeze(freeze))),
    ...findNamedTwice(freezes ?? []),
  ]
}

function within(path: readonly (string | number)[], faults: readonly WindowFault[]): readonly WindowFault[] {
  return faults.map((fault) => ({ ...fault, path: [...path, ...fault.path] }))
}

const clockForm = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/

function faultsOfWindow({ days, from, to }: ChangeWindow): readonly WindowFault[] {
  const faults: WindowFault[] = []
  if (days.length === 0) faults.push({ path: ['days'], message: 'a window is on one day at least.' })
  days.forEach((day, index) => {
    if (days.indexOf(day) !== index) faults.push({ path: ['days', index], message: `"${day}" is named twice.` })
  })
  for (const [name, time] of [['from', from] as const, ['to', to] as const]) {
    if (!clockForm.test(time))
      faults.push({ path: [name], message: 'no clock shows this time; write hours and minutes, for example 18:30.' })
  }
  if (from === '24:00')
    faults.push({ path: ['from'], message: 'a day that begins at its end is the next one; write 00:00 and the next day.' })
  // 24:00 and 00:00 are the same moment; from one to the other is a whole day, from 00:00 to 00:00 may be none.
  else if (minutesOf(from) === minutesOf(to))
    faults.push({ path: ['to'], message: 'a window ends at another time than it begins; a whole day is from 00:00 to 24:00.' })
  return faults
}

function faultsOfFreeze({ from, to }: Freeze): readonly WindowFault[] {
  const times = [['from', from] as const, ['to', to] as const]
  const faults = times
    .filter(([, time]) => (readWallTime(time) ?? -1) < 0)
    .map(([name]) => ({ path: [name], message: 'no calendar has this time; write one such as 2026-12-20T18:00.' }))
  if (faults.length > 0) return faults
  return from < to ? [] : [{ path: ['to'], message: 'a freeze ends after it begins.' }]
}

function findNamedTwice(freezes: readonly Freeze[]): readonly WindowFault[] {
  const names = freezes.map(({ name }) => name)
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: ['freezes', index, 'name'], message: `"${name}" is the name of another freeze of this stage.` }],
  )
}
