import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ComponentPart } from '#format'
import { element, parseXml } from '#format'
import type { SampleOptions, TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import {
  column,
  connectionReferencePart,
  flow,
  openTestEnvironments,
  solutionFile,
  table,
} from '../../../test/support/emulated-environment.ts'
import { componentLayers } from './virtual-rows.ts'

const formId = 'cccccccc-0000-4000-8000-000000000001'
const flowId = 'bbbbbbbb-0000-4000-8000-000000000001'
const roots: SampleOptions['roots'] = [{ type: '1', schemaName: 'con_order', behavior: 1 }]

let environments: TestEnvironments
let env: TestEnvironment
beforeEach(async () => {
  environments = await openTestEnvironments()
  env = await environments.open('test')
})
afterEach(() => environments.close())

async function bring(
  options: Partial<SampleOptions> & Pick<SampleOptions, 'parts'>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const CustomizationFile = await solutionFile({ roots, ...options })
  const plain = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false }
  const { operation } = await env.finish('ImportSolutionAsync', { ...plain, CustomizationFile, ...more })
  return operation
}

function form(marks = ''): ComponentPart {
  const text = `<systemform><formid>{${formId}}</formid><form><tabs><tab id="{t}"${marks} /></tabs></form></systemform>`
  const section = ['Entities', 'Entity', 'FormXml', 'forms[type=main]']
  return {
    kind: 'SystemForm',
    key: formId,
    displayName: 'Order',
    parent: 'Entity:con_order',
    section,
    xml: parseXml(text, 'form'),
    files: [],
  }
}

/** What `msdyn_changes` of the Active layer says of the column. */
function activeChanges(): unknown {
  const id = String(env.row('attribute', 'logicalname', 'con_code')?.metadataid)
  return env.ctx.env.read((tx) => JSON.parse(String(componentLayers(tx, 'Attribute', id).at(-1)?.msdyn_changes)).Attributes)
}

const converting = { ConvertToManaged: true }
const managed = { name: 'Managed', isManaged: true }

describe('what is unmanaged in the target', () => {
  it('stays over its new managed base as a change of it', async () => {
    await bring({ parts: [table('con_order'), column('con_order', 'con_code', 'by hand')], isManaged: false })
    await bring({ ...managed, parts: [table('con_order'), column('con_order', 'con_code', 'managed')] }, converting)
    expect(env.row('attribute', 'logicalname', 'con_code')?.displayname).toBe('by hand')
    expect(activeChanges()).toEqual([{ Key: 'displayname', Value: 'by hand' }])
  })

  it('has the incoming values in the columns that it had changed when it is overwritten', async () => {
    await bring({ ...managed, parts: [table('con_order'), column('con_order', 'con_code', 'first')] })
    await bring({ parts: [table('con_order'), column('con_order', 'con_code', 'by hand')], isManaged: false })
    await env.call('PublishAllXml')
    expect(activeChanges()).toEqual([{ Key: 'displayname', Value: 'by hand' }])
    const next = { ...managed, version: '1.1.0.0', parts: [table('con_order'), column('con_order', 'con_code', 'second')] }
    await bring(next, { OverwriteUnmanagedCustomizations: true })
    expect(activeChanges()).toEqual([{ Key: 'displayname', Value: 'second' }])
  })

  it('becomes managed only on demand', async () => {
    await bring({ parts: [table('con_order'), form()], isManaged: false })
    await env.call('PublishAllXml')
    expect(await bring({ ...managed, parts: [table('con_order'), form()] })).toMatchObject({ statuscode: 31, errorcode: 0x8004f016 | 0 })
    expect(await bring({ ...managed, parts: [table('con_order'), form()] }, converting)).toMatchObject({ statuscode: 30 })
    expect(env.row('systemform', 'formid', formId)?.ismanaged).toBe(true)
  })

  it('does not become managed by a form that comes as differences alone', async () => {
    await bring({ parts: [table('con_order'), form()], isManaged: false })
    await env.call('PublishAllXml')
    const operation = await bring({ ...managed, parts: [table('con_order'), form(' solutionaction="Modified"')] }, converting)
    expect(operation).toMatchObject({
      statuscode: 31,
      message: expect.stringContaining(`cannot transition the entity form ${formId} from unmanaged to managed`),
    })
  })

  it('has to be deleted first where it is a map of columns', async () => {
    const xml = element('EntityMap', {}, [
      element('EntitySource', {}, ['con_order']),
      element('EntityTarget', {}, ['con_order']),
      element('AttributeMaps'),
    ])
    const map: ComponentPart = {
      kind: 'EntityMap',
      key: 'con_order-con_order',
      displayName: undefined,
      parent: undefined,
      section: ['EntityMaps'],
      xml,
      files: [],
    }
    await bring({ parts: [table('con_order'), map], isManaged: false })
    const operation = await bring({ ...managed, parts: [table('con_order'), map] }, converting)
    expect(operation).toMatchObject({ statuscode: 31, errorcode: 0x8004f016 | 0 })
  })
})

describe('removing the unmanaged layer', () => {
  const remove = (name: string, id: unknown): Promise<unknown> =>
    env.call('RemoveActiveCustomizations', { SolutionComponentName: name, ComponentId: id })

  it('takes the component itself when that is its only layer', async () => {
    await bring({ parts: [table('con_order'), column('con_order', 'con_code')], isManaged: false })
    await remove('Attribute', env.row('attribute', 'logicalname', 'con_code')?.metadataid)
    expect(env.row('attribute', 'logicalname', 'con_code')).toBeUndefined()
  })

  it('keeps a component that others need', async () => {
    await bring({
      parts: [connectionReferencePart('con_ref'), flow(flowId, 'Sync', 'con_ref')],
      roots: [{ type: '29', id: flowId, behavior: 0 }],
    })
    const id = env.row('connectionreference', 'connectionreferencelogicalname', 'con_ref')?.connectionreferenceid
    await expect(remove('connectionreference', id)).rejects.toMatchObject({ code: '0x8004F01F' })
  })

  it('is refused by name for pieces of components', async () => {
    await expect(remove('AttributeLookupValue', formId)).rejects.toMatchObject({ status: 501 })
    await expect(remove('SystemForm', formId)).rejects.toMatchObject({ status: 404, code: '0x80040217' })
  })
})

describe('a package that needs what it neither lists nor brings', () => {
  const orphan = { name: 'Flows', parts: [flow(flowId, 'Sync', 'con_ref')], roots: [{ type: '29', id: flowId, behavior: 0 as const }] }

  it('is refused at import and at staging', async () => {
    expect(await bring(orphan)).toMatchObject({
      statuscode: 31,
      errorcode: 0x8004801d | 0,
      message: expect.stringContaining('schemaName=\\"con_ref\\"'),
    })
    const staged = await env.call('StageSolution', { CustomizationFile: await solutionFile(orphan) })
    expect(JSON.stringify(staged)).toContain('con_ref')
  })

  it('comes in where the environment has it', async () => {
    await bring({ name: 'References', parts: [connectionReferencePart('con_ref')], roots: [] })
    expect(await bring(orphan)).toMatchObject({ statuscode: 30 })
  })
})
