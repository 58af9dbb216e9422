import { describe, expect, it } from 'vitest'
import type { LayerPolicyKind } from '#domain/environment'
import { buildEnvironment } from '../../../test/support/domain-builders.ts'
import { planLayerPolicy } from './plan-unmanaged-policy.ts'

const prod = buildEnvironment('prod', 'production', 'pet')

function plan(kind: LayerPolicyKind, isBlocked: boolean | undefined) {
  return planLayerPolicy({ environment: { ...prod, layerPolicy: { kind, reason: 'as decided' } }, unmanagedBlock: { isBlocked } })
}

describe('a promotion into an environment with a layer policy', () => {
  it('enters a strict one only when that blocks unmanaged changes, and is not sure when it cannot be told', () => {
    expect(plan('strict', false).blockers.map(({ code }) => code)).toEqual(['environment.not-protected'])
    expect(plan('strict', true)).toMatchObject({ blockers: [], lines: [{ certainty: 'known' }] })
    expect(plan('strict', undefined)).toMatchObject({ blockers: [], lines: [{ certainty: 'unknown', effect: 'warn' }] })
    expect(planLayerPolicy({ environment: { ...prod, layerPolicy: { kind: 'strict', reason: 'x' } } }).lines[0]?.certainty).toBe('unknown')
  })

  it('asks nothing of the default, and names a protective one with its reason', () => {
    expect(planLayerPolicy({ environment: prod })).toEqual({ lines: [], blockers: [] })
    expect(plan('protective', false).lines[0]?.message).toContain('as decided')
  })
})
