import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SolutionModel } from '#domain/solution'
import { version } from '../../../test/support/domain-builders.ts'
import { findMissingSettings, findUnknownSettings, secretsAmong, stageFlowState } from './evaluate-settings.ts'
import { makeSettingsTemplate } from './make-settings-template.ts'
import { orderFlows } from './order-flows.ts'

const model: SolutionModel = {
  manifest: {
    uniqueName: 'Permits',
    displayName: 'Permits',
    version: version('1.0'),
    isManaged: true,
    publisher: { uniqueName: 'contoso', displayName: 'Contoso', prefix: 'cto', optionValuePrefix: undefined },
    patchOf: undefined,
    platformVersion: undefined,
    rootComponents: [],
    missingDependencies: [],
  },
  components: [],
  flows: [
    {
      id: 'f-1',
      name: 'Notify',
      isOn: true,
      connectionReferences: ['CTO_Mail'],
      embeddedConnections: [],
      childFlows: ['f-2'],
      definition: undefined,
    },
    { id: 'f-2', name: 'Write', isOn: false, connectionReferences: [], embeddedConnections: [], childFlows: [], definition: undefined },
  ],
  connectionReferences: [
    { logicalName: 'cto_mail', displayName: 'Mail', connectorId: '/providers/Microsoft.PowerApps/apis/shared_office365' },
  ],
  environmentVariables: [
    { schemaName: 'cto_Url', displayName: 'Url', type: 'string', defaultValue: undefined, isRequired: false, packagedValue: undefined },
    { schemaName: 'cto_Limit', displayName: 'Limit', type: 'number', defaultValue: '5', isRequired: true, packagedValue: undefined },
  ],
  texts: [],
}

describe('a settings template', () => {
  const template = makeSettingsTemplate(model)

  it('wants a flow on when the package carries it on, and off otherwise', () => {
    expect(template.flows.map((flow) => [flow.name, flow.desired])).toEqual([
      ['Notify', 'on'],
      ['Write', 'off'],
    ])
  })

  it('names the flows that use a connection reference, whatever the letter case', () => {
    expect(template.connectionReferences[0]?.usedBy).toEqual(['Notify'])
  })

  it('names each variable without default and value, and each reference without connection', () => {
    const missing = findMissingSettings(template, { environmentVariables: {}, connectionReferences: { cto_mail: ' ' }, flows: {} })
    expect(missing.map((reason) => reason.subject)).toEqual(['cto_Url', 'cto_mail'])
    expect(missing[1]?.message).toContain('shared_office365')
    expect(missing[1]?.message).toContain('Notify')
  })

  it('misses nothing once each has a value, named in any letter case', () => {
    const stage = { environmentVariables: { CTO_URL: 'https://x' }, connectionReferences: { CTO_MAIL: 'c-1' }, flows: {} }
    expect(findMissingSettings(template, stage)).toEqual([])
  })

  it('takes a reference to a secret for a value', () => {
    const secret = { kind: 'file', path: 'secrets/url' } as const
    const stage = { environmentVariables: { cto_Url: { secret } }, connectionReferences: { cto_mail: 'c-1' }, flows: {} }
    expect(findMissingSettings(template, stage)).toEqual([])
    expect(secretsAmong(['plain', { secret }])).toEqual([secret])
  })

  it('reports settings that name nothing in the release', () => {
    const stage = {
      environmentVariables: { cto_Urll: 'x' },
      connectionReferences: { cto_sql: 'c' },
      flows: { Notify: 'off', Ghost: 'on' },
    } as const
    expect(findUnknownSettings(template, stage).map((reason) => reason.subject)).toEqual(['cto_Urll', 'cto_sql', 'Ghost'])
  })

  it('lets the stage name a flow by id or by name, the id first', () => {
    const flow = { id: 'f-1', name: 'Notify' }
    expect(stageFlowState({ environmentVariables: {}, connectionReferences: {}, flows: { Notify: 'on', 'F-1': 'off' } }, flow)).toBe('off')
    expect(stageFlowState({ environmentVariables: {}, connectionReferences: {}, flows: { Notify: 'on' } }, flow)).toBe('on')
    expect(stageFlowState({ environmentVariables: {}, connectionReferences: {}, flows: {} }, flow)).toBeUndefined()
  })
})

const flowGraph = fc
  .nat({ max: 8 })
  .chain((size) =>
    fc
      .array(fc.array(fc.nat({ max: size }), { maxLength: 3 }), { minLength: size, maxLength: size })
      .map((calls) =>
        calls.map((children, index) => ({ id: `f${index}`, name: `Flow ${index}`, childFlows: children.map((child) => `F${child}`) })),
      ),
  )

describe('ordering flows', () => {
  it('puts each child before its caller, unless they call each other in a circle that it names', () => {
    fc.assert(
      fc.property(flowGraph, (flows) => {
        const { flows: ordered, cycles } = orderFlows(flows)
        const place = new Map(ordered.map((flow, index) => [flow.id, index]))
        for (const flow of flows) {
          for (const child of flow.childFlows.map((id) => id.toLowerCase())) {
            const isInCircle = cycles.some(
              (cycle) => cycle.some((member) => member.id === flow.id) && cycle.some((member) => member.id === child),
            )
            if (!place.has(child) || isInCircle) continue
            expect(place.get(child)).toBeLessThan(place.get(flow.id) ?? -1)
          }
        }
      }),
    )
  })

  it('neither loses nor invents a flow', () => {
    fc.assert(
      fc.property(flowGraph, (flows) => {
        expect(
          orderFlows(flows)
            .flows.map((flow) => flow.id)
            .sort(),
        ).toEqual(flows.map((flow) => flow.id).sort())
      }),
    )
  })

  it('names a circle only where a flow really reaches itself', () => {
    fc.assert(
      fc.property(flowGraph, (flows) => {
        const inCircle = new Set(orderFlows(flows).cycles.flatMap((cycle) => cycle.map((flow) => flow.id)))
        for (const flow of flows) expect(inCircle.has(flow.id)).toBe(reaches(flows, flow.id, flow.id))
      }),
    )
  })

  it('keeps the given order of flows that do not call each other', () => {
    const flows = ['c', 'a', 'b'].map((id) => ({ id, name: id, childFlows: [] }))
    expect(orderFlows(flows).flows).toEqual(flows)
  })
})

function reaches(flows: readonly { id: string; childFlows: readonly string[] }[], from: string, goal: string): boolean {
  const seen = new Set<string>()
  const open = [from]
  while (open.length > 0) {
    const next = open.pop()
    const flow = flows.find((candidate) => candidate.id === next)
    for (const child of (flow?.childFlows ?? []).map((id) => id.toLowerCase())) {
      if (child === goal) return true
      if (!seen.has(child)) open.push(child)
      seen.add(child)
    }
  }
  return false
}
