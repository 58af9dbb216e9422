import { expect, it } from 'vitest'
import { systemClock } from '#adapters/world'
import { toId } from '#domain/kernel'
import type { AttemptId } from '#domain/kernel'
import type { NewPromotionEvent, Promotion, PromotionEvent } from '#domain/promotion'
import { decideRequest, evolvePromotion } from '#domain/promotion'
import { buildConfiguration, buildRequestFacts } from '../../../test/support/domain-builders.ts'
import { createFakeLedger } from '../../../test/support/fake-ledger.ts'
import { createFakeReadModel } from '../../../test/support/fake-read-model.ts'
import { projections } from '../projections.ts'
import { holdBefore, loadHolds } from './hold-stage.ts'

const attemptId = toId<AttemptId>('a-1')

it('holds the place that an attempt went wrong in, though its name leads elsewhere by now', async () => {
  const ledger = createFakeLedger(() => systemClock.now())
  const readModel = createFakeReadModel(ledger, projections)
  const base = buildConfiguration()
  const environments = base.environments.map((each) => (each.id === 'prod' ? { ...each, url: 'https://elsewhere.example' } : each))
  const applied = { type: 'configuration-applied', data: { configuration: { ...base, environments }, changes: [] } }
  await ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events: [applied] })
  const promotion = halfIn()
  await holdBefore({ ledger, readModel }, promotion, {
    type: 'attempt-indeterminate',
    data: { attemptId, message: 'Nobody answers.' },
  })
  const { solution, plan } = promotion.request
  expect(await loadHolds({ readModel }, { lane: plan.target.lane, solution })).toHaveLength(1)
})

/** It is at work, and its import was sent. */
function halfIn(): Promotion {
  const decided = decideRequest(buildRequestFacts())
  if (!decided.ok) throw new Error(decided.refusal.message)
  const events: NewPromotionEvent[] = [
    ...decided.value,
    { type: 'attempt-started', data: { attemptId } },
    { type: 'job-recorded', data: { attemptId, importJobId: 'job', importState: 'sent' } },
  ]
  const envelope = { sequence: 1, stream: '', streamVersion: 1, at: systemClock.now(), actor: 'drover', previousHash: '', hash: '' }
  // The envelope of a ledger entry around our own events.
  const folded = events.reduce<Promotion | undefined>(
    (state, event) => evolvePromotion(state, { ...event, ...envelope } as PromotionEvent),
    undefined,
  )
  if (folded === undefined) throw new Error('there is no promotion')
  return folded
}
