import { describe, expect, it } from 'vitest'
import type { AttemptId, Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { at, buildRequestFacts } from '../../../test/support/domain-builders.ts'
import { decideRequest } from './decide-request.ts'
import { evolvePromotion } from './evolve-promotion.ts'
import type { NewPromotionEvent, Promotion, PromotionEvent } from './promotion.ts'
import { findRecoveryInEarnest } from './recovery-in-earnest.ts'

const [first, second] = [toId<AttemptId>('a-1'), toId<AttemptId>('a-2')]
const job: NewPromotionEvent = { type: 'job-recorded', data: { attemptId: first, importJobId: 'job', importState: 'passed' } }
const refused: NewPromotionEvent = {
  type: 'attempt-failed',
  data: {
    attemptId: first,
    refusal: { code: 'verification.failed', message: 'The flow is off.', hint: '', reasons: [] },
    isResumable: true,
  },
}

/** A recovery, with what happened to it and at which minute. */
function recovery(...happened: readonly (readonly [minute: number, event: NewPromotionEvent])[]): Promotion {
  const intent = { kind: 'recovery', way: 'repack', of: undefined, reason: 'It leaks.' } as const
  const result = decideRequest({ ...buildRequestFacts(), intent })
  const [requested] = result.ok ? result.value : []
  if (requested === undefined) throw new Error('the sample is refused')
  const told = [[0, requested] as const, ...happened].map(([minute, event], index) => ({
    ...event,
    ...{ sequence: index, stream: 's', streamVersion: index, at: minuteOf(minute), actor: 'drover', previousHash: '', hash: '' },
  }))
  // The envelope of a ledger entry around our own events, of which there is at least the request.
  return (told as PromotionEvent[]).reduce<Promotion | undefined>(evolvePromotion, undefined) as Promotion
}

function minuteOf(minute: number): Instant {
  return at(`2026-11-02T10:${String(minute).padStart(2, '0')}:00Z`)
}

describe('a recovery that was gone in earnest', () => {
  it('is on record with how long its work took, and not how long people were waited for', () => {
    const verified: NewPromotionEvent = { type: 'attempt-succeeded', data: { attemptId: first, verification: ['It is there.'] } }
    const gone = recovery([20, { type: 'attempt-started', data: { attemptId: first } }], [21, job], [23, verified])
    expect(findRecoveryInEarnest(gone)).toMatchObject({
      ...{ id: first, way: 'repack', outcome: 'succeeded', startedAt: minuteOf(20), durationMs: 180_000, notes: ['It is there.'] },
      ...{ sandboxId: gone.request.environmentId, from: gone.request.plan.fromVersion, to: gone.request.version },
    })
  })

  it('is on record as failed, and once it went well with the time that mending it took', () => {
    const failed = recovery([20, { type: 'attempt-started', data: { attemptId: first } }], [21, job], [23, refused])
    expect(findRecoveryInEarnest(failed)).toMatchObject({
      outcome: 'failed',
      to: undefined,
      durationMs: 180_000,
      notes: ['The flow is off.'],
    })
    const mended = recovery(
      [20, { type: 'attempt-started', data: { attemptId: first } }],
      ...([
        [21, job],
        [23, refused],
      ] as const),
      [40, { type: 'attempt-started', data: { attemptId: second, followsOnly: true } }],
      [41, { type: 'attempt-succeeded', data: { attemptId: second, verification: [] } }],
    )
    expect(findRecoveryInEarnest(mended)).toMatchObject({ id: second, outcome: 'succeeded', durationMs: 21 * 60_000 })
  })

  it('is none that was turned away before anything was sent, nor one of which nobody can tell yet how it ends, nor an ordinary release', () => {
    const started = [20, { type: 'attempt-started', data: { attemptId: first } }] as const
    expect(findRecoveryInEarnest(recovery(started, [23, refused]))).toBeUndefined()
    const unclear: NewPromotionEvent = { type: 'attempt-indeterminate', data: { attemptId: first, message: 'No answer.' } }
    expect(findRecoveryInEarnest(recovery(started, [21, job], [23, unclear]))).toBeUndefined()
    const gone = recovery(started, [21, job], [23, { type: 'attempt-succeeded', data: { attemptId: first, verification: [] } }])
    expect(findRecoveryInEarnest({ ...gone, request: { ...gone.request, intent: { kind: 'release' } } })).toBeUndefined()
  })
})
