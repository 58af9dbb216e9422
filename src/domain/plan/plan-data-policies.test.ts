import { describe, expect, it } from 'vitest'
import type { ObservedConnectorPolicy, ObservedDataPolicy, ObservedFlow } from '#domain/environment'
import type { FlowUses } from './flow-uses.ts'
import { buildObserved, buildPlan, buildRelease, emptyTemplate } from '../../../test/support/domain-builders.ts'

const apis = '/providers/Microsoft.PowerApps/apis/'
const settingsTemplate = {
  ...emptyTemplate,
  connectionReferences: [
    { logicalName: 'cto_mail', displayName: 'Mail', connectorId: `${apis}shared_office365/`, usedBy: ['Send'] },
    { logicalName: 'cto_rows', displayName: 'Rows', connectorId: `${apis}shared_CommonDataService`, usedBy: ['Remind'] },
  ],
  flows: [
    { id: 'f-send', name: 'Send', desired: 'on' as const, childFlows: [] },
    { id: 'f-remind', name: 'Remind', desired: 'on' as const, childFlows: ['F-SEND'] },
  ],
}

function policy(changes: Partial<ObservedDataPolicy> = {}): ObservedDataPolicy {
  return { name: 'Tenant', classes: {}, otherwise: 'non-business', ...changes }
}

/** What happens to each flow, by its name; and what is only assumed. */
function planned(
  policies: readonly ObservedDataPolicy[] | undefined,
  there: readonly ObservedFlow[] = [],
  flowUses?: Readonly<Record<string, FlowUses>>,
  advanced: readonly ObservedConnectorPolicy[] | undefined = [],
) {
  const dataPolicies = policies === undefined ? undefined : { policies }
  const connectorPolicies = advanced === undefined ? undefined : { policies: advanced }
  const plan = buildPlan({
    ...{ release: buildRelease({ settingsTemplate }), observed: buildObserved({ flows: there }), dataPolicies, connectorPolicies },
    ...(flowUses === undefined ? {} : { flowUses }),
  })
  return {
    actions: Object.fromEntries(plan.flows.map((flow) => [flow.name, flow.action])),
    why: Object.fromEntries(plan.flows.map((flow) => [flow.name, flow.why])),
    assumed: plan.lines.filter(({ message, certainty }) => message.includes('policy') && certainty === 'assumed').length,
    doubts: plan.lines
      .filter(({ message, certainty }) => message.includes('policy') && certainty === 'unknown')
      .map(({ subject }) => subject),
  }
}

describe('data policies of the target', () => {
  it('are assumed to allow what they could not be asked about, and only then', () => {
    expect(planned(undefined)).toMatchObject({ actions: { Send: 'switch-on', Remind: 'switch-on' }, assumed: 1 })
    expect(planned([])).toMatchObject({ actions: { Send: 'switch-on', Remind: 'switch-on' }, assumed: 0 })
  })

  it('are assumed to allow it where advanced connector policies alone could not be read, and are not asked about connectors that are not theirs', () => {
    const plan = (connectorId: string) =>
      buildPlan({
        release: buildRelease({
          settingsTemplate: {
            ...settingsTemplate,
            connectionReferences: [{ logicalName: 'cto_x', displayName: 'X', connectorId, usedBy: ['Send'] }],
          },
        }),
        dataPolicies: { policies: [] },
      }).lines.filter(({ certainty, message }) => certainty === 'assumed' && message.includes('policy'))
    expect(plan(`${apis}shared_office365`)).toMatchObject([
      {
        effect: 'warn',
        message: expect.stringMatching(/^That no advanced connector policy of .* is assumed: .*platformApiUrl in drover.yaml/) as string,
      },
    ])
    expect(plan(`${apis}shared_cto-5fown`)).toEqual([])
  })

  it('leave a flow off that uses a blocked connector, and whoever runs that flow, and say which policy', () => {
    const { actions, why } = planned([policy(), policy({ name: 'Strict', classes: { shared_office365: 'blocked' } })])
    expect(actions).toEqual({ Send: 'leave', Remind: 'leave' })
    expect(why['Send']).toContain('"Strict" blocks shared_office365')
    expect(planned([policy({ classes: { shared_commondataservice: 'blocked' } })]).actions).toEqual({ Send: 'switch-on', Remind: 'leave' })
    expect(planned([policy({ otherwise: 'blocked' })]).actions).toEqual({ Send: 'leave', Remind: 'leave' })
  })

  it('keep business and non-business connectors apart, also over the flows that a flow runs', () => {
    const mixed = planned([policy({ classes: { shared_office365: 'business' } })])
    expect(mixed.actions).toEqual({ Send: 'switch-on', Remind: 'leave' })
    expect(mixed.why['Remind']).toContain('shared_office365 (business) and shared_CommonDataService (non-business)')
    const both = policy({ classes: { shared_office365: 'business', shared_commondataservice: 'business' } })
    expect(planned([both]).actions).toEqual({ Send: 'switch-on', Remind: 'switch-on' })
  })

  it('judge the actions that a flow takes, and doubt those that nobody can read', () => {
    const sends = (connector: string | undefined) => ({ 'f-send': { operations: [{ connector, operation: 'SendEmailV2' }], http: [] } })
    const rule = (allowsOthers: boolean, actions: Readonly<Record<string, boolean>>) =>
      policy({ actionRules: [{ connector: 'shared_office365', actions, allowsOthers }] })
    const blocked = planned([rule(true, { sendemailv2: false })], [], sends('shared_office365'))
    expect(blocked.actions).toEqual({ Send: 'leave', Remind: 'leave' })
    expect(blocked.why['Send']).toContain('does not allow the action SendEmailV2 of shared_office365')
    expect(planned([rule(false, {})], [], sends('shared_office365')).actions['Send']).toBe('leave')
    expect(planned([rule(false, { sendemailv2: true })], [], sends('shared_office365'))).toMatchObject({
      actions: { Send: 'switch-on' },
      doubts: [],
    })
    expect(planned([rule(false, {})], [], sends(undefined)).doubts.toSorted()).toEqual(['Remind', 'Send'])
    expect(planned([rule(false, {})]).doubts, 'nobody looked into the flows').toHaveLength(2)
  })

  it('judge steps over HTTP as connectors, by the addresses that are written out', () => {
    const asks = (address: string | undefined) => ({ 'f-send': { operations: [], http: [{ connector: 'Http', address }] } })
    expect(planned([policy({ classes: { http: 'blocked' } })], [], asks(undefined)).why['Send']).toContain('blocks Http')
    const rules = [
      { pattern: 'https://api.contoso.com*', isAllowed: true },
      { pattern: '*', isAllowed: false },
    ]
    const strict = [policy({ addressRules: [{ connector: 'http', rules }] })]
    expect(planned(strict, [], asks('https://api.contoso.com/v1'))).toMatchObject({ actions: { Send: 'switch-on' }, doubts: [] })
    expect(planned(strict, [], asks('https://elsewhere.example/x')).why['Send']).toContain('denies the address')
    expect(planned(strict, [], asks(undefined)).doubts).toContain('Send')
  })

  it('doubt a custom connector that only its address classes', () => {
    const reference = { logicalName: 'cto_own', displayName: 'Own', connectorId: `${apis}shared_cto-5fown`, usedBy: ['Send'] }
    const release = buildRelease({ settingsTemplate: { ...settingsTemplate, connectionReferences: [reference] } })
    const lines = (changes: Partial<ObservedDataPolicy>) =>
      buildPlan({ release, dataPolicies: { policies: [policy({ addressPatterns: 1, ...changes })] } }).lines.filter(
        ({ certainty, message }) => certainty === 'unknown' && message.includes('custom connector'),
      )
    expect(lines({}).map(({ subject }) => subject)).toContain('Send')
    expect(lines({ classes: { 'shared_cto-5fown': 'business' } })).toEqual([])
    expect(lines({ addressPatterns: 0 })).toEqual([])
  })

  it('do not stop a flow that runs there: it is exempt, or not reached yet', () => {
    const running: ObservedFlow = { id: 'f-send', name: 'Send', state: 'on', ownerId: undefined }
    expect(planned([policy({ classes: { shared_office365: 'blocked' } })], [running]).actions['Send']).toBe('switch-on')
  })
})

describe('advanced connector policies of the target', () => {
  const advanced = (names: readonly string[], changes: Partial<ObservedConnectorPolicy> = {}): ObservedConnectorPolicy => ({
    ...{ name: 'List', assignedTo: 'environment group', isOnly: false },
    allowed: names.map((connector) => ({ connector })),
    ...changes,
  })
  const judged = (
    policies: readonly ObservedConnectorPolicy[],
    uses?: Readonly<Record<string, FlowUses>>,
    data: readonly ObservedDataPolicy[] = [],
  ) => planned(data, [], uses, policies)
  const both = ['shared_office365', 'shared_commondataservice']

  it('leave a flow off that uses what they do not list, and whoever runs that flow', () => {
    expect(judged([advanced(both)]).actions).toEqual({ Send: 'switch-on', Remind: 'switch-on' })
    expect(judged([advanced(['shared_office365'])]).actions).toEqual({ Send: 'switch-on', Remind: 'leave' })
    const none = judged([advanced([])])
    expect(none.actions).toEqual({ Send: 'leave', Remind: 'leave' })
    expect(none.why['Send']).toContain('the advanced connector policy "List" of the environment group does not allow shared_office365')
  })

  it('leave steps over HTTP to data policies', () => {
    const uses = { 'f-send': { operations: [], http: [{ connector: 'Http', address: undefined }] } }
    expect(judged([advanced(both)], uses).actions).toEqual({ Send: 'switch-on', Remind: 'switch-on' })
  })

  it('judge the actions that a flow takes, and doubt what could not be read', () => {
    const limited = [
      advanced([], { allowed: [{ connector: 'shared_office365', actions: ['sendemailv2'] }, { connector: 'shared_commondataservice' }] }),
    ]
    const sends = (connector: string | undefined, operation: string) => ({ 'f-send': { operations: [{ connector, operation }], http: [] } })
    expect(judged(limited, sends('shared_office365', 'SendEmailV2'))).toMatchObject({ actions: { Send: 'switch-on' }, doubts: [] })
    expect(judged(limited, sends('shared_office365', 'DeleteEmail')).why['Send']).toContain('does not allow the action DeleteEmail of')
    expect(judged(limited, sends(undefined, 'SendEmailV2')).doubts.toSorted()).toEqual(['Remind', 'Send'])
    const byType = [advanced([], { allowed: both.map((connector) => ({ connector, limitsConnections: true as const })) })]
    expect(judged(byType, {}).doubts).toContain('Send')
  })

  it('are a doubt where two that are assigned there contradict each other, since one of them is in effect', () => {
    const contested = judged([advanced(both), advanced([], { name: 'Other', assignedTo: 'environment' })])
    expect(contested).toMatchObject({ actions: { Send: 'switch-on', Remind: 'switch-on' } })
    expect(contested.doubts.toSorted()).toEqual(['Remind', 'Send'])
    expect(judged([advanced([]), advanced([], { name: 'Other' })]).actions['Send']).toBe('leave')
  })

  it('put data policies out of force where they say so, and only then', () => {
    const blocking = [policy({ classes: { shared_office365: 'blocked' } })]
    expect(judged([advanced(both)], undefined, blocking).actions['Send']).toBe('leave')
    expect(judged([advanced(both, { isOnly: true })], undefined, blocking).actions['Send']).toBe('switch-on')
  })
})
