import { describe, expect, it } from 'vitest'
import type { RecoveryWayKind, Rehearsal } from '#domain/environment'
import type { EnvironmentId, Instant, PersonId, Version } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { judgeRehearsal } from './rehearsal-due.ts'

const now = toId<Instant>('2026-11-22T00:00:00.000Z')

function rehearsal(way: RecoveryWayKind, finishedAt: string, from = '1.4.0.0'): Rehearsal {
  const place = { environmentId: toId<EnvironmentId>('prod'), sandboxId: toId<EnvironmentId>('recovery') }
  const [at, version] = [toId<Instant>(finishedAt), toId<Version>(from)]
  return {
    ...{ id: finishedAt, solution: 'Permits', way, from: version, to: undefined, startedAt: at, finishedAt: at, durationMs: 60_000 },
    ...{ ...place, outcome: 'succeeded', notes: [], by: toId<PersonId>('ada') },
  }
}

function stateOf(rehearsals: readonly Rehearsal[], within: number | 'major' = 365) {
  const demand = { kind: 'rehearsed', within } as const
  return judgeRehearsal({ solution: 'permits', tier: 3, demand, rehearsals, version: toId<Version>('2.0.0.0'), now }).state
}

describe('a rehearsal of the way back', () => {
  it('is fresh for as long as the tier says, whatever the case of its name', () => {
    expect(stateOf([rehearsal('redeploy', '2026-01-01T00:00:00.000Z')])).toBe('fresh')
    expect(stateOf([rehearsal('redeploy', '2025-01-01T00:00:00.000Z')])).toBe('too-old')
    expect(stateOf([])).toBe('never')
  })

  it('is asked for anew with each major version, where the tier says so', () => {
    expect(stateOf([rehearsal('repack', '2026-11-01T00:00:00.000Z')], 'major')).toBe('too-old')
    expect(stateOf([rehearsal('repack', '2026-11-01T00:00:00.000Z', '2.1.0.0')], 'major')).toBe('fresh')
  })

  it('is none where everything was rewound, or the solution was only taken away', () => {
    expect(stateOf([rehearsal('restore', '2026-11-01T00:00:00.000Z'), rehearsal('uninstall', '2026-11-02T00:00:00.000Z')])).toBe('never')
  })
})
