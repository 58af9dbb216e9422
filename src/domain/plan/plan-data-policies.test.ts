import { describe, expect, it } from 'vitest'
import type { ObservedDataPolicy, ObservedFlow } from '#domain/environment'
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
function planned(policies: readonly ObservedDataPolicy[] | undefined, there: readonly ObservedFlow[] = []) {
  const dataPolicies = policies === undefined ? undefined : { policies }
  const plan = buildPlan({ release: buildRelease({ settingsTemplate }), observed: buildObserved({ flows: there }), dataPolicies })
  return {
    actions: Object.fromEntries(plan.flows.map((flow) => [flow.name, flow.action])),
    why: Object.fromEntries(plan.flows.map((flow) => [flow.name, flow.why])),
    assumed: plan.lines.filter(({ message, certainty }) => message.includes('data policy') && certainty === 'assumed').length,
  }
}

describe('data policies of the target', () => {
  it('are assumed to allow what they could not be asked about, and only then', () => {
    expect(planned(undefined)).toMatchObject({ actions: { Send: 'switch-on', Remind: 'switch-on' }, assumed: 1 })
    expect(planned([])).toMatchObject({ actions: { Send: 'switch-on', Remind: 'switch-on' }, assumed: 0 })
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

  it('do not stop a flow that runs there: it is exempt, or not reached yet', () => {
    const running: ObservedFlow = { id: 'f-send', name: 'Send', state: 'on', ownerId: undefined }
    expect(planned([policy({ classes: { shared_office365: 'blocked' } })], [running]).actions['Send']).toBe('switch-on')
  })
})
