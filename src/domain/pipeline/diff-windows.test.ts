import { describe, expect, it } from 'vitest'
import { at, buildConfiguration } from '../../../test/support/domain-builders.ts'
import type { ChangeWindow, Freeze } from './change-window.ts'
import { diffConfigurations } from './diff-configurations.ts'
import { evaluateTopology } from './evaluate-topology.ts'
import type { Configuration, Stage } from './pipeline.ts'

type Times = Pick<Stage, 'changeWindows' | 'freezes'>

function withTimes(stageId: string, times: Times, changes: Partial<Configuration> = {}): Configuration {
  const base = buildConfiguration()
  const pipelines = base.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: pipeline.stages.map((stage) => (stage.id === stageId ? { ...stage, ...times } : stage)),
  }))
  return { ...base, pipelines, ...changes }
}

function authorityOf(stageId: string, before: Times, after: Times): string | undefined {
  const changes = diffConfigurations(withTimes(stageId, before), withTimes(stageId, after))
  return changes.find(({ authority }) => authority === 'two-people')?.authority ?? changes[0]?.authority
}

const nightly: ChangeWindow = { days: ['mon', 'tue', 'wed', 'thu'], from: '20:00', to: '04:00' }
const evening: ChangeWindow = { days: ['tue'], from: '20:00', to: '22:00' }
const yearEnd: Freeze = { name: 'year end', from: '2026-12-20T00:00', to: '2027-01-04T00:00', reason: 'books close' }

describe('a change of when a stage before a pet takes promotions', () => {
  it.each<[string, Times, Times]>([
    ['a window where there was none', {}, { changeWindows: [nightly] }],
    ['a narrower window', { changeWindows: [nightly] }, { changeWindows: [evening] }],
    [
      'its part over midnight, on the next day',
      { changeWindows: [nightly] },
      { changeWindows: [{ days: ['fri'], from: '00:00', to: '04:00' }] },
    ],
    ['a freeze', {}, { freezes: [yearEnd] }],
    ['a longer freeze', { freezes: [yearEnd] }, { freezes: [{ ...yearEnd, to: '2027-01-10T00:00' }] }],
    [
      'a freeze in two parts that touch',
      { freezes: [yearEnd] },
      {
        freezes: [
          { ...yearEnd, to: '2027-01-01T00:00' },
          { ...yearEnd, name: 'new year', from: '2027-01-01T00:00' },
        ],
      },
    ],
  ])('is the word of one admin where it takes less: %s', (_what, before, after) => {
    expect(authorityOf('to-prod', before, after)).toBe('platform-admin')
  })

  it.each<[string, Times, Times]>([
    ['no windows any more', { changeWindows: [nightly] }, {}],
    ['a wider window', { changeWindows: [evening] }, { changeWindows: [nightly] }],
    ['a later window', { changeWindows: [evening] }, { changeWindows: [{ ...evening, from: '21:00', to: '23:00' }] }],
    ['no freeze any more', { freezes: [yearEnd] }, {}],
    [
      'a freeze with a gap',
      { freezes: [yearEnd] },
      {
        freezes: [
          { ...yearEnd, to: '2027-01-01T00:00' },
          { ...yearEnd, name: 'new year', from: '2027-01-02T00:00' },
        ],
      },
    ],
  ])('needs two people where it takes more: %s', (_what, before, after) => {
    expect(authorityOf('to-prod', before, after)).toBe('two-people')
    expect(authorityOf('to-test', before, after), 'before cattle one is enough').toBe('platform-admin')
  })

  it('is the word of one admin where a freeze is over, by the wall clock of its zone and not before', () => {
    const remove = (now: string, zones: readonly [string, string] = ['Pacific/Auckland', 'Pacific/Auckland']) =>
      diffConfigurations(
        withTimes('to-prod', { freezes: [yearEnd] }, { timeZone: zones[0] }),
        withTimes('to-prod', {}, { timeZone: zones[1] }),
        at(now),
      ).find(({ subject }) => subject.startsWith('freeze'))?.authority
    // Midnight of Auckland is 11:00 of the day before in UTC.
    expect(remove('2027-01-03T10:59:59Z')).toBe('two-people')
    expect(remove('2027-01-03T11:00:00Z')).toBe('platform-admin')
    expect(remove('2027-01-03T11:00:00Z', ['Europe/Berlin', 'Pacific/Auckland']), 'a zone ahead ends nothing').toBe('two-people')
  })

  it('tells both in plain words', () => {
    const changes = diffConfigurations(withTimes('to-prod', { changeWindows: [nightly] }), withTimes('to-prod', { freezes: [yearEnd] }))
    expect(changes.map(({ subject, text }) => `${subject}: ${text}`)).toEqual([
      'stage Production of pipeline main: Takes promotions at all times; before: mon, tue, wed, thu 20:00–04:00.',
      'freeze year end of stage Production of pipeline main: Added, from 2026-12-20T00:00 to 2027-01-04T00:00: books close',
    ])
  })

  it('needs two people where another zone moves all windows', () => {
    const before = withTimes('to-prod', { changeWindows: [nightly] })
    expect(diffConfigurations(before, { ...before, timeZone: 'Asia/Tokyo' })).toMatchObject([{ authority: 'two-people' }])
  })
})

describe('windows and freezes that no clock can follow', () => {
  it.each<[string, Times, string]>([
    ['no days', { changeWindows: [{ ...evening, days: [] }] }, 'changeWindows 0 days'],
    ['no windows in the list', { changeWindows: [] }, 'changeWindows'],
    ['from and to are the same', { changeWindows: [{ ...evening, to: '20:00' }] }, 'changeWindows 0 to'],
    ['a time that no clock shows', { changeWindows: [{ ...evening, from: '20:60' }] }, 'changeWindows 0 from'],
    ['a day twice', { changeWindows: [{ ...evening, days: ['tue', 'tue'] }] }, 'changeWindows 0 days 1'],
    ['a date that no calendar has', { freezes: [{ ...yearEnd, from: '2026-02-30T00:00' }] }, 'freezes 0 from'],
    ['an end before the start', { freezes: [{ ...yearEnd, to: '2026-12-19T00:00' }] }, 'freezes 0 to'],
    ['two freezes of one name', { freezes: [yearEnd, yearEnd] }, 'freezes 1 name'],
  ])('are not activated: %s', (_what, times, place) => {
    expect(evaluateTopology(withTimes('to-prod', times))).toEqual([
      { subject: `${place} of stage Production of pipeline main`, message: expect.stringMatching(/^PIP-24: /) as string },
    ])
  })

  it('are taken where they can be followed', () => {
    expect(
      evaluateTopology(withTimes('to-prod', { changeWindows: [nightly, { ...evening, from: '00:00', to: '24:00' }], freezes: [yearEnd] })),
    ).toEqual([])
  })
})
