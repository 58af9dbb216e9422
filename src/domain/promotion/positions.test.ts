import { describe, expect, it } from 'vitest'
import { toId, type PromotionId } from '#domain/kernel'
import { applyOverride, shippedPolicy } from '#domain/policy'
import { buildConfiguration, buildRequestFacts, personId, at } from '../../../test/support/domain-builders.ts'
import { decideRequest } from './decide-request.ts'
import type { RequestFacts } from './request-facts.ts'

const held = (position: string, value: string) =>
  applyOverride(shippedPolicy, { values: [{ path: `positions.${position}.chosen`, value, reason: 'this test' }], demands: [] })

function answerOf(facts: RequestFacts): string {
  const decided = decideRequest(facts)
  return decided.ok ? 'requested' : `${decided.refusal.code}: ${decided.refusal.message}`
}

describe('where the sources disagree, policy holds', () => {
  it('whether unmanaged work may go into a protective environment (C2)', () => {
    const base = buildConfiguration(2)
    const layerPolicy = {
      kind: 'protective' as const,
      reason: 'This customer alone',
      decidedBy: personId('pat'),
      at: at('2026-01-01T00:00:00Z'),
    }
    const environments = base.environments.map((one) => (one.id === toId('prod') ? { ...one, layerPolicy } : one))
    const facts = buildRequestFacts(2, { configuration: { ...base, environments } })
    const unmanaged = { ...facts, plan: { ...facts.plan, mode: 'unmanaged' as const } }
    expect(answerOf(unmanaged)).toBe('requested')
    expect(answerOf({ ...unmanaged, policy: held('C2', 'managed-only') })).toContain('policy holds that production is managed only')
    expect(answerOf({ ...facts, policy: held('C2', 'managed-only') })).toBe('requested')
  })

  it('whether deploying an earlier version again is a way back (C6)', () => {
    const intent = { kind: 'recovery', way: 'redeploy', of: toId<PromotionId>('p-0'), reason: 'It fails.' } as const
    const back = buildRequestFacts(2, { intent })
    expect(answerOf(back)).toBe('requested')
    expect(answerOf({ ...back, policy: held('C6', 'never') })).toContain('recovery.redeploy-refused')
    expect(answerOf({ ...back, intent: { ...intent, way: 'repack' }, policy: held('C6', 'never') })).not.toContain('redeploy-refused')
  })
})
