import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ComponentPart } from '#format'
import { child, element, withChild, withChildren } from '#format'
import { createFromPart, editComponent, removeComponentByHand } from '../tables/component-writes.ts'
import type { SampleOptions, TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import { column, openTestEnvironments, placeOf, solutionFile, table, view } from '../../../test/support/emulated-environment.ts'
import { findByObjectId } from './component-state.ts'
import { componentLayers } from './virtual-rows.ts'

const viewId = 'aaaaaaaa-0000-4000-8000-000000000001'
const failure = { code: '0x8004F026', message: expect.stringContaining('failed during managed property evaluation of condition') }

let environments: TestEnvironments
let env: TestEnvironment
beforeEach(async () => {
  environments = await openTestEnvironments()
  env = await environments.open('test')
})
afterEach(() => environments.close())

function saying(part: ComponentPart, flags: Readonly<Record<string, string>>): ComponentPart {
  if (part.xml === undefined) return part
  const elements = Object.entries(flags).map(([name, value]) => element(name, {}, [value]))
  if (part.kind !== 'Entity') return { ...part, xml: withChildren(part.xml, [...part.xml.children, ...elements]) }
  const info = child(part.xml, 'EntityInfo') ?? element('EntityInfo')
  const inner = child(info, 'entity') ?? element('entity')
  const kept = inner.children.filter((node) => node.type !== 'element' || !(node.name in flags))
  return { ...part, xml: withChild(part.xml, 'EntityInfo', withChild(info, 'entity', withChildren(inner, [...kept, ...elements]))) }
}

async function bring(options: Partial<SampleOptions> & Pick<SampleOptions, 'parts'>): Promise<Readonly<Record<string, unknown>>> {
  const roots: SampleOptions['roots'] = [{ type: '1', schemaName: 'con_order', behavior: 1 }]
  const CustomizationFile = await solutionFile({ roots, isManaged: true, ...options })
  const { operation } = await env.finish('ImportSolutionAsync', {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: false,
    CustomizationFile,
  })
  return operation
}

const locked = saying(view('con_order', viewId, 'Open'), { IsCustomizable: '0' })
const writing = () => ({ ...env.ctx, solution: undefined })
const rename = (name: string): Promise<void> =>
  env.ctx.env.write((tx) => editComponent(tx, writing(), { table: 'savedquery', id: viewId, changes: { name } }))

describe('a managed component that may not be customized', () => {
  it('refuses edits by hand with code and words of the service', async () => {
    await bring({ parts: [table('con_order'), locked] })
    await expect(rename('Mine')).rejects.toMatchObject({
      ...failure,
      message: expect.stringContaining(`(name=SavedQuery, id=${viewId}) in the current operation (Update)`),
    })
  })

  it('may be edited while it is unmanaged: managed properties take effect in managed layers only', async () => {
    await bring({ parts: [table('con_order'), locked], isManaged: false })
    await rename('Mine')
  })

  it('is opened by an update of its own publisher', async () => {
    await bring({ parts: [table('con_order'), locked] })
    await bring({ parts: [table('con_order'), view('con_order', viewId, 'Open')], version: '1.1.0.0' })
    await rename('Mine')
  })

  it('fails an unmanaged import that changes it, and no import that only touches it', async () => {
    await bring({ parts: [table('con_order'), locked] })
    const touching = await bring({ name: 'Other', parts: [placeOf('con_order'), locked], isManaged: false })
    expect(touching).toMatchObject({ statuscode: 30 })
    expect(env.ctx.env.read((tx) => componentLayers(tx, 'SavedQuery', viewId)).map((row) => row.msdyn_solutionname)).toEqual(['Sample'])
    const changing = await bring({ name: 'Other', parts: [placeOf('con_order'), view('con_order', viewId, 'Mine')], isManaged: false })
    expect(changing).toMatchObject({ statuscode: 31, errorcode: 0x8004f026 | 0 })
  })

  it('takes no layer of another publisher, and one of its own', async () => {
    await bring({ parts: [table('con_order'), locked] })
    const changed = [placeOf('con_order'), view('con_order', viewId, 'Theirs')]
    expect(await bring({ name: 'Theirs', publisher: 'somebodyelse', parts: changed })).toMatchObject({
      statuscode: 31,
      errorcode: 0x8004f026 | 0,
    })
    expect(await bring({ name: 'Ours', parts: changed })).toMatchObject({ statuscode: 30 })
  })

  it('cannot be put into an unmanaged solution', async () => {
    await bring({ parts: [table('con_order'), locked] })
    await bring({ name: 'Mine', parts: [], roots: [], isManaged: false })
    const adding = env.call('AddSolutionComponent', {
      ComponentId: viewId,
      ComponentType: 26,
      SolutionUniqueName: 'Mine',
      AddRequiredComponents: false,
    })
    await expect(adding).rejects.toMatchObject({ code: '0x8004F015' })
  })
})

describe('a managed table', () => {
  const newColumn = (): Promise<string> =>
    env.ctx.env.write((tx) => createFromPart(tx, writing(), column('con_order', 'con_new'), env.ctx.guid()))

  it.each([['CanCreateAttributes'], ['IsCustomizable']])('takes no new columns when it says %s 0', async (property) => {
    await bring({ parts: [saying(table('con_order'), { [property]: '0' })] })
    await expect(newColumn()).rejects.toMatchObject(failure)
    const imported = await bring({ name: 'Mine', parts: [placeOf('con_order'), column('con_order', 'con_new')], isManaged: false })
    expect(imported).toMatchObject({ statuscode: 31, errorcode: 0x8004f026 | 0 })
  })

  it('takes new columns when only views are forbidden', async () => {
    await bring({ parts: [saying(table('con_order'), { CanCreateViews: '0' })] })
    await newColumn()
    const imported = await bring({ name: 'Mine', parts: [placeOf('con_order'), view('con_order', viewId, 'Mine')], isManaged: false })
    expect(imported).toMatchObject({ statuscode: 31, errorcode: 0x8004f026 | 0 })
  })

  it('keeps apart the name of a column and its other settings', async () => {
    await bring({ parts: [table('con_order'), saying(column('con_order', 'con_code'), { IsRenameable: '0' })] })
    const id = String(env.row('attribute', 'logicalname', 'con_code')?.metadataid)
    const edit = (changes: Readonly<Record<string, unknown>>): Promise<void> =>
      env.ctx.env.write((tx) => editComponent(tx, writing(), { table: 'attribute', id, changes }))
    await expect(edit({ displayname: 'Mine' })).rejects.toMatchObject({
      ...failure,
      message: expect.stringContaining('Managed Property Name: isrenameable'),
    })
    await edit({ maxlength: 10 })
  })
})

describe('deleting by hand', () => {
  const remove = (id: string): Promise<void> =>
    env.ctx.env.write((tx) => {
      const state = findByObjectId(tx, id)
      if (state !== undefined) removeComponentByHand(tx, state)
    })

  it('is refused for what is managed, and for what others need', async () => {
    await bring({ parts: [table('con_order'), view('con_order', viewId, 'Open')] })
    await expect(remove(viewId)).rejects.toMatchObject({ code: '0x8004F013' })
    const other = await environments.open('dev')
    env = other
    const needing = { ...view('con_order', viewId, 'Open'), parent: undefined, section: ['Dashboards'] }
    await bring({ parts: [table('con_order'), column('con_order', 'con_code'), withColumn(needing)], isManaged: false })
    const columnId = String(env.row('attribute', 'logicalname', 'con_code')?.metadataid)
    await expect(remove(columnId)).rejects.toMatchObject({
      code: '0x8004F01F',
      message: expect.stringContaining('referenced by 1 other components'),
    })
  })

  it('takes the component out of its solutions, with all that lives in it', async () => {
    await bring({ parts: [table('con_order'), column('con_order', 'con_code'), view('con_order', viewId, 'Open')], isManaged: false })
    await env.call('PublishAllXml')
    const id = String(env.row('entity', 'logicalname', 'con_order')?.metadataid)
    await remove(id)
    expect(env.rows('attribute').filter((row) => row.entitylogicalname === 'con_order')).toEqual([])
    expect(env.row('solutioncomponent', 'objectid', id)).toBeUndefined()
    expect(env.row('savedquery', 'savedqueryid', viewId)).toBeUndefined()
  })
})

function withColumn(part: ComponentPart): ComponentPart {
  const layout = element('layoutxml', {}, [element('grid', {}, [element('row', {}, [element('cell', { name: 'con_code' })])])])
  return part.xml === undefined
    ? part
    : { ...part, parent: 'Entity:con_order', section: view('con_order', viewId, '').section, xml: withChild(part.xml, 'layoutxml', layout) }
}
