import type { Scalar } from './compare.ts'

/** A period of time in milliseconds, without its end. */
export interface Period {
  readonly from: number
  readonly to: number
}

export interface DateOperator {
  readonly arity: 'none' | 'one'
  range(now: Date, argument: Scalar): Period
}

type Unit = 'hour' | 'day' | 'week' | 'month' | 'year'

/**
 * The operators of dates, in UTC with weeks that begin on Sunday: the service takes the user's zone and the organisation's first day of
 * the week, which local environments do not have. Where "last x" begins and "next x" ends is unverified: whole days, and the present hour.
 */
export function datePeriod(name: string): DateOperator | undefined {
  return Object.hasOwn(fixed, name) ? fixed[name] : (countedPeriod(name) ?? calendarPeriod(name))
}

const day = (argument: Scalar): Date => startOf('day', new Date(String(argument)))
const endless = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

const fixed: Readonly<Record<string, DateOperator>> = {
  on: { arity: 'one', range: (_now, on) => between(day(on), shift('day', day(on), 1)) },
  'on-or-after': { arity: 'one', range: (_now, on) => ({ ...endless, from: day(on).getTime() }) },
  'on-or-before': { arity: 'one', range: (_now, on) => ({ ...endless, to: shift('day', day(on), 1).getTime() }) },
  today: { arity: 'none', range: (now) => whole('day', now, 0) },
  yesterday: { arity: 'none', range: (now) => whole('day', now, -1) },
  tomorrow: { arity: 'none', range: (now) => whole('day', now, 1) },
  'last-seven-days': { arity: 'none', range: (now) => between(shift('day', startOf('day', now), -7), now) },
  'next-seven-days': { arity: 'none', range: (now) => between(now, shift('day', startOf('day', now), 8)) },
}

// this-week, last-month, next-year …
function calendarPeriod(name: string): DateOperator | undefined {
  const match = /^(this|last|next)-(week|month|year)$/.exec(name)
  if (match === null) return undefined
  const by = { this: 0, last: -1, next: 1 }[match[1] as 'this' | 'last' | 'next']
  return { arity: 'none', range: (now) => whole(match[2] as Unit, now, by) }
}

// last-x-days, next-x-hours, olderthan-x-months …
function countedPeriod(name: string): DateOperator | undefined {
  const match = /^(last|next|olderthan)-x-(hour|day|week|month|year)s$/.exec(name)
  if (match === null) return undefined
  const unit = match[2] as Unit
  const base = (now: Date): Date => startOf(unit === 'hour' ? 'hour' : 'day', now)
  return {
    arity: 'one',
    range(now, count) {
      const by = Number(count)
      if (match[1] === 'olderthan') return { ...endless, to: shift(unit, base(now), -by).getTime() }
      if (match[1] === 'last') return between(shift(unit, base(now), -by), now)
      return between(now, shift(unit === 'hour' ? 'hour' : 'day', shift(unit, base(now), by), 1))
    },
  }
}

function whole(unit: Unit, now: Date, by: number): Period {
  const from = shift(unit, startOf(unit, now), by)
  return between(from, shift(unit, from, 1))
}

function between(from: Date, to: Date): Period {
  return { from: from.getTime(), to: to.getTime() }
}

function startOf(unit: Unit, at: Date): Date {
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  switch (unit) {
    case 'hour':
      return new Date(Date.UTC(year, month, date, at.getUTCHours()))
    case 'day':
      return new Date(Date.UTC(year, month, date))
    case 'week':
      return new Date(Date.UTC(year, month, date - at.getUTCDay()))
    case 'month':
      return new Date(Date.UTC(year, month))
    case 'year':
      return new Date(Date.UTC(year, 0))
  }
}

function shift(unit: Unit, at: Date, by: number): Date {
  const moved = new Date(at)
  if (unit === 'hour') moved.setUTCHours(moved.getUTCHours() + by)
  if (unit === 'day') moved.setUTCDate(moved.getUTCDate() + by)
  if (unit === 'week') moved.setUTCDate(moved.getUTCDate() + 7 * by)
  if (unit === 'month') moved.setUTCMonth(moved.getUTCMonth() + by)
  if (unit === 'year') moved.setUTCFullYear(moved.getUTCFullYear() + by)
  return moved
}
