import { describe, expect, it } from 'vitest'
import type { PromotionViewReply } from '#contract'
import { buildRequestFacts } from '../../../test/support/domain-builders.ts'
import { decideRequest } from '#domain/promotion'
import { createPaint } from './paint.ts'
import { promotionText } from './promotion.ts'

function view(): PromotionViewReply {
  const result = decideRequest(buildRequestFacts())
  const [event] = result.ok ? result.value : []
  if (event?.type !== 'promotion-requested') throw new Error('the sample is refused')
  const steps = [{ step: 'import', startedAt: '2026-11-02T20:55:00.000Z' }]
  const attempt = {
    id: 'a-1',
    startedAt: '2026-11-02T20:50:00.000Z',
    steps,
    jobs: {},
    outlasted: { closedAt: '2026-11-02T21:00:00.000Z', byMs: 240_000 },
  }
  const refusal = { code: 'verification.failed', message: 'The flow is off.', hint: 'Look.', reasons: [] }
  return {
    promotion: {
      request: event.data.request,
      earlierAttempts: [],
      rescues: [],
      status: { state: 'failed', attempt, refusal, isResumable: true },
    },
    gates: [],
    losses: [],
    hold: { solution: 'Permits', promotionId: 'p-1', reason: 'It failed.', since: '2026-11-02T21:04:00.000Z' },
    offers: [
      {
        kind: 'redeploy',
        command: 'drover rollback prod Permits --way redeploy --reason "…"',
        text: 'It is imported again.',
        isPossible: true,
      },
      {
        kind: 'uninstall',
        command: 'drover rollback prod Permits --way uninstall --reason "…"',
        text: 'Others need it.',
        isPossible: false,
      },
    ],
  } as unknown as PromotionViewReply // only what the text is made of is there
}

describe('a promotion that went wrong, in words', () => {
  const text = promotionText(view(), createPaint(false))

  it('says that the place is held, what would give it free, and which ways lead back', () => {
    expect(text).toContain('prod is held for Permits since')
    expect(text).toContain('drover env resume prod Permits --reason "…"')
    expect(text.slice(text.indexOf('Ways back'))).toBe(
      'Ways back\n  → redeploy: drover rollback prod Permits --way redeploy --reason "…"\n      It is imported again.\n  ✖ uninstall: Others need it.\n',
    )
  })

  it('says by how much it outlasted its change window', () => {
    expect(text).toMatch(/It outlasted its change window, which closed .*, by 4 min/)
  })
})
