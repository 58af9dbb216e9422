import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseXml, readSolution } from '#format'
import type { Row } from '../store/store.ts'
import type { SampleOptions, TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import { column, openTestEnvironments, placeOf, solutionFile, table } from '../../../test/support/emulated-environment.ts'

const whole: SampleOptions = {
  name: 'Whole',
  parts: [table('con_order'), column('con_order', 'con_code'), column('con_order', 'con_extra')],
  roots: [{ type: '1', schemaName: 'con_order', behavior: 0 }],
}
const narrow: SampleOptions = {
  name: 'Narrow',
  parts: [placeOf('con_order'), column('con_order', 'con_code')],
  roots: [{ type: '1', schemaName: 'con_order', behavior: 1 }],
}

let environments: TestEnvironments
let dev: TestEnvironment
beforeEach(async () => {
  environments = await openTestEnvironments()
  dev = await environments.open('dev')
})
afterEach(() => environments.close())

async function bring(options: SampleOptions): Promise<void> {
  const order = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false, CustomizationFile: await solutionFile(options) }
  expect((await dev.finish('ImportSolutionAsync', order)).operation).toMatchObject({ message: null, statuscode: 30 })
}

function idOf(tableName: string, name: string): unknown {
  return dev.row(tableName, 'logicalname', name)?.metadataid
}

function behaviorOfTable(solution: string): unknown {
  const solutionid = dev.row('solution', 'uniquename', solution)?.solutionid
  return dev.rows('solutioncomponent').find((row) => row.solutionid === solutionid && row.objectid === idOf('entity', 'con_order'))
    ?.rootcomponentbehavior
}

describe('UpdateSolutionComponent', () => {
  const into = (): Row => ({ ComponentId: idOf('entity', 'con_order'), ComponentType: 1, SolutionUniqueName: 'Narrow' })

  it('makes a table a shell with an empty list of settings, and brings its metadata back without one', async () => {
    await bring(whole)
    await bring(narrow)
    await dev.call('UpdateSolutionComponent', { ...into(), IncludedComponentSettingsValues: [] })
    expect(behaviorOfTable('Narrow')).toBe(2)
    await dev.call('UpdateSolutionComponent', into())
    expect(behaviorOfTable('Narrow')).toBe(1)
  })

  it('is refused for what is no member, for managed solutions, and for single settings', async () => {
    await bring(whole)
    await bring(narrow)
    const extra = { ...into(), ComponentId: idOf('attribute', 'con_extra'), ComponentType: 2 }
    await expect(dev.call('UpdateSolutionComponent', extra)).rejects.toMatchObject({ code: '0x8004F021' })
    await expect(dev.call('UpdateSolutionComponent', { ...into(), IncludedComponentSettingsValues: ['x'] })).rejects.toMatchObject({
      status: 501,
    })
    await expect(dev.call('UpdateSolutionComponent', { ...into(), SolutionUniqueName: 'System' })).rejects.toMatchObject({
      code: '0x8004F024',
    })
  })
})

describe('AddComponentToSolutionAsync', () => {
  const add = (more: Row): Row => ({
    LogicalName: 'attribute',
    Id: idOf('attribute', 'con_extra'),
    SolutionUniqueName: 'Narrow',
    AddRequiredComponents: false,
    ...more,
  })

  it('puts a component into a solution in the background', async () => {
    await bring(whole)
    await bring(narrow)
    const { operation } = await dev.finish('AddComponentToSolutionAsync', add({}))
    expect(operation).toMatchObject({ statuscode: 30, messagename: 'AddComponentToSolutionAsync' })
    const { ExportSolutionFile } = await dev.call('ExportSolution', { SolutionName: 'Narrow', Managed: false })
    const { model } = await readSolution(Buffer.from(String(ExportSolutionFile), 'base64'))
    expect(model.components.map(({ key }) => key)).toContain('con_order.con_extra')
  })

  it('fails for a component of another table, and is refused for a solution that is not there', async () => {
    await bring(whole)
    await bring(narrow)
    expect((await dev.finish('AddComponentToSolutionAsync', add({ LogicalName: 'entity' }))).operation).toMatchObject({
      statuscode: 31,
      errorcode: -2147220969,
    })
    await expect(dev.call('AddComponentToSolutionAsync', add({ SolutionUniqueName: 'Nobody' }))).rejects.toMatchObject({ status: 404 })
  })
})

describe('IsComponentCustomizable', () => {
  it('is true of what is unmanaged, and of what is managed unless its property or that of its table is off', async () => {
    const locked = table('con_locked')
    const text = JSON.stringify(locked.xml).replace(
      '"name":"IsCustomizable","attributes":[],"children":[{"type":"text","text":"1"}]',
      '"name":"IsCustomizable","attributes":[],"children":[{"type":"text","text":"0"}]',
    )
    const closed = { ...locked, xml: JSON.parse(text) as typeof locked.xml }
    const parts = [table('con_open'), closed, column('con_locked', 'con_inside')]
    const roots = ['con_open', 'con_locked'].map((schemaName) => ({ type: '1', schemaName, behavior: 0 as const }))
    const ask = async (tableName: string, name: string): Promise<unknown> =>
      (await dev.call('IsComponentCustomizable', { ComponentId: idOf(tableName, name), ComponentType: tableName === 'entity' ? 1 : 2 }))
        .IsComponentCustomizable
    await bring({ name: 'Locking', isManaged: true, parts, roots })
    expect(await ask('entity', 'con_open')).toBe(true)
    expect(await ask('entity', 'con_locked')).toBe(false)
    expect(await ask('attribute', 'con_inside')).toBe(false)
    dev = await environments.open('unmanaged')
    await bring({ name: 'Locking', parts, roots })
    expect(await ask('entity', 'con_locked')).toBe(true)
  })

  it('is refused for a component that is not there', async () => {
    const absent = { ComponentId: '99999999-0000-4000-8000-000000000001', ComponentType: 1 }
    await expect(dev.call('IsComponentCustomizable', absent)).rejects.toMatchObject({ code: '0x80048537' })
  })
})

describe('AddSolutionComponent', () => {
  const empty: SampleOptions = { name: 'Empty', parts: [], roots: [] }
  const into = (): Row => ({
    ComponentId: idOf('attribute', 'con_code'),
    ComponentType: 2,
    SolutionUniqueName: 'Empty',
    AddRequiredComponents: false,
  })

  it('takes a column only where its table is, or with what it needs', async () => {
    await bring(whole)
    await bring(empty)
    await expect(dev.call('AddSolutionComponent', into())).rejects.toMatchObject({ code: '0x80048536' })
    expect(behaviorOfTable('Empty')).toBeUndefined()
    await dev.call('AddSolutionComponent', { ...into(), AddRequiredComponents: true })
    expect(behaviorOfTable('Empty')).toBe(0)
  })

  it('takes nothing that may not be customized, through its asynchronous form neither', async () => {
    const locked = parseXml('<optionset Name="con_state"><IsCustomizable>0</IsCustomizable></optionset>', 'choice')
    const part = {
      kind: 'OptionSet',
      key: 'con_state',
      displayName: 'State',
      parent: undefined,
      section: ['optionsets'],
      xml: locked,
      files: [],
    }
    await bring({ name: 'Locked', isManaged: true, parts: [part], roots: [{ type: '9', schemaName: 'con_state', behavior: 0 }] })
    await bring(empty)
    const id = dev.rows('optionset')[0]?.metadataid
    const ask = { ...into(), ComponentId: id, ComponentType: 9 }
    await expect(dev.call('AddSolutionComponent', ask)).rejects.toMatchObject({ code: '0x8004F015' })
    const { ComponentId, ComponentType: _, ...rest } = ask
    const { operation } = await dev.finish('AddComponentToSolutionAsync', { ...rest, LogicalName: 'optionset', Id: ComponentId })
    expect(operation.errorcode).toBe(0x8004f015 | 0)
  })
})

describe('RemoveSolutionComponent', () => {
  it('takes nothing out of the default solution', async () => {
    await bring(whole)
    const SolutionComponent = { solutioncomponentid: idOf('entity', 'con_order') }
    await expect(
      dev.call('RemoveSolutionComponent', { SolutionComponent, ComponentType: 1, SolutionUniqueName: 'Default' }),
    ).rejects.toMatchObject({ code: '0x8004F000' })
  })
})
