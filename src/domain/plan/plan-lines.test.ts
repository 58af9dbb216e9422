import { describe, expect, it } from 'vitest'
import type { FlowState, InstalledSolution } from '#domain/environment'
import { at, buildObserved, buildPlan, buildRelease, emptySettings, sha256, version } from '../../../test/support/domain-builders.ts'
import { fingerprintTarget } from './fingerprint-target.ts'
import type { PlanLine } from './plan.ts'
import type { PlanFacts } from './plan-facts.ts'

const installed: InstalledSolution = {
  ...{ id: 's-1', uniqueName: 'Permits', version: version('1.0.0.0'), isManaged: true, publisherPrefix: 'cto' },
}
const connectorId = '/providers/Microsoft.PowerApps/apis/shared_office365'
const release = buildRelease({
  settingsTemplate: {
    environmentVariables: [{ schemaName: 'cto_Fee', type: 'text', hasDefault: false, isRequired: false }],
    connectionReferences: [{ logicalName: 'cto_mail', displayName: 'Mail', connectorId, usedBy: ['Notify'] }],
    flows: [{ id: 'f-1', name: 'Notify', desired: 'on', childFlows: [] }],
  },
})
const stageSettings = {
  ...emptySettings,
  environmentVariables: { cto_Fee: '12' },
  connectionReferences: { cto_mail: 'mail-1' },
}
const connection = { id: 'mail-1', connectorId, displayName: 'Mail', status: 'connected', owner: 'ada', mayUse: 'yes' } as const

interface There {
  readonly solutions?: readonly InstalledSolution[]
  readonly isThere?: boolean
  readonly flow?: FlowState
  readonly changes?: Partial<PlanFacts>
}

function linesOf({ solutions = [installed], isThere = false, flow, changes = {} }: There): readonly PlanLine[] {
  const observed = buildObserved({
    ...{ solutions, connections: [connection] },
    variables: isThere ? [{ schemaName: 'cto_fee', hasDefault: false, hasValue: true }] : [],
    bindings: isThere ? [{ logicalName: 'cto_mail', connectorId, connectionId: 'mail-1' }] : [],
    flows: flow === undefined ? [] : [{ id: 'f-1', name: 'Notify', state: flow, ownerId: undefined }],
  })
  return buildPlan({ release, stageSettings, observed, removedComponents: [], ...changes }).lines
}

function said(lines: readonly PlanLine[], subject: string): string | undefined {
  return lines.find((line) => line.subject === subject)?.message
}

describe('settings in a plan', () => {
  it('are called new where the target does not have them yet, and not when all of the solution is', () => {
    for (const subject of ['cto_Fee', 'cto_mail']) {
      expect(said(linesOf({}), subject)).toContain('new with this release')
      expect(said(linesOf({ isThere: true }), subject)).not.toContain('new with')
      expect(said(linesOf({ solutions: [] }), subject)).not.toContain('new with')
    }
  })

  it('say where they replace a value that somebody has set in the target', () => {
    const forecast = { components: [], removed: [], questions: [], lines: [], blockers: [] }
    const content = { forecast, counts: [], unseen: [], fingerprint: 'f', replacedValues: ['cto_fee'] }
    expect(said(linesOf({ isThere: true, changes: { content } }), 'cto_Fee')).toContain('replaces another value')
    expect(said(linesOf({ isThere: true }), 'cto_Fee')).not.toContain('replaces')
  })

  it('lapse what was decided when somebody sets another value there meanwhile', () => {
    const target = { components: [], dependants: [], unseen: [] }
    const of = (replacedValues: readonly string[]) => fingerprintTarget({ own: [], target, bindings: [], replacedValues }, sha256)
    expect(of(['cto_fee'])).not.toBe(of([]))
    expect(of([])).toBe(fingerprintTarget({ own: [], target, bindings: [] }, sha256))
  })
})

describe('data policies in a plan', () => {
  const policies = (there: There) => linesOf(there).filter(({ message }) => message.includes('data policy of the tenant'))

  it('are assumed, never known, to let flows run that do not run there yet', () => {
    expect(policies({})).toMatchObject([{ subject: 'Notify', certainty: 'assumed', message: expect.stringContaining('shared_office365') }])
    expect(policies({ flow: 'on' }), 'it runs there now').toEqual([])
    expect(policies({ flow: 'off' }), 'it stays off').toEqual([])
  })
})

describe('the check report in a plan', () => {
  const checked = (observedAt: string) => {
    const plan = buildPlan({ release, stageSettings, observed: { ...buildObserved(), observedAt: at(observedAt) }, checksValidForDays: 30 })
    return plan.lines.find(({ subject }) => subject === 'check report')
  }

  it('is told with its age, and warned of once it counts no more', () => {
    const day = (n: number) => new Date(Date.parse(release.sealedAt) + n * 86_400_000).toISOString()
    expect(checked(day(0))).toMatchObject({ effect: 'leave', message: expect.stringContaining('today') })
    expect(checked(day(1))).toMatchObject({ effect: 'leave', message: expect.stringContaining('1 day ago') })
    expect(checked(day(31))).toMatchObject({ effect: 'warn', message: expect.stringContaining('31 days ago') })
  })
})
