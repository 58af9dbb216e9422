import { describe, expect, it } from 'vitest'
import type { MissingDependency } from '#domain/solution'
import type { CheckContext } from './check-rule.ts'
import { missingDependencies } from './dep-01-missing-dependencies.ts'
import { judge, makeModel, makeNeed, makeVersion, severitiesOf } from '../../test/support/solution-models.ts'

describe('DEP-01: what the solution needs is there first', () => {
  it('accepts what the platform itself has', () => {
    expect(judgeNeeds([makeNeed('System', undefined, 'account')])).toEqual([])
  })

  it('accepts what is installed in the wanted version, whatever its revision', () => {
    expect(judgeNeeds([makeNeed('Base', '2.1.3.900', 'base_order')], installed('base', '2.1.3.4'))).toEqual([])
  })

  it('refuses what is not installed, once for each solution', () => {
    const needs = [makeNeed('Base', '2.0', 'base_order'), makeNeed('Base', '2.1', 'base_line')]
    const findings = judge(missingDependencies, makeModel({ manifest: { missingDependencies: needs } }), installed('Other', '1.0'))
    expect(severitiesOf(findings)).toEqual(['critical'])
    expect(findings[0]?.message).toContain('Base 2.1')
    expect(findings[0]?.message).toContain('Entity base_line, Entity base_order are required')
  })

  it('remarks a lower version', () => {
    expect(judgeNeeds([makeNeed('Base', '2.1.3', 'base_order')], installed('Base', '2.1.2'))).toEqual(['high'])
  })

  it('only lists what it could not look for', () => {
    expect(judgeNeeds([makeNeed('Base', '2.1', 'base_order')])).toEqual(['informational'])
  })

  it('remarks what was only unmanaged in the source, once for each table', () => {
    const column = makeNeed('Active', undefined, 'fab_colour')
    const inTable = { ...column, required: { ...column.required, parentSchemaName: 'fab_order' } }
    expect(judgeNeeds([makeNeed('Active', undefined, 'fab_order'), inTable, makeNeed('Active', undefined, 'fab_line')])).toEqual([
      'high',
      'high',
    ])
  })
})

function judgeNeeds(needs: MissingDependency[], context: Partial<CheckContext> = {}): string[] {
  return severitiesOf(judge(missingDependencies, makeModel({ manifest: { missingDependencies: needs } }), context))
}

function installed(uniqueName: string, version: string): Partial<CheckContext> {
  return { installed: [{ uniqueName, version: makeVersion(version) }] }
}
