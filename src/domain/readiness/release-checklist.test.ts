import { describe, expect, it } from 'vitest'
import type { LedgerEvent } from '#domain/kernel'
import type { GateStatus, Promotion, PromotionEvent } from '#domain/promotion'
import { decideRequest, evolvePromotion } from '#domain/promotion'
import { at, buildRequestFacts } from '../../../test/support/domain-builders.ts'
import { makeReleaseChecklist } from './release-checklist.ts'

function promotion(changes: Partial<Promotion> = {}): Promotion {
  const decided = decideRequest(buildRequestFacts(2))
  if (!decided.ok) throw new Error(decided.refusal.message)
  const [event] = decided.value
  const entry = { ...event, sequence: 1, stream: 'promotion/p-1', streamVersion: 1, at: at('2026-11-22T09:00:00Z'), actor: 'maria' }
  // The chain plays no part here.
  const made = evolvePromotion(undefined, { ...entry, previousHash: '', hash: '' } as LedgerEvent as PromotionEvent)
  return { ...made, ...changes }
}

function gate(kind: GateStatus['kind'], state: GateStatus['state']): GateStatus {
  return { kind, state, reasons: [] }
}

const stateOf = (of: ReturnType<typeof makeReleaseChecklist>, id: string) => of.lines.find((line) => line.id === id)?.state

describe('the release checklist', () => {
  it('ticks a line only when each gate behind it is open', () => {
    const judge = (states: readonly GateStatus['state'][]) =>
      makeReleaseChecklist({ promotion: promotion(), gates: [gate('approval', states[0] ?? 'open'), gate('cab', states[1] ?? 'open')] })
    expect(stateOf(judge(['open', 'open']), 'REL-05')).toBe('done')
    expect(stateOf(judge(['open', 'pending']), 'REL-05')).toBe('open')
    expect(stateOf(judge(['pending', 'closed']), 'REL-05')).toBe('failed')
    expect(judge(['open', 'pending']).complete['testing-and-approval']).toBe(false)
    expect(judge(['open', 'open']).complete['testing-and-approval']).toBe(true)
  })

  it('says of what nobody asks for that it was not asked, and counts that for complete', () => {
    const list = makeReleaseChecklist({ promotion: promotion(), gates: [gate('approval', 'open')] })
    expect([stateOf(list, 'REL-02'), stateOf(list, 'REL-12')]).toEqual(['not-asked', 'not-asked'])
    expect(list.complete['testing-and-approval']).toBe(true)
  })

  it('is not complete while an emergency owes what it went past', () => {
    const made = promotion()
    const uat = { kind: 'uat', people: [], quorum: 1, expiresAfterHours: 72 } as const
    const expiresAt = at('2026-11-23T09:00:00Z')
    const intent = { kind: 'emergency', reason: 'It stands still', notWaitedFor: [uat], signOffWorkingDays: 5, expiresAt } as const
    const list = makeReleaseChecklist({ promotion: { ...made, request: { ...made.request, intent } }, gates: [gate('approval', 'open')] })
    expect([stateOf(list, 'REL-03'), list.complete['testing-and-approval']]).toEqual(['open', false])
  })

  it('is not complete after the deployment before it was verified, watched and tagged', () => {
    const attempt = { id: 'a-1', startedAt: at('2026-11-22T10:00:00Z'), finishedAt: at('2026-11-22T10:05:00Z'), steps: [] }
    // As far as the checklist reads an attempt.
    const status = { state: 'succeeded', attempt, verification: ['It is installed.'] } as unknown as Promotion['status']
    const waiting = makeReleaseChecklist({ promotion: promotion(), gates: [gate('validation', 'open')] })
    expect([stateOf(waiting, 'REL-10'), stateOf(waiting, 'REL-06'), waiting.complete['post-deployment']]).toEqual(['open', 'open', false])
    const judge = (watch: 'watching' | 'passed' | 'failed') =>
      makeReleaseChecklist({ promotion: promotion({ status, tag: 'v1' }), gates: [], watch: { state: watch, isOverdue: false } })
    expect(judge('watching').complete['post-deployment']).toBe(false)
    expect(judge('passed').complete['post-deployment']).toBe(true)
    expect([stateOf(judge('failed'), 'REL-06'), judge('failed').complete['post-deployment']]).toEqual(['failed', false])
  })
})
