import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, buildPlan, sha256, version } from '../../../test/support/domain-builders.ts'
import { diffPlans } from './diff-plans.ts'
import { hashPlan } from './material-part.ts'
import type { Plan } from './plan.ts'
import type { PlannedComponent } from './planned-component.ts'

const now = at('2026-11-02T09:00:00Z')
const base = buildPlan()

function component(changes: Partial<PlannedComponent> = {}): PlannedComponent {
  return {
    kind: 'Attribute',
    key: 'cto_permit.cto_comments',
    name: 'Comments',
    table: 'cto_permit',
    effect: 'destroy',
    certainty: 'known',
    class: 'destructive',
    message: 'It goes.',
    includes: 0,
    winner: undefined,
    comesBack: 'with-loss',
    losses: [{ kind: 'values', count: { kind: 'exact', n: 4, method: 'counted now', asOf: now } }],
    tweakId: undefined,
    ...changes,
  }
}

function withContent(...content: PlannedComponent[]): Plan {
  return { ...base, content }
}

function told(before: Plan, after: Plan): string[] {
  return diffPlans(before, after).differences.map(({ subject, message }) => `${subject}: ${message}`)
}

describe('what is material in a plan', () => {
  it('is that something else is destroyed, in words', () => {
    expect(told(base, withContent(component()))).toEqual(['column Comments (cto_permit.cto_comments): It is now destroyed too.'])
    expect(told(withContent(component()), base)).toEqual(['column Comments (cto_permit.cto_comments): It is no longer destroyed.'])
  })

  it('is that a change will not show, and who hides it', () => {
    const change = component({ effect: 'change' })
    const hidden = component({ effect: 'hide', winner: 'Active' })
    expect(told(withContent(change), withContent(hidden))).toEqual([
      'column Comments (cto_permit.cto_comments): It was to be changed and is now hidden by a change by hand.',
    ])
    expect(told(withContent(hidden), withContent({ ...hidden, winner: 'Vendor' }))[0]).toContain('hidden by Vendor')
  })

  it('is the mode, the version that is there, the flows, the values and connections, and what closes the way', () => {
    const after: Plan = {
      ...base,
      mode: 'upgrade',
      fromVersion: version('1.0'),
      flows: [{ id: 'f', name: 'Notify', desired: 'on', action: 'switch-on', why: 'It is new here and wanted on.' }],
      parameters: { connectionReferences: [], environmentVariables: [{ schemaName: 'cto_Url', value: 'https://x' }] },
      blockers: [{ code: 'PIP-14', message: 'An upgrade is pending.', hint: '', reasons: [] }],
    }
    expect(told(base, after)).toEqual([
      'version in the target: It was not installed and is now 1.0.',
      'way of importing: It was install and is now upgrade.',
      'cto_Url: It now gets a value.',
      'flow Notify: It is now switched on: It is new here and wanted on.',
      'PIP-14: The way is closed now: An upgrade is pending.',
    ])
  })

  it('never tells a value', () => {
    const secret = (value: string): Plan => ({
      ...base,
      parameters: { connectionReferences: [], environmentVariables: [{ schemaName: 'v', value }] },
    })
    expect(told(secret('before-it'), secret('after-it'))).toEqual(['v: It gets another value.'])
  })

  it('is also an edit of what the plan touches that changes none of its words', () => {
    expect(told({ ...base, fingerprint: 'a' }, { ...base, fingerprint: 'b' })).toHaveLength(1)
  })

  it('is no count and no wording: those are noted', () => {
    const counted = (n: number) =>
      withContent(
        component({ message: `${n} go`, losses: [{ kind: 'values', count: { kind: 'exact', n, method: 'counted now', asOf: now } }] }),
      )
    expect(diffPlans(counted(4), counted(6))).toEqual({
      differences: [],
      noted: [{ subject: 'column Comments (cto_permit.cto_comments)', message: 'values: it was exactly 4 and is exactly 6.' }],
    })
    expect(diffPlans(base, { ...base, modeReason: 'other words', lines: [] })).toEqual({ differences: [], noted: [] })
  })
})

const anyComponent = fc
  .record({
    kind: fc.constantFrom('Entity', 'Attribute', 'SystemForm'),
    key: fc.constantFrom('a', 'b', 'c'),
    effect: fc.constantFrom<PlannedComponent['effect']>('create', 'change', 'hide', 'destroy'),
    certainty: fc.constantFrom<PlannedComponent['certainty']>('known', 'assumed', 'unknown'),
    winner: fc.constantFrom(undefined, 'Active', 'Vendor'),
  })
  .map((changes) => component(changes))

const anyPlan = fc
  .record({
    content: fc.uniqueArray(anyComponent, { maxLength: 4, selector: (one) => `${one.kind}${one.key}${one.effect}` }),
    mode: fc.constantFrom<Plan['mode']>('install', 'update', 'upgrade'),
    fingerprint: fc.constantFrom('', 'a', 'b'),
    modeReason: fc.string(),
    fromVersion: fc.constantFrom(undefined, version('1.0')),
    flows: fc.constantFrom([], [{ id: 'f', name: 'F', desired: 'on' as const, action: 'leave' as const, why: '' }]),
  })
  .map((changes): Plan => ({ ...base, ...changes }))

describe('two plans', () => {
  it('have material differences exactly when approvals of them are bound to different hashes', () => {
    fc.assert(
      fc.property(anyPlan, anyPlan, (before, after) => {
        const isSame = hashPlan(before, sha256) === hashPlan(after, sha256)
        expect(diffPlans(before, after).differences.length === 0).toBe(isSame)
      }),
      { numRuns: 1000 },
    )
  })

  it('are the same in whichever order their content stands', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const turned = { ...plan, content: plan.content.toReversed() }
        expect(hashPlan(turned, sha256)).toBe(hashPlan(plan, sha256))
        expect(diffPlans(plan, turned)).toEqual({ differences: [], noted: [] })
      }),
    )
  })
})
