import { describe, expect, it } from 'vitest'
import type { AttemptId, EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { RecoveryPlan, RecoveryWay } from '#domain/recovery'
import { at, buildRequestFacts } from '../../../test/support/domain-builders.ts'
import { decideRequest } from './decide-request.ts'
import { evolvePromotion } from './evolve-promotion.ts'
import { offerRecovery } from './offer-recovery.ts'
import type { NewPromotionEvent, Promotion, PromotionEvent } from './promotion.ts'

const attemptId = toId<AttemptId>('a-1')

function evolve(promotion: Promotion | undefined, event: NewPromotionEvent): Promotion {
  const envelope = {
    sequence: 1,
    stream: 's',
    streamVersion: 1,
    at: at('2026-11-02T10:00:00Z'),
    actor: 'drover',
    previousHash: '',
    hash: '',
  }
  return evolvePromotion(promotion, { ...event, ...envelope } as PromotionEvent) // the envelope of a ledger entry around our own event
}

const way: RecoveryWay = {
  kind: 'redeploy',
  certainty: 'assumed',
  steps: ['It is imported again.'],
  obstacles: [],
  losses: [],
  rescued: [],
  lastRehearsal: undefined,
}
const recovery: RecoveryPlan = {
  environmentId: toId<EnvironmentId>('prod'),
  solution: 'Permits',
  knownGood: undefined,
  ways: [
    { ...way, kind: 'uninstall', obstacles: [{ subject: 'x', message: 'Others need it.' }] },
    { ...way, lastRehearsal: { id: 'h-1', finishedAt: at('2026-10-01T10:00:00Z'), durationMs: 200_000, outcome: 'succeeded' } },
    { ...way, kind: 'restore', certainty: 'known' },
  ],
  restorePoints: [],
}

function ended(importState: 'passed' | 'failed', event: NewPromotionEvent): Promotion {
  const result = decideRequest({ ...buildRequestFacts(), recovery })
  const [requested] = result.ok ? result.value : []
  if (requested === undefined) throw new Error('the sample is refused')
  const events: NewPromotionEvent[] = [
    requested,
    { type: 'attempt-started', data: { attemptId } },
    { type: 'job-recorded', data: { attemptId, importJobId: 'job', importState } },
    event,
  ]
  return events.reduce<Promotion | undefined>(evolve, undefined) as Promotion // there is at least the request
}

const failed: NewPromotionEvent = {
  type: 'attempt-failed',
  data: { attemptId, refusal: { code: 'verification.failed', message: 'The flow is off.', hint: '', reasons: [] }, isResumable: true },
}

describe('a promotion that failed its verification', () => {
  it('offers its ways back at once, those that can be gone in front, with how long each took in the last rehearsal', () => {
    expect(offerRecovery(ended('passed', failed)).map(({ kind, command, isPossible }) => [kind, command, isPossible])).toEqual([
      ['redeploy', 'drover rollback prod Permits --way redeploy --reason "…"', true],
      ['restore', 'drover recovery restore prod --into <sandbox>', true],
      ['uninstall', 'drover rollback prod Permits --way uninstall --confirm "<its name>" --reason "…"', false],
    ])
    const [first, second, third] = offerRecovery(ended('passed', failed)).map(({ text }) => text)
    expect(first).toBe('It is imported again. Whether it can be gone only trying tells. Last rehearsed 2026-10-01: succeeded, 4 min.')
    expect([second, third]).toEqual(['It is imported again. Never rehearsed.', 'Others need it.'])
  })
})

describe('a promotion of which nobody can tell how it ended', () => {
  it('has that found out first', () => {
    const unclear: NewPromotionEvent = { type: 'attempt-indeterminate', data: { attemptId, message: 'No answer.' } }
    expect(offerRecovery(ended('passed', unclear))[0]).toMatchObject({
      kind: 'resume',
      command: 'drover promotion resume p-1 --reason "…"',
    })
  })
})

describe('nothing is offered', () => {
  it('where the platform rolled the import back, and where all is well', () => {
    expect(offerRecovery(ended('failed', failed))).toEqual([])
    expect(offerRecovery(ended('passed', { type: 'attempt-succeeded', data: { attemptId, verification: [] } }))).toEqual([])
  })
})
