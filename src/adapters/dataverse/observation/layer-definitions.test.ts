import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realChanges } from '#domain/environment'
import type { OpenEnvironment } from '#engine/ports'
import { memoryTree, mergeSource, packageOfLayers, unpackSolution, readZip } from '#format'
import type { HandMade } from '../../../../test/conformance/hand-made.ts'
import { handMade, section, tab } from '../../../../test/conformance/hand-made.ts'
import { bring } from '../../../../test/conformance/life-of-solutions.ts'
import type { Organisation } from '../../../../test/conformance/organisation.ts'
import { openLocal } from '../../../../test/conformance/organisation.ts'
import { holdingsOf, openOf } from '../testing/observed-organisation.ts'

const formId = '7d1c9a54-0c7c-4f5e-9f5a-6f0c7a1b0001'
const viewId = '7d1c9a54-0c7c-4f5e-9f5a-6f0c7a1b0002'
const flowId = '7d1c9a54-0c7c-4f5e-9f5a-6f0c7a1b0003'
const roleId = '7d1c9a54-0c7c-4f5e-9f5a-6f0c7a1b0004'
const tabs = (label: string) => tab(`${formId.slice(0, -4)}0012`, label, [section(`${formId.slice(0, -4)}1000`, 'Sails', ['hand_sail'])])
const boats: HandMade = {
  name: 'Boats',
  version: '1.0.0.0',
  tables: [
    {
      name: 'hand_boat',
      columns: [{ name: 'hand_sail', maxLength: 100 }],
      forms: [{ id: formId, name: 'Boat', tabs: tabs('General') }],
      views: [{ id: viewId, name: 'All boats', columns: ['hand_name'] }],
    },
  ],
  flows: [{ id: flowId, name: 'Greet', says: 'Hello' }],
  roles: [{ id: roleId, name: 'Sailor', tables: ['hand_boat'] }],
}
const wanted = [`SystemForm:${formId}`, `SavedQuery:${viewId}`, `Workflow:${flowId}`, 'Attribute:hand_boat.hand_sail', `Role:${roleId}`]

let organisation: Organisation
let environment: OpenEnvironment

beforeAll(async () => {
  organisation = await openLocal()
  await bring(organisation, { ...boats, isManaged: true })
  environment = openOf(organisation)
})
afterAll(() => organisation.close())

describe('changes by hand, read out of layers', () => {
  it('come to the source as texts that layers hold whole, and the rest says why it does not', async () => {
    await changeByHand()
    const components = await holdingsOf(environment, 'Boats')
    const layers = []
    for (const component of wanted) {
      const found = components.get(component)
      if (found === undefined) throw new Error(`${component} is not among ${[...components.keys()].join(', ')}`)
      const active = await environment.fetchActiveDefinition(found)
      layers.push({ component, changed: active && realChanges(active.layer), attributes: active?.attributes })
    }
    const { bytes, cannot } = await packageOfLayers(await handMade(boats), layers)
    expect(Object.keys(cannot), JSON.stringify(cannot)).toEqual([`Role:${roleId}`])
    expect(cannot[`Role:${roleId}`]).toContain('does not stand whole in its layer')

    const shipped = await sourceOf(boats)
    const inDev = await sourceOf({ ...boats, version: '1.1.0.0', flows: [{ id: flowId, name: 'Greet kindly', says: 'Hello' }] })
    const merge = await mergeSource({ shipped, exported: bytes, current: inDev, components: wanted })
    const outcomes = Object.fromEntries(merge.components.map(({ component, outcome }) => [component.split(':')[0], outcome]))
    expect(outcomes, JSON.stringify(merge.components)).toEqual({
      ...{ SystemForm: 'merged', SavedQuery: 'merged', Workflow: 'merged', Attribute: 'merged', Role: 'cannot' },
    })
    const texts = [...merge.files.values()].map((file) => new TextDecoder().decode(file)).join('\n')
    for (const each of ['Rigging', 'Fast boats', 'Ahoy', '250']) expect(texts).toContain(each)
    expect(merge.conflicts).toEqual([])
  })

  it('are none where nobody changed anything', async () => {
    const components = await holdingsOf(environment, 'Boats')
    const table = components.get('Entity:hand_boat')
    expect(table && (await environment.fetchActiveDefinition(table))).toBeUndefined()
  })
})

async function changeByHand(): Promise<void> {
  const form = await organisation.call('GET', `systemforms(${formId})?$select=formxml`)
  const formxml = String(form.json['formxml'])
  await change(`systemforms(${formId})`, { formxml: formxml.replace('General', 'Rigging') })
  await change(`savedqueries(${viewId})`, { name: 'Fast boats' })
  const flow = await organisation.call('GET', `workflows(${flowId})?$select=clientdata`)
  const clientdata = String(flow.json['clientdata'])
  await change(`workflows(${flowId})`, { clientdata: clientdata.replace('Hello', 'Ahoy') })
  await change(`roles(${roleId})`, { name: 'Captain' })
  const column = "EntityDefinitions(LogicalName='hand_boat')/Attributes(LogicalName='hand_sail')"
  const { status, text } = await organisation.call('PUT', column, {
    body: {
      '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
      LogicalName: 'hand_sail',
      SchemaName: 'hand_sail',
      MaxLength: 250,
    },
  })
  expect(status, text).toBeLessThan(300)
  const ParameterXml = '<importexportxml><entities><entity>hand_boat</entity></entities></importexportxml>'
  await organisation.call('POST', 'PublishXml', { body: { ParameterXml } })
}

async function change(path: string, body: Readonly<Record<string, unknown>>): Promise<void> {
  const answer = await organisation.call('PATCH', path, { body })
  expect(answer.status, answer.text).toBeLessThan(300)
}

async function sourceOf(solution: HandMade) {
  const files = []
  for await (const file of unpackSolution(memoryTree(await readZip(await handMade(solution))))) files.push(file)
  return memoryTree(files)
}
