import { describe, expect, it } from 'vitest'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { at, buildPerson, personId } from '../../../test/support/domain-builders.ts'
import { buildSolution } from '../../../test/support/observation-builders.ts'
import type { BaselineFacts } from './decide-baseline.ts'
import { decideBaseline } from './decide-baseline.ts'
import type { Deviation, Tweak } from './drift.ts'
import type { EnvironmentEvent, EnvironmentRecord, NewEnvironmentEvent } from './environment-record.ts'
import { evolveEnvironment, unknownEnvironment } from './evolve-environment.ts'

const environmentId = toId<EnvironmentId>('prod')
const summary = { solutions: 1, components: 2, activeLayers: 1, unseen: 0 }

function fold(
  ...events: readonly (NewEnvironmentEvent | { readonly type: string; readonly data: object })[]
): EnvironmentRecord | undefined {
  return events.reduce<EnvironmentRecord | undefined>((record, event, index) => {
    const rest = { stream: 'environment/contoso.crm4.dynamics.com/sub', sequence: index + 1, streamVersion: index + 1, actor: 'olga' }
    // The fold takes whatever the stream holds.
    return evolveEnvironment(record, { ...event, ...rest, at: at('2026-11-21T12:00:00Z') } as unknown as EnvironmentEvent)
  }, undefined)
}

const observed: NewEnvironmentEvent = {
  type: 'environment-observed',
  data: { environmentId, digest: toId('sha256:1'), observedAt: at('2026-11-21T11:00:00Z'), summary },
}

function tweak(id: string): Tweak {
  return { id, deviation: 'SystemForm:f', digest: 'd' } as unknown as Tweak // the fold looks at its id alone
}

describe('what the ledger knows of an environment', () => {
  it('begins with the first event that names it, under the place that the stream names', () => {
    expect(fold(observed)).toMatchObject({ environmentId: 'prod', lane: 'contoso.crm4.dynamics.com/sub', observed: { digest: 'sha256:1' } })
    expect(fold({ type: 'tweak-ended', data: { tweakId: 't-1', why: 'It is over.' } })).toBeUndefined()
  })

  it('keeps tweaks that ended, newest first, and ends each once', () => {
    const registered = (id: string): NewEnvironmentEvent => ({ type: 'tweak-registered', data: { environmentId, tweak: tweak(id) } })
    const ended = (why: string): NewEnvironmentEvent => ({ type: 'tweak-ended', data: { tweakId: 't-1', why } })
    const record = fold(observed, registered('t-1'), registered('t-2'), ended('first'), ended('second'))
    expect(record?.tweaks.map(({ id, endedWhy }) => [id, endedWhy])).toEqual([
      ['t-2', undefined],
      ['t-1', 'first'],
    ])
  })

  it('is left alone by events that it does not know', () => {
    expect(fold(observed, { type: 'something-newer', data: { environmentId } })).toEqual(fold(observed))
  })
})

describe('a baseline', () => {
  const deviation = (id: string, kind: Deviation['class']) => ({ id, class: kind, digest: `digest of ${id}` }) as unknown as Deviation
  const record: EnvironmentRecord = {
    ...unknownEnvironment(environmentId, 'prod'),
    observed: { digest: toId('sha256:1'), at: at('2026-11-21T11:00:00Z'), summary },
    drift: {
      environmentId,
      observation: toId('sha256:1'),
      observedAt: at('2026-11-21T11:00:00Z'),
      deviations: [deviation('SystemForm:f', 'unregistered'), deviation('solution:Permits', 'broken')],
      byDesign: 0,
    },
  }
  const facts: BaselineFacts = {
    environment: { id: environmentId, name: 'Production', owner: personId('olga') },
    people: [buildPerson('olga', 'environment-owner'), buildPerson('pat', 'platform-admin'), buildPerson('maria', 'maker')],
    record,
    solutions: [buildSolution('Permits')],
    now: at('2026-11-21T12:00:00Z'),
    mostHours: 24,
  }
  const command = { actor: personId('olga'), comment: 'As handed over', seen: undefined }

  it('knows the deviations that were there, but never calls good what Drover deployed and is not as it was deployed', () => {
    expect(decideBaseline(facts, command)).toMatchObject({
      ok: true,
      value: { data: { baseline: { deviations: { 'SystemForm:f': 'digest of SystemForm:f' }, solutions: { Permits: '1.0.0.0' } } } },
    })
    const answer = decideBaseline(facts, command)
    expect(answer.ok && answer.value.type === 'baseline-accepted' && Object.keys(answer.value.data.baseline.deviations)).toEqual([
      'SystemForm:f',
    ])
  })

  it.each([
    ['of whoever does not answer for the environment', facts, { ...command, actor: personId('maria') }, 'baseline.not-responsible'],
    ['without a reason', facts, { ...command, comment: '  ' }, 'baseline.no-comment'],
    ['of what was never seen', { ...facts, record: undefined }, command, 'baseline.not-observed'],
    ['of what somebody did not look at', facts, { ...command, seen: toId<never>('sha256:0') }, 'baseline.moved-on'],
    ['of how it was the day before', { ...facts, now: at('2026-11-22T11:00:01Z') }, command, 'baseline.outdated'],
  ] as const)('is refused at the word %s', (_, given, asked, code) => {
    expect(decideBaseline(given, asked)).toMatchObject({ ok: false, refusal: { code } })
    expect(decideBaseline(given, { ...asked, actor: asked.actor === personId('olga') ? personId('pat') : asked.actor })).toMatchObject({
      ok: false,
      refusal: { code },
    })
  })
})
