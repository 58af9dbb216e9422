import { describe, expect, it } from 'vitest'
import type { PlannedComponent } from '#domain/plan'
import { at, buildPlan, personId } from '../../../test/support/domain-builders.ts'
import { findExcess } from './find-excess.ts'
import type { Promotion } from './promotion.ts'

const now = at('2026-11-02T10:00:00Z')
const rules = { owners: ['olga', 'pat', 'piet'].map(personId), needed: 1, longestDays: 30 }
const item = { table: 'cto_permit', columns: ['cto_comments'] }

function promotionWith(ceilings: Readonly<Record<string, number>>): Promotion {
  const component = {
    ...{ kind: 'Attribute', key: 'cto_permit.cto_comments', name: 'Comments', table: 'cto_permit', effect: 'destroy' },
    losses: [{ kind: 'values', count: { kind: 'exact', n: 4, method: 'counted now', asOf: now } }],
  } as unknown as PlannedComponent // only what losses are found by
  const acknowledgements = Object.entries(ceilings).map(([by, ceiling]) => ({
    ...{ subject: 'Attribute:cto_permit.cto_comments', by, at: now, ceiling, expiresAt: at('2026-11-20T10:00:00Z'), comment: '' },
    artifact: 'sha256:a',
  }))
  const request = { plan: { ...buildPlan(), content: [component] }, boundTo: { artifact: 'sha256:a' }, requestedBy: 'maria' }
  return { request, acknowledgements } as unknown as Promotion // only what words are counted by
}

function excess(promotion: Promotion, n: number, needed = 1) {
  return findExcess(promotion, [{ item, rows: n, values: { cto_comments: n } }], { rules: { ...rules, needed }, now })
}

describe('data that was saved', () => {
  it('may be as much as its owner let go, and not one more', () => {
    const promotion = promotionWith({ olga: 10 })
    expect(excess(promotion, 10)).toEqual([])
    expect(excess(promotion, 11)).toEqual([{ subject: expect.any(String), message: '11 values are there, and 10 at the most may go.' }])
  })

  it('may be as much as all of those let go whose word is needed', () => {
    const promotion = promotionWith({ olga: 100, pat: 20, piet: 5 })
    expect([excess(promotion, 20, 2).length, excess(promotion, 21, 2).length]).toEqual([0, 1])
    expect([excess(promotion, 5, 3).length, excess(promotion, 6, 3).length]).toEqual([0, 1])
  })

  it('may be as many links as were let go', () => {
    const component = {
      ...{ kind: 'EntityRelationship', key: 'cto_pairs', name: 'cto_pairs', table: undefined, effect: 'destroy' },
      losses: [{ kind: 'links', count: { kind: 'exact', n: 4, method: 'counted now', asOf: now } }],
    } as unknown as PlannedComponent // only what losses are found by
    const { request, acknowledgements } = promotionWith({ olga: 4 })
    const words = acknowledgements.map((word) => ({ ...word, subject: 'EntityRelationship:cto_pairs' }))
    const promotion = {
      request: { ...request, plan: { ...request.plan, content: [component] } },
      acknowledgements: words,
    } as unknown as Promotion // as above
    const links = (rows: number) => [{ item: { table: 'cto_pairs', columns: undefined, relationship: 'cto_pairs' }, rows, values: {} }]
    expect([4, 5].map((n) => findExcess(promotion, links(n), { rules, now }).length)).toEqual([0, 1])
  })

  it('may be nothing where nobody was asked', () => {
    expect(excess(promotionWith({}), 1)).toHaveLength(1)
    const rows = { item: { table: 'cto_other', columns: undefined }, rows: 1, values: {} }
    expect(findExcess(promotionWith({ olga: 10 }), [rows], { rules, now })).toMatchObject([{ subject: 'Entity:cto_other' }])
  })
})
