import { describe, expect, it } from 'vitest'
import type { OperationTraces } from './join-operations.ts'
import { joinOperations } from './join-operations.ts'
import type { KnownUser } from './users.ts'

const at = (minute: number): string => `2026-11-20T10:${String(minute).padStart(2, '0')}:00Z`
const user = (userId: string, name: string): KnownUser => ({ userId, name, isApplication: false, isEnabled: true })
const users = new Map([user('u1', 'Ada'), user('u2', 'Bob'), user('sys', 'SYSTEM')].map((known) => [known.userId, known]))

type History = NonNullable<OperationTraces['histories']>[number]
type Job = OperationTraces['jobs'][number]
type Async = OperationTraces['asyncs'][number]

function history(more: Partial<History>): History {
  return { msdyn_name: 'Loans', msdyn_operation: 0, msdyn_status: 1, msdyn_result: true, msdyn_starttime: at(0), ...more }
}
function job(importjobid: string, more: Partial<Job>): Job {
  return { importjobid, solutionname: 'Loans', startedon: at(0), _createdby_value: 'u1', ...more }
}
function operation(asyncoperationid: string, more: Partial<Async>): Async {
  return { asyncoperationid, messagename: 'ImportSolutionAsync', createdon: at(0), _ownerid_value: 'u2', ...more }
}
const told = (traces: OperationTraces) => joinOperations(traces, users).map(({ kind, by, importJobId }) => [kind, by?.name, importJobId])

describe('who did it', () => {
  it('is told by the import job of that solution that began at the same time', () => {
    const jobs = [job('J1', { startedon: at(1) }), job('j2', { startedon: at(30) }), job('j3', { solutionname: 'Other' })]
    expect(told({ histories: [history({})], jobs, asyncs: [] })).toContainEqual(['import', 'Ada', 'j1'])
  })

  it('is the one on whose behalf the platform worked, and not the platform', () => {
    const jobs = [job('j1', { _createdby_value: 'sys', _createdonbehalfby_value: 'u2' })]
    expect(told({ histories: [history({})], jobs, asyncs: [] })).toEqual([['import', 'Bob', 'j1']])
    const silent = [job('j1', { _createdby_value: 'sys' })]
    expect(told({ histories: [history({})], jobs: silent, asyncs: [operation('a1', {})] })).toEqual([['import', 'Bob', 'j1']])
  })

  it('is told by the correlation of an uninstallation, which has no job', () => {
    const removed = history({ msdyn_operation: 1, msdyn_correlationid: 'C1' })
    const asyncs = [
      operation('a1', { messagename: 'UninstallSolutionAsync', correlationid: 'c9', _ownerid_value: 'u1' }),
      operation('a2', { messagename: 'UninstallSolutionAsync', correlationid: 'c1', createdon: at(40) }),
    ]
    expect(told({ histories: [removed], jobs: [], asyncs })).toEqual([['uninstall', 'Bob', undefined]])
  })

  it('stays open where two fit equally well', () => {
    const removed = history({ msdyn_operation: 1 })
    const uninstall = { messagename: 'UninstallSolutionAsync' } as const
    expect(
      told({
        histories: [removed],
        jobs: [],
        asyncs: [operation('a1', uninstall), operation('a2', { ...uninstall, _ownerid_value: 'u1' })],
      }),
    ).toEqual([['uninstall', undefined, undefined]])
  })

  it('is told of an import whose history is gone', () => {
    expect(told({ histories: [], jobs: [job('j1', {})], asyncs: [] })).toEqual([['import', 'Ada', 'j1']])
  })

  it('is told of each import once, however near they are', () => {
    const jobs = [job('j1', { startedon: at(0) }), job('j2', { startedon: at(1), _createdby_value: 'u2' })]
    const histories = [history({ msdyn_starttime: at(0) }), history({ msdyn_starttime: at(1) })]
    expect(told({ histories, jobs, asyncs: [] })).toEqual([
      ['import', 'Bob', 'j2'],
      ['import', 'Ada', 'j1'],
    ])
  })

  it('is told of uninstallations by what is left when the history cannot be read', () => {
    const asyncs = [operation('a1', { messagename: 'UninstallSolutionAsync' }), operation('a2', {})]
    expect(told({ histories: undefined, jobs: [job('j1', {})], asyncs }).toSorted()).toEqual([
      ['import', 'Ada', 'j1'],
      ['uninstall', 'Bob', undefined],
    ])
  })
})
