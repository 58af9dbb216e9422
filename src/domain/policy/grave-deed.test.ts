import { describe, expect, it } from 'vitest'
import type { EnvironmentDeed, RestorePoint } from '#domain/environment'
import { buildConfiguration, buildEnvironment, personId } from '../../../test/support/domain-builders.ts'
import { at } from '../../../test/support/domain-builders.ts'
import type { GraveDeed } from './index.ts'
import { evaluateGraveDeed, shippedPolicy } from './index.ts'

const now = at('2026-11-22T10:00:00Z')

function point(rewindsTo: string, expiresAt = '2026-11-29T00:00:00Z'): RestorePoint {
  return { id: rewindsTo, label: 'by hand', rewindsTo: at(rewindsTo), expiresAt: at(expiresAt), why: '' }
}

const fresh = point('2026-11-22T09:30:00Z')

function evaluate(changes: Partial<GraveDeed> = {}) {
  return evaluateGraveDeed({
    environment: { ...buildEnvironment('prod', 'production', 'pet'), name: 'Production' },
    deed: 'uninstall',
    by: [personId('olga'), personId('ben')],
    typedName: 'Production',
    restorePoints: [fresh],
    people: buildConfiguration().people,
    policy: shippedPolicy.care,
    now,
    ...changes,
  })
}

function missing(changes: Partial<GraveDeed>): readonly string[] {
  const judged = evaluate(changes)
  return judged.ok ? [] : judged.refusal.reasons.map(({ message }) => message)
}

describe('an uninstall in a pet', () => {
  it('is let through by two people, the typed name and a fresh restore point', () => {
    expect(evaluate()).toEqual({ ok: true, value: { restorePoint: fresh } })
  })

  it('asks for a second person, however often the first says it, and for one who is declared', () => {
    expect(missing({ by: [personId('olga'), personId('olga')] })).toEqual([expect.stringContaining('It takes 2 people, and 1 said so')])
    expect(missing({ by: [personId('olga'), personId('nobody')] })).toEqual([expect.stringContaining('1 said so')])
  })

  it('asks for the very name', () => {
    expect(missing({ typedName: 'production' })).toEqual(['"production" was typed as its name; it is to be typed exactly.'])
    expect(missing({ typedName: '' })).toEqual(['Nothing was typed as its name; it is to be typed exactly.'])
  })

  it.each([
    ['none', []],
    ['one that is too old', [point('2026-11-22T08:59:59Z')]],
    ['one that lies further ahead than clocks differ', [point('2026-11-22T11:00:01Z')]],
    ['one that has expired', [point('2026-11-22T09:30:00Z', '2026-11-22T10:00:00Z')]],
  ])('asks for a fresh restore point where there is %s', (_, restorePoints) => {
    expect(missing({ restorePoints })).toEqual([expect.stringContaining('No restore point of it is younger than 60 minutes')])
  })

  it('names all that is missing at once', () => {
    expect(missing({ by: [], typedName: 'x', restorePoints: [] })).toHaveLength(3)
  })
})

describe('other deeds', () => {
  const deeds: readonly EnvironmentDeed[] = ['reset', 'delete', 'restore-over', 'copy-over', 'change-kind']

  it.each(deeds)('are never done to a pet, whoever wants them: %s', (deed) => {
    const judged = evaluate({ deed })
    expect(judged).toMatchObject({ ok: false, refusal: { code: 'PET-02', message: expect.stringContaining('is never') as string } })
  })

  it.each([...deeds, 'uninstall'] as const)('need nothing of this in cattle: %s', (deed) => {
    const environment = buildEnvironment('test', 'test', 'cattle')
    expect(evaluate({ environment, deed, by: [], typedName: '', restorePoints: [] }).ok).toBe(true)
  })
})
