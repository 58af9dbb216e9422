import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChangeWindow, Freeze, Weekday } from './change-window.ts'
import type { OpeningHours } from './evaluate-opening.ts'
import { evaluateOpening, listOpenings } from './evaluate-opening.ts'
import { tellInstant } from './wall-clock.ts'

const days: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const everyDay = [...days]
const quarterMs = 15 * 60_000

/** The wall clock as a calendar of another locale prints it: YYYY-MM-DDTHH:MM. */
function read(timeZone: string, instant: number): string {
  return new Date(instant).toLocaleString('sv-SE', { timeZone }).slice(0, 16).replace(' ', 'T')
}

function weekdayOf(date: string): Weekday {
  return days[new Date(`${date}T12:00:00Z`).getUTCDay()] ?? 'sun'
}

function showsWindow({ days: on, from, to }: ChangeWindow, wall: string): boolean {
  const [date = '', time = ''] = wall.split('T')
  const eve = new Date(Date.parse(`${date}T12:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
  if (from < to) return on.includes(weekdayOf(date)) && from <= time && time < to
  return (on.includes(weekdayOf(date)) && from <= time) || (on.includes(weekdayOf(eve)) && time < to)
}

/** A freeze from the first quarter of an hour that shows its start or later, to the last that shows earlier than its end. */
function isFrozen({ from, to }: Freeze, timeZone: string, instant: number): boolean {
  const near = [...Array(25).keys()].map((quarters) => quarters * quarterMs)
  const hasBegun = near.some((ms) => from <= read(timeZone, instant - ms))
  const goesOn = near.some((ms) => read(timeZone, instant + ms) < to)
  return hasBegun && goesOn
}

function isOpen({ timeZone, windows, freezes }: OpeningHours, instant: number): boolean {
  const wall = read(timeZone, instant)
  return (windows ?? []).some((window) => showsWindow(window, wall)) && !freezes.some((freeze) => isFrozen(freeze, timeZone, instant))
}

/** Nights on which clocks change, and one on which they do not. */
const zones = [
  ['Europe/Zurich', '2026-03-29T01:00:00Z'],
  ['Europe/Zurich', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['America/St_Johns', '2026-03-08T05:30:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['Asia/Kathmandu', '2026-05-01T00:00:00Z'],
] as const

const clock = fc.nat({ max: 95 }).map((quarter) => {
  const hours = String(Math.floor(quarter / 4)).padStart(2, '0')
  return `${hours}:${String((quarter % 4) * 15).padStart(2, '0')}`
})
const anyWindow = fc
  .record({
    days: fc.uniqueArray(fc.constantFrom(...days), { minLength: 1, maxLength: 4 }),
    from: clock,
    to: fc.oneof(clock, fc.constant('24:00')),
  })
  .filter(({ from, to }) => from !== to)

const anyHours = fc.constantFrom(...zones).chain(([timeZone, change]) => {
  const near = fc.integer({ min: -200, max: 200 }).map((quarters) => Date.parse(change) + quarters * quarterMs)
  const anyFreeze = fc.tuple(near, fc.integer({ min: 1, max: 200 })).map(([start, quarters]): Freeze => {
    return { name: 'freeze', from: read(timeZone, start), to: read(timeZone, start + quarters * quarterMs), reason: 'test' }
  })
  return fc.record({
    now: near,
    hours: fc.record({
      timeZone: fc.constant(timeZone),
      windows: fc.array(anyWindow, { minLength: 1, maxLength: 3 }),
      freezes: fc.array(
        anyFreeze.filter(({ from, to }) => from < to),
        { maxLength: 2 },
      ),
    }),
  })
})

describe('the opening hours of a stage', () => {
  it('agree at any instant with what a wall clock shows, with a first opening and an end that are really the first', () => {
    fc.assert(
      fc.property(anyHours, ({ hours, now }) => {
        const opening = evaluateOpening(hours, now)
        expect(opening.state === 'open').toBe(isOpen(hours, now))
        const told = opening.state === 'open' ? opening.until : opening.opensAt
        const limit = now + 12 * 96 * quarterMs
        for (let at = now; at < Math.min(told ?? limit, limit); at += quarterMs)
          expect([at, isOpen(hours, at)]).toEqual([at, opening.state === 'open'])
        if (told !== undefined) expect(isOpen(hours, told)).toBe(opening.state !== 'open')
      }),
      { numRuns: 60 },
    )
  })

  it('list openings that follow one another, and between which the stage is closed', () => {
    fc.assert(
      fc.property(anyHours, ({ hours, now }) => {
        const openings = listOpenings(hours, now, 4)
        for (const [index, { start, end }] of openings.entries()) {
          expect(evaluateOpening(hours, start).state).toBe('open')
          if (Number.isFinite(end)) expect(evaluateOpening(hours, end).state).toBe('closed')
          expect(start).toBeGreaterThan(openings[index - 1]?.end ?? -1)
        }
      }),
      { numRuns: 60 },
    )
  })
})

const zurich = (windows: readonly ChangeWindow[] | undefined, ...freezes: Freeze[]): OpeningHours => ({
  timeZone: 'Europe/Zurich',
  windows,
  freezes,
})
const utc = (text: string): number => Date.parse(text)
const freeze = (from: string, to: string): Freeze => ({ name: 'year end', from, to, reason: 'books close' })

describe('a window', () => {
  it('over midnight belongs to the day on which it begins', () => {
    const hours = zurich([{ days: ['fri'], from: '22:00', to: '04:00' }])
    expect(evaluateOpening(hours, utc('2026-12-18T23:30:00Z'))).toMatchObject({ state: 'open', until: utc('2026-12-19T03:00:00Z') })
    expect(evaluateOpening(hours, utc('2026-12-18T02:00:00Z'))).toMatchObject({ state: 'closed', opensAt: utc('2026-12-18T21:00:00Z') })
  })

  it('in the hour that does not exist is not open on that night', () => {
    const hours = zurich([{ days: ['sun'], from: '02:00', to: '03:00' }])
    const next = evaluateOpening(hours, utc('2026-03-28T12:00:00Z'))
    expect(next).toMatchObject({ state: 'closed', opensAt: utc('2026-04-05T00:00:00Z') })
  })

  it('in the hour that comes twice is open twice', () => {
    const hours = zurich([{ days: ['sun'], from: '02:00', to: '02:30' }])
    expect(listOpenings(hours, utc('2026-10-25T00:00:00Z'), 2)).toEqual([
      { start: utc('2026-10-25T00:00:00Z'), end: utc('2026-10-25T00:30:00Z') },
      { start: utc('2026-10-25T01:00:00Z'), end: utc('2026-10-25T01:30:00Z') },
    ])
  })

  it('that fills the week, and none at all, have no end', () => {
    const always = { state: 'open', until: undefined, endsWith: undefined }
    expect(evaluateOpening(zurich([{ days: everyDay, from: '00:00', to: '24:00' }]), utc('2026-12-18T12:00:00Z'))).toEqual(always)
    expect(evaluateOpening(zurich(undefined), utc('2026-12-18T12:00:00Z'))).toEqual(always)
  })
})

describe('a freeze', () => {
  const nightly = [{ days: everyDay, from: '20:00', to: '23:00' }]

  it('inside a window ends it, and names itself', () => {
    const hours = zurich(nightly, freeze('2026-12-18T21:00', '2026-12-18T22:00'))
    expect(evaluateOpening(hours, utc('2026-12-18T19:30:00Z'))).toMatchObject({
      state: 'open',
      until: utc('2026-12-18T20:00:00Z'),
      endsWith: { name: 'year end' },
    })
    expect(evaluateOpening(hours, utc('2026-12-18T20:30:00Z'))).toMatchObject({
      state: 'closed',
      opensAt: utc('2026-12-18T21:00:00Z'),
      freezes: [{ name: 'year end' }],
    })
  })

  it('that overlaps another keeps the stage closed to the end of both', () => {
    const hours = zurich(undefined, freeze('2026-12-18T12:00', '2026-12-24T12:00'), freeze('2026-12-24T06:00', '2027-01-04T08:00'))
    expect(evaluateOpening(hours, utc('2026-12-20T12:00:00Z'))).toMatchObject({ state: 'closed', opensAt: utc('2027-01-04T07:00:00Z') })
  })

  it('that ends in the hour that comes twice ends in its second run, and one that begins in the hour that does not exist begins after it', () => {
    const back = zurich(undefined, freeze('2026-10-24T12:00', '2026-10-25T02:30'))
    expect(evaluateOpening(back, utc('2026-10-25T00:45:00Z'))).toMatchObject({ state: 'closed', opensAt: utc('2026-10-25T01:30:00Z') })
    const forth = zurich(undefined, freeze('2026-03-29T02:15', '2026-03-29T06:00'))
    expect(evaluateOpening(forth, utc('2026-03-29T00:30:00Z'))).toMatchObject({ state: 'open', until: utc('2026-03-29T01:00:00Z') })
  })

  it('for ever leaves a stage without any opening', () => {
    const hours = zurich(nightly, freeze('2026-01-01T00:00', '9999-12-31T23:59'))
    expect(evaluateOpening(hours, utc('2026-12-18T19:30:00Z'))).toMatchObject({ state: 'closed', opensAt: undefined })
    expect(listOpenings(hours, utc('2026-12-18T19:30:00Z'), 3)).toEqual([])
  })
})

describe('an instant in words', () => {
  it('is told by the local clock, and beyond doubt', () => {
    expect(tellInstant(utc('2026-10-25T01:30:00Z'), 'Europe/Zurich')).toBe('Sun 2026-10-25 02:30 Europe/Zurich (01:30 UTC)')
    expect(tellInstant(utc('2026-12-18T23:30:00Z'), 'Europe/Zurich')).toBe('Sat 2026-12-19 00:30 Europe/Zurich (2026-12-18 23:30 UTC)')
  })
})
