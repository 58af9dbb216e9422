import { describe, expect, it } from 'vitest'
import { at, personId } from '../../../test/support/domain-builders.ts'
import { edited, facts, form, layer, observation, only, tweakOf } from '../../../test/support/drift-builders.ts'
import { toId } from '#domain/kernel'
import { assessDrift, isSameDrift } from './assess-drift.ts'

describe('a tweak', () => {
  const before = assessDrift(facts(observation([edited])))

  it('covers the change that was accepted, until it expires', () => {
    const tweaks = [tweakOf(before, {})]
    expect(only(assessDrift(facts(observation([edited]), { tweaks })))).toEqual(['tweak SystemForm:f1'])
    const later = assessDrift(facts(observation([edited]), { tweaks, now: at('2026-12-20T09:00:00Z') }))
    expect(later.deviations).toMatchObject([{ class: 'unregistered', reason: expect.stringContaining('2026-12-20') as string }])
  })

  it('does not cover the component once it is changed again', () => {
    const again = form('f1', [layer('Permits'), layer('Active', 'hand-2')])
    const assessment = assessDrift(facts(observation([again]), { tweaks: [tweakOf(before, {})] }))
    expect(assessment.deviations).toMatchObject([{ class: 'unregistered', reason: expect.stringContaining('changed again') as string }])
  })

  it('survives an upgrade that changes what lies below', () => {
    const upgraded = form('f1', [layer('Permits', 'shipped-2'), layer('Active', 'hand')])
    expect(only(assessDrift(facts(observation([upgraded]), { tweaks: [tweakOf(before, {})] })))).toEqual(['tweak SystemForm:f1'])
  })

  it('keeps the time since when a change has been there', () => {
    const next = assessDrift(facts(observation([edited], { observedAt: at('2026-11-25T08:00:00Z') }), { previous: before }))
    expect(next.deviations[0]?.since).toBe(before.deviations[0]?.since)
    expect(isSameDrift(before, next)).toBe(true)
  })

  it('is by design when the deployed release carries it, and a deviation again when it changes again', () => {
    const digest = before.deviations[0]?.digest ?? ''
    const released = {
      kind: 'adopt',
      state: 'released',
      solution: 'Permits',
      workId: 'w-1',
      branch: 'b',
      note: '',
      by: personId('olga'),
      digest,
    } as const
    const dispositions = { 'SystemForm:f1': released }
    expect(assessDrift(facts(observation([edited]), { dispositions })).deviations).toEqual([])
    const again = form('f1', [layer('Permits'), layer('Active', 'hand-2')])
    expect(only(assessDrift(facts(observation([again]), { dispositions })))).toEqual(['unregistered SystemForm:f1'])
  })
})

describe('a layer that is left over from an adopted change', () => {
  const adopted = {
    kind: 'adopt',
    state: 'released',
    by: personId('ada'),
    note: '',
    workId: 'w1',
    branch: 'b',
    solution: 'Permits',
    judgedBy: toId<never>('r-1'),
  } as const
  const digest = assessDrift(facts(observation([edited]))).deviations[0]?.digest ?? ''
  const disposition = { ...adopted, digest }
  const asked = { kind: 'revert', state: 'proposed', by: personId('ada'), note: '', digest, after: disposition } as const

  it('is no deviation, and is named since it would hide the next release', () => {
    const { deviations, leftovers } = assessDrift(facts(observation([edited]), { dispositions: { 'SystemForm:f1': disposition } }))
    expect([deviations, leftovers?.map(({ id, class: kind }) => [id, kind])]).toEqual([[], [['SystemForm:f1', 'by-design']]])
  })

  it('stays what it is while its revert is asked for, until another release is deployed', () => {
    const dispositions = { 'SystemForm:f1': asked }
    expect(assessDrift(facts(observation([edited]), { dispositions })).deviations).toEqual([])
    const deployments = facts(observation([])).deployments.map((each) => ({ ...each, releaseId: toId<never>('r-2') }))
    expect(only(assessDrift(facts(observation([edited]), { dispositions, deployments })))).toEqual(['unregistered SystemForm:f1'])
  })
})
