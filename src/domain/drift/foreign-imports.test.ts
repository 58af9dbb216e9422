import { describe, expect, it } from 'vitest'
import type { ObservedOperation, ObservedUser } from '#domain/environment'
import { shippedPolicy } from '#domain/policy'
import { at, version } from '../../../test/support/domain-builders.ts'
import type { ForeignImportFacts } from './foreign-imports.ts'
import { findForeignImports } from './foreign-imports.ts'
import { hoursBetweenLooks } from './hours-between-looks.ts'
import { transportName } from './transport-name.ts'

const drover: ObservedUser = { userId: 'u-drover', name: 'Drover', isApplication: true }
const mia: ObservedUser = { userId: 'u-mia', name: 'Mia', isApplication: false }
const ours = '1b1fa80d-aa0f-4291-b60c-b0745304ce24'

function operation(more: Partial<ObservedOperation> = {}): ObservedOperation {
  return {
    kind: 'import',
    solution: 'Permits',
    version: version('1.2.0.0'),
    startedAt: at('2026-11-21T10:00:00Z'),
    endedAt: undefined,
    isSuccess: true,
    by: drover,
    importJobId: ours,
    ...more,
  }
}

function find(operations: readonly ObservedOperation[], more: Partial<ForeignImportFacts> = {}) {
  return findForeignImports({
    observation: { identity: { userId: 'U-Drover', objectId: undefined }, observedAt: at('2026-11-21T12:00:00Z'), operations },
    ourImportJobIds: new Set([ours]),
    ourWork: [{ solution: 'permits', from: at('2026-11-21T09:59:00Z'), to: at('2026-11-21T10:05:00Z') }],
    foundWithinHours: shippedPolicy.care.foreignImportHours.value,
    since: undefined,
    isOfPlatform: (solution) => solution.startsWith('msdyn_'),
    ...more,
  })
}

describe('an import that was not ours', () => {
  it('is one whose job the ledger does not know, whoever asked for it', () => {
    expect(find([operation()])).toEqual([])
    expect(find([operation({ importJobId: ours.toUpperCase() })])).toEqual([])
    const [byMia] = find([operation({ by: mia, importJobId: 'other' })])
    expect(byMia).toMatchObject({ certainty: 'certain', message: 'Permits 1.2.0.0 was imported on 2026-11-21 10:00 by Mia.' })
    const [asDrover] = find([operation({ importJobId: 'other' })])
    expect(asDrover?.message).toContain('with the identity of Drover, but not by it')
  })

  it('is told without a job id by its caller and the time of our own work', () => {
    const bare = { importJobId: undefined, kind: 'uninstall' } as const
    expect(find([operation(bare), operation({ ...bare, solution: 'Permits_Upgrade' }), operation({ ...bare, by: undefined })])).toEqual([])
    const begun = [{ solution: 'Permits', from: at('2026-11-21T10:00:00.700Z'), to: at('2026-11-21T10:05:00Z') }]
    expect(find([operation(bare)], { ourWork: begun }), 'the history tells whole seconds').toEqual([])
    expect(find([operation({ ...bare, by: mia })])).toHaveLength(1)
    expect(find([operation({ ...bare, startedAt: at('2026-11-21T11:00:00Z') })])).toMatchObject([{ certainty: 'unknown' }])
    expect(find([operation({ ...bare, by: undefined, solution: 'Other' })])).toMatchObject([{ certainty: 'unknown' }])
  })

  it('is no transport of our own, unless somebody else brought or removed it', () => {
    const bare = { importJobId: undefined, kind: 'uninstall', solution: transportName('work-1') } as const
    expect(find([operation(bare)])).toEqual([])
    expect(find([operation({ ...bare, by: mia })])).toMatchObject([{ certainty: 'certain' }])
    const restored = { importJobId: 'of-a-restore', solution: transportName('work-1') }
    expect(find([operation(restored)]), 'a layer that was put back').toEqual([])
    expect(find([operation({ ...restored, by: mia })])).toMatchObject([{ certainty: 'certain' }])
  })

  it('is none of Microsoft, none from before the environment was watched, and no publishing', () => {
    const other = { by: mia, importJobId: 'other' }
    expect(find([operation({ ...other, solution: 'msdyn_Portal' })])).toEqual([])
    expect(find([operation(other)], { since: at('2026-11-21T11:00:00Z') })).toEqual([])
    expect(find([operation({ ...other, kind: 'publish-all' })])).toEqual([])
  })

  it('is late when it was there for longer than policy gives', () => {
    const other = { by: mia, importJobId: 'other' }
    expect(find([operation(other)])).toMatchObject([{ isLate: false }])
    expect(find([operation({ ...other, startedAt: at('2026-11-20T11:00:00Z') })])).toMatchObject([{ isLate: true }])
  })

  it('is found in time however seldom policy wants environments observed, with time to repeat a look that failed', () => {
    const { care } = shippedPolicy
    const hours = (everyHours: number, foundWithinHours: number) =>
      hoursBetweenLooks({
        ...care,
        observeEveryHours: { ...care.observeEveryHours, value: everyHours },
        foreignImportHours: { ...care.foreignImportHours, value: foundWithinHours },
      })
    expect(care.foreignImportHours).toMatchObject({ value: 24, status: 'stated' })
    expect(hoursBetweenLooks(care) + care.observeMarginHours.value).toBeLessThan(care.foreignImportHours.value)
    expect(hours(48, 24)).toBe(24 - care.observeMarginHours.value)
    expect(hours(6, 24)).toBe(6)
    expect(hours(24, 1)).toBe(0.5)
  })

  it('comes newest first', () => {
    const other = (hour: number) => operation({ by: mia, importJobId: `j${hour}`, startedAt: at(`2026-11-21T0${hour}:00:00Z`) })
    expect(find([other(1), other(3), other(2)]).map((each) => each.operation.importJobId)).toEqual(['j3', 'j2', 'j1'])
  })
})
