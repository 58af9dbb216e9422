import { describe, expect, it } from 'vitest'
import type { InstalledSolution, ObservedConnection, ObservedFlow, SecretRef } from '#domain/environment'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { MissingDependency } from '#domain/solution'
import {
  buildEnvironment,
  buildObserved,
  buildPlan,
  buildRelease,
  emptySettings,
  emptyTemplate,
  sha256,
  version,
} from '../../../test/support/domain-builders.ts'
import type { Plan } from './plan.ts'
import type { PlanFacts } from './plan-facts.ts'
import { desiredFlowStates } from './plan-flows.ts'
import { hashPlan } from './material-part.ts'

function installed(changes: Partial<InstalledSolution> = {}): InstalledSolution {
  return { id: 's-1', uniqueName: 'Permits', version: version('1.0.0.0'), isManaged: true, publisherPrefix: 'cto', ...changes }
}

function planOver(solution: InstalledSolution, changes: Partial<PlanFacts> = {}): Plan {
  return buildPlan({ observed: buildObserved({ solutions: [solution] }), ...changes })
}

function codes(plan: Plan): string[] {
  return plan.blockers.map((blocker) => blocker.code)
}

describe('the mode of a plan', () => {
  it('installs what is not there', () => {
    const plan = buildPlan()
    expect([plan.mode, plan.fromVersion, codes(plan)]).toEqual(['install', undefined, []])
  })

  it('updates only when it is known that nothing is removed', () => {
    expect(planOver(installed(), { removedComponents: [] }).mode).toBe('update')
    expect(planOver(installed(), { removedComponents: 'unknown' }).mode).toBe('upgrade')
    expect(planOver(installed(), { removedComponents: ['Entity:cto_old'] }).mode).toBe('upgrade')
  })

  it('names each component that an upgrade deletes, and never calls it sure what it cannot tell', () => {
    const named = planOver(installed(), { removedComponents: ['Entity:cto_old'] }).lines.filter((line) => line.effect === 'delete')
    expect(named.map((line) => [line.subject, line.certainty])).toEqual([['Entity:cto_old', 'assumed']])
    const unknown = planOver(installed()).lines.filter((line) => line.effect === 'delete')
    expect(unknown.map((line) => line.certainty)).toEqual(['unknown'])
  })

  it.each([
    ['1.1.0.0', 'the same as'],
    ['1.1', 'the same as'],
    ['1.1.0.1', 'lower than'],
    ['1.10', 'lower than'],
  ])('refuses 1.1.0.0 over %s, because the version does not rise (STR-12)', (there, relation) => {
    const plan = planOver(installed({ version: version(there) }))
    expect(codes(plan)).toEqual(['STR-12'])
    expect(plan.blockers[0]?.message).toContain(relation)
  })

  it('lets a higher version in, however the parts are written', () => {
    expect(codes(planOver(installed({ version: version('1.0.99') })))).toEqual([])
  })

  it('refuses a managed import over an unmanaged solution (0x80048040)', () => {
    const plan = planOver(installed({ isManaged: false, uniqueName: 'permits' }))
    expect(codes(plan)).toEqual(['plan.installed-unmanaged'])
    expect(plan.blockers[0]?.message).toContain('0x80048040')
  })

  it('refuses a solution of another publisher (STR-03)', () => {
    expect(codes(planOver(installed({ publisherPrefix: 'fab' })))).toEqual(['STR-03'])
    expect(codes(planOver(installed({ publisherPrefix: undefined })))).toEqual([])
  })

  it('waits for a pending upgrade (PIP-14)', () => {
    const holding = installed({ uniqueName: 'Permits_Upgrade', version: version('1.0.5') })
    expect(codes(buildPlan({ observed: buildObserved({ solutions: [installed(), holding] }) }))).toEqual(['PIP-14'])
  })

  it('never publishes in a target, and switches flows only when there are some', () => {
    expect(buildPlan().steps).toEqual(['observe', 'stage', 'import', 'verify'])
  })
})

function needs(solution: string, minimumVersion?: string): MissingDependency {
  const end = { type: '1', kind: 'Entity', displayName: undefined, id: undefined, parentSchemaName: undefined }
  return {
    required: {
      ...end,
      schemaName: 'cto_needed',
      solution,
      minimumVersion: minimumVersion === undefined ? undefined : version(minimumVersion),
    },
    dependent: { ...end, schemaName: 'cto_using' },
  }
}

function planNeeding(dependency: MissingDependency, there: readonly InstalledSolution[] = []): Plan {
  return buildPlan({ release: buildRelease({ dependencies: [dependency] }), observed: buildObserved({ solutions: there }) })
}

describe('dependencies (STR-15)', () => {
  it('names a solution that is missing, with the version that is needed', () => {
    const plan = planNeeding(needs('CreatorKit', '1.2.3.4'))
    expect(codes(plan)).toEqual(['STR-15'])
    expect(plan.blockers[0]?.reasons[0]?.message).toContain('CreatorKit 1.2.3.4 or higher is not installed')
  })

  it('compares major, minor and build, because exports pin a revision that floats', () => {
    const kit = (text: string) => installed({ uniqueName: 'creatorkit', version: version(text) })
    expect(codes(planNeeding(needs('CreatorKit', '1.2.3.4'), [kit('1.2.3.0')]))).toEqual([])
    expect(codes(planNeeding(needs('CreatorKit', '1.2.3.4'), [kit('1.2.2.9')]))).toEqual(['STR-15'])
  })

  it('takes the platform as present everywhere', () => {
    const plan = planNeeding(needs('System'))
    expect([codes(plan), plan.lines.filter((line) => line.subject === 'System')]).toEqual([[], []])
  })

  it('names a component that belongs to no solution in Dev', () => {
    const plan = planNeeding(needs('Active'))
    expect(codes(plan)).toEqual(['STR-15'])
    expect(plan.blockers[0]?.reasons[0]?.subject).toBe('Entity cto_needed')
  })

  it('knows such a component by the solution that brought it to the target, as long as that is installed', () => {
    const facts = {
      release: buildRelease({ dependencies: [needs('Active')] }),
      carriers: [{ uniqueName: 'Common', components: ['Entity:cto_needed'] }],
    }
    const there = buildObserved({ solutions: [installed({ uniqueName: 'Common' })] })
    expect(codes(buildPlan({ ...facts, observed: there }))).toEqual([])
    expect(codes(buildPlan(facts))).toEqual(['STR-15'])
    expect(codes(buildPlan({ ...facts, arriving: [{ uniqueName: 'Common', version: version('1.0.0.0') }] }))).toEqual([])
  })

  it('does not call it known that an installed solution has the component', () => {
    const plan = planNeeding(needs('CreatorKit'), [installed({ uniqueName: 'CreatorKit' })])
    expect(plan.lines.find((line) => line.subject === 'CreatorKit')?.certainty).toBe('assumed')
  })

  it('warns when the source platform is newer than the target (TOP-13), and says when it cannot compare', () => {
    const over = (platformVersion: string) =>
      buildPlan({ observed: buildObserved({ platformVersion }) }).lines.filter((line) => line.subject === 'platform version')
    expect(over('9.2.25100.7')).toEqual([])
    expect(over('9.2.24000.7').map((line) => line.certainty)).toEqual(['known'])
    expect(over('unclear').map((line) => line.certainty)).toEqual(['unknown'])
  })
})

const office = '/providers/Microsoft.PowerApps/apis/shared_office365'

function connection(changes: Partial<ObservedConnection> = {}): ObservedConnection {
  return {
    id: 'conn-1',
    connectorId: office,
    displayName: 'Mail of Olga',
    status: 'connected',
    owner: 'olga@contoso.com',
    mayUse: 'yes',
    ...changes,
  }
}

function planBinding(connections: readonly ObservedConnection[], connectorId: string | undefined = office): Plan {
  const settingsTemplate = {
    ...emptyTemplate,
    connectionReferences: [{ logicalName: 'cto_mail', displayName: 'Mail', connectorId, usedBy: ['Notify'] }],
  }
  return buildPlan({
    release: buildRelease({ settingsTemplate }),
    stageSettings: { ...emptySettings, connectionReferences: { cto_Mail: 'conn-1' } },
    observed: buildObserved({ connections }),
  })
}

describe('connections', () => {
  it('are bound inside the import, and only there', () => {
    const plan = planBinding([connection()])
    expect(codes(plan)).toEqual([])
    expect(plan.parameters.connectionReferences).toEqual([
      { logicalName: 'cto_mail', displayName: 'Mail', connectorId: office, connectionId: 'conn-1' },
    ])
  })

  it('must exist in the target', () => {
    expect(codes(planBinding([]))).toEqual(['connection.absent'])
  })

  it('must be of the connector that the reference wants', () => {
    expect(codes(planBinding([connection({ connectorId: '/providers/Microsoft.PowerApps/apis/shared_sql' })]))).toEqual([
      'connection.wrong-connector',
    ])
    expect(codes(planBinding([connection({ connectorId: 'shared_Office365' })]))).toEqual([])
  })

  it('of a custom connector match by the part of the name that is the same in each environment, but only as assumed', () => {
    const custom = (tail: string) => `/providers/Microsoft.PowerApps/apis/shared_cto-5fpermits-5f${tail}`
    const plan = planBinding([connection({ connectorId: custom('00ff00ff00ff00ff') })], custom('1234567890abcdef'))
    expect([codes(plan), plan.lines.find((line) => line.subject === 'cto_mail')?.certainty]).toEqual([[], 'assumed'])
    expect(codes(planBinding([connection({ connectorId: 'shared_cto-5fother-5f00ff00ff00ff00ff' })], custom('1234567890abcdef')))).toEqual([
      'connection.wrong-connector',
    ])
  })

  it('must be usable: the refusal names who has to share what with whom', () => {
    const plan = planBinding([connection({ mayUse: 'no' })])
    expect(codes(plan)).toEqual(['connection.not-shared'])
    const message = plan.blockers[0]?.reasons[0]?.message
    for (const name of ['olga@contoso.com', 'Mail of Olga', 'conn-1', 'oid-drover', 'cto_mail', 'Notify']) expect(message).toContain(name)
  })

  it('must be connected', () => {
    expect(codes(planBinding([connection({ status: 'error' })]))).toEqual(['connection.not-connected'])
  })

  it('that nobody can tell about close the way', () => {
    expect(codes(planBinding([connection({ mayUse: 'unknown' })]))).toEqual(['connection.unknown'])
    expect(codes(planBinding([connection({ status: 'unknown' })]))).toEqual(['connection.unknown'])
  })

  it('that may not be used are never among the parameters', () => {
    for (const changes of [{ mayUse: 'no' }, { mayUse: 'unknown' }, { status: 'error' }] as const) {
      expect(planBinding([connection(changes)]).parameters.connectionReferences).toEqual([])
    }
  })
})

describe('settings (STR-10)', () => {
  const settingsTemplate = {
    ...emptyTemplate,
    environmentVariables: [
      { schemaName: 'cto_Url', type: 'string', hasDefault: false, isRequired: true },
      { schemaName: 'cto_Limit', type: 'number', hasDefault: true, isRequired: false },
    ],
    connectionReferences: [{ logicalName: 'cto_mail', displayName: undefined, connectorId: undefined, usedBy: [] }],
  }
  const release = buildRelease({ settingsTemplate })

  it('that are missing close the way, each by name', () => {
    const plan = buildPlan({ release })
    expect(codes(plan)).toEqual(['STR-10'])
    expect(plan.blockers[0]?.reasons.map((reason) => reason.subject)).toEqual(['cto_Url', 'cto_mail'])
  })

  it('travel inside the import; a default stays with the solution, and a name that means nothing warns', () => {
    const stageSettings = {
      ...emptySettings,
      environmentVariables: { cto_url: 'https://x', cto_Typo: '1' },
      connectionReferences: { cto_mail: 'conn-1' },
    }
    const plan = buildPlan({ release, stageSettings, observed: buildObserved({ connections: [connection()] }) })
    expect(codes(plan)).toEqual([])
    expect(plan.parameters.environmentVariables).toEqual([{ schemaName: 'cto_Url', value: 'https://x' }])
    const warnings = plan.lines.filter((line) => line.effect === 'warn' && line.certainty === 'known')
    expect(warnings.map((line) => line.subject)).toEqual(['cto_Typo'])
  })

  const secret = { kind: 'environment', variable: 'API_KEY' } as const
  const withSecret = (observed: Partial<PlanFacts['observed']> = {}, reference: SecretRef = secret) =>
    buildPlan({
      release: buildRelease({ settingsTemplate: { ...settingsTemplate, connectionReferences: [] } }),
      stageSettings: { ...emptySettings, environmentVariables: { cto_Url: { secret: reference } } },
      observed: buildObserved(observed),
    })

  it('may name a secret, which the plan carries and hashes by its reference', () => {
    const plan = withSecret()
    expect(codes(plan)).toEqual([])
    expect(plan.parameters.environmentVariables).toEqual([{ schemaName: 'cto_Url', value: { secret } }])
    expect(plan.lines.find((line) => line.subject === 'cto_Url')?.message).toBe('Takes the secret in variable API_KEY.')
    expect(hashPlan(withSecret({}, { kind: 'file', path: 'API_KEY' }), sha256)).not.toBe(hashPlan(plan, sha256))
  })

  it('close the way when a secret that they name cannot be had, and only then', () => {
    const message = 'The environment variable API_KEY is not set.'
    const plan = withSecret({ missingSecrets: [{ secret, message }] })
    expect(codes(plan)).toEqual(['secret.absent'])
    expect(plan.blockers[0]?.reasons).toEqual([{ subject: 'cto_Url', message }])
    expect(codes(withSecret({ missingSecrets: [{ secret: { kind: 'file', path: 'API_KEY' }, message }] }))).toEqual([])
  })

  it('never stand in a line of the plan as values', () => {
    const stageSettings = { ...emptySettings, environmentVariables: { cto_Url: 'plain-canary' } }
    expect(JSON.stringify(buildPlan({ release, stageSettings }).lines)).not.toContain('canary')
  })
})

function flow(state: ObservedFlow['state']): ObservedFlow {
  return { id: 'F-1', name: 'Notify', state, ownerId: undefined }
}

function planFlow(there: readonly ObservedFlow[], changes: Partial<PlanFacts> = {}, packaged: 'on' | 'off' = 'on'): Plan {
  const settingsTemplate = { ...emptyTemplate, flows: [{ id: 'f-1', name: 'Notify', desired: packaged, childFlows: [] }] }
  return buildPlan({ release: buildRelease({ settingsTemplate }), observed: buildObserved({ flows: there }), ...changes })
}

function action(plan: Plan): string | undefined {
  return plan.flows[0]?.action
}

describe('flows', () => {
  it('that are new and wanted on are switched on', () => {
    expect(action(planFlow([]))).toBe('switch-on')
    expect(planFlow([]).steps).toContain('activate-flows')
  })

  it('that someone stopped on purpose stay stopped, also when the settings say on', () => {
    const earlierFlows = { 'f-1': 'on' } as const
    expect(action(planFlow([flow('off')], { earlierFlows }))).toBe('leave')
    expect(action(planFlow([flow('off')], { earlierFlows, stageSettings: { ...emptySettings, flows: { Notify: 'on' } } }))).toBe('leave')
  })

  it('that a person stopped stay stopped over many releases, because the plan remembers what was wanted', () => {
    const second = planFlow([flow('off')], { earlierFlows: { 'f-1': 'on' } })
    expect(action(planFlow([flow('off')], { earlierFlows: desiredFlowStates(second) }))).toBe('leave')
  })

  it('that the last release wanted off and this one wants on are switched on', () => {
    expect(action(planFlow([flow('off')], { earlierFlows: { 'f-1': 'off' } }))).toBe('switch-on')
  })

  it('that were off before Drover came are left, unless the settings say on', () => {
    expect(action(planFlow([flow('off')]))).toBe('leave')
    expect(action(planFlow([flow('off')], { stageSettings: { ...emptySettings, flows: { 'F-1': 'on' } } }))).toBe('switch-on')
  })

  it('that were left for reasons nobody can tell can still be switched on later by the settings', () => {
    for (const state of ['off', 'suspended'] as const) {
      const earlierFlows = desiredFlowStates(planFlow([flow(state)]))
      expect(action(planFlow([flow('off')], { earlierFlows }))).toBe('leave')
      expect(action(planFlow([flow('off')], { earlierFlows, stageSettings: { ...emptySettings, flows: { Notify: 'on' } } }))).toBe(
        'switch-on',
      )
    }
  })

  it('that the platform suspended are left', () => {
    expect(action(planFlow([flow('suspended')], { stageSettings: { ...emptySettings, flows: { Notify: 'on' } } }))).toBe('leave')
  })

  it('are switched off when the settings say so, or when the release changed them to off', () => {
    expect(action(planFlow([flow('on')], { stageSettings: { ...emptySettings, flows: { Notify: 'off' } } }))).toBe('switch-off')
    expect(action(planFlow([flow('on')], { earlierFlows: { 'f-1': 'on' } }, 'off'))).toBe('switch-off')
    expect(action(planFlow([flow('on')], {}, 'off'))).toBe('leave')
  })

  it('are switched child first, and a caller of a stopped child is not called sure', () => {
    const settingsTemplate = {
      ...emptyTemplate,
      flows: [
        { id: 'f-0', name: 'Parent', desired: 'on' as const, childFlows: ['F-1'] },
        { id: 'f-1', name: 'Notify', desired: 'on' as const, childFlows: [] },
      ],
    }
    const release = buildRelease({ settingsTemplate })
    expect(buildPlan({ release }).flows.map((planned) => planned.name)).toEqual(['Notify', 'Parent'])
    const stopped = buildPlan({ release, observed: buildObserved({ flows: [flow('off')] }), earlierFlows: { 'f-1': 'on' } })
    expect(stopped.lines.find((line) => line.subject === 'Parent' && line.effect === 'warn')?.certainty).toBe('unknown')
  })
})

describe('a plan', () => {
  it('is the same for the same facts, and another one when the target or the settings change', () => {
    const hash = hashPlan(planFlow([]), sha256)
    expect(hashPlan(planFlow([]), sha256)).toBe(hash)
    expect(hashPlan(planFlow([flow('off')]), sha256)).not.toBe(hash)
    expect(hashPlan(planFlow([], { stageSettings: { ...emptySettings, flows: { Notify: 'off' } } }), sha256)).not.toBe(hash)
  })

  it('is another one for another environment, another address and another identity', () => {
    const hashOf = (changes: Partial<PlanFacts>) => hashPlan(buildPlan(changes), sha256)
    const environment = buildEnvironment('prod', 'production', 'pet')
    const hash = hashOf({ environment })
    expect(hashOf({ environment: { ...environment, url: `${environment.url}/` } })).toBe(hash)
    expect(hashOf({ environment: { ...environment, id: toId<EnvironmentId>('prod-2') } })).not.toBe(hash)
    expect(hashOf({ environment: { ...environment, url: 'http://127.0.0.1/elsewhere' } })).not.toBe(hash)
    expect(hashOf({ environment, observed: buildObserved({ identity: { userId: 'user-2', objectId: 'oid-drover' } }) })).not.toBe(hash)
  })

  it('lists every blocker, not only the first', () => {
    const release = buildRelease({
      dependencies: [needs('Kit')],
      settingsTemplate: {
        ...emptyTemplate,
        environmentVariables: [{ schemaName: 'v', type: 'string', hasDefault: false, isRequired: true }],
      },
    })
    expect(codes(planOver(installed({ version: version('2.0') }), { release }))).toEqual(['STR-12', 'STR-15', 'STR-10'])
  })
})
