import type { Sourced } from './sourced.ts'
import { ours } from './sourced.ts'

/** Which days are no working days beside Saturdays and Sundays, wherever working days are counted. */
export interface CalendarPolicy {
  /** Whose holidays count; empty: nobody's. */
  readonly region: Sourced<string>
  /** `<region> <date>` each, for example "DE-BY 2026-12-25". */
  readonly holidays: Sourced<readonly string[]>
}

export const shippedCalendar: CalendarPolicy = {
  region: ours('', 'ours: nobody can tell where a team works before it says so'),
  holidays: ours([], 'ours: none is shipped, since each land has its own; whoever adds some names the law or list that they are from'),
}

/** Dates of the region in force, from this day on, in order. */
export function holidaysFrom({ region, holidays }: CalendarPolicy, from: string): readonly string[] {
  const dates = holidays.value.flatMap((each) => {
    const [of, date = ''] = each.split(' ')
    return of === region.value && date >= from.slice(0, 10) ? [date] : []
  })
  return [...new Set(dates)].sort()
}

/** What is wrong with a list of holidays, in one sentence; undefined: nothing. */
export function findHolidayProblem(value: unknown): string | undefined {
  if (!Array.isArray(value)) return 'this must be a list.'
  const wrong = value.find((each) => typeof each !== 'string' || !isHoliday(each))
  if (wrong === undefined) return undefined
  return `${JSON.stringify(wrong)} is no holiday; write the region and the date, for example "DE-BY 2026-12-25".`
}

/** A date that no calendar has comes back as another one. */
function isHoliday(text: string): boolean {
  const [, date] = /^\S+ (\d{4}-\d\d-\d\d)$/.exec(text) ?? []
  const time = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(`${date}T`)
}
