import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ComponentPart } from '#format'
import type { SampleOptions, TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import {
  column,
  connectionReferencePart,
  flow,
  openTestEnvironments,
  placeOf,
  solutionFile,
  table,
  view,
} from '../../../test/support/emulated-environment.ts'

const viewId = 'aaaaaaaa-0000-4000-8000-000000000001'
const flowId = 'bbbbbbbb-0000-4000-8000-000000000001'

let environments: TestEnvironments
let env: TestEnvironment
beforeEach(async () => {
  environments = await openTestEnvironments()
  env = await environments.open('test')
})
afterEach(() => environments.close())

async function bring(name: string, parts: readonly ComponentPart[], roots: SampleOptions['roots'], isManaged = true): Promise<void> {
  const CustomizationFile = await solutionFile({ name, parts, roots, isManaged })
  const { operation } = await env.finish('ImportSolutionAsync', {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: false,
    CustomizationFile,
  })
  expect(operation.message).toBeNull()
}

const order: readonly [readonly ComponentPart[], SampleOptions['roots']] = [
  [table('con_order'), column('con_order', 'con_code')],
  [{ type: '1', schemaName: 'con_order', behavior: 0 }],
]

const views: readonly [string, readonly ComponentPart[], SampleOptions['roots']] = [
  'Views',
  [placeOf('con_order'), view('con_order', viewId, 'Open')],
  [{ type: '1', schemaName: 'con_order', behavior: 2 }],
]

const rowsOf = (reply: Record<string, unknown>): Record<string, unknown>[] => reply.value as Record<string, unknown>[]
const idOf = (tableName: string, columnName: string, value: string, id = 'metadataid'): string =>
  String(env.row(tableName, columnName, value)?.[id])

describe('dependency functions', () => {
  it('name what needs a component and what it needs, internal to its solution or published', async () => {
    await bring('Base', ...order)
    await bring(...views)
    const ObjectId = idOf('entity', 'logicalname', 'con_order')
    const found = rowsOf(await env.call('RetrieveDependentComponents', { ObjectId, ComponentType: 1 }))
    const byType = new Map(found.map((row) => [row.dependentcomponenttype, row]))
    expect(byType.get(2)).toMatchObject({ dependencytype: 1, requiredcomponentobjectid: ObjectId, requiredcomponenttype: 1 })
    expect(byType.get(26)).toMatchObject({ dependencytype: 2, dependentcomponentobjectid: viewId, dependentcomponentparentid: ObjectId })
    const required = rowsOf(await env.call('RetrieveRequiredComponents', { ObjectId: viewId, ComponentType: 26 }))
    expect(required.map((row) => row.requiredcomponentobjectid)).toEqual([ObjectId])
    expect(required[0]).toMatchObject({
      dependencyid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      requiredcomponentbasesolutionid: idOf('solution', 'uniquename', 'Base', 'solutionid'),
      dependentcomponentbasesolutionid: idOf('solution', 'uniquename', 'Views', 'solutionid'),
    })
  })

  it('tell apart what is only saved from what is published', async () => {
    await bring('Base', ...order)
    await bring(...views, false)
    const ObjectId = idOf('entity', 'logicalname', 'con_order')
    const typeOfView = async (): Promise<unknown> =>
      rowsOf(await env.call('RetrieveDependentComponents', { ObjectId, ComponentType: 1 })).find((row) => row.dependentcomponenttype === 26)
        ?.dependencytype
    expect(await typeOfView()).toBe(4)
    await env.call('PublishAllXml')
    expect(await typeOfView()).toBe(2)
  })

  it('list for a deletion only what lives outside of the component', async () => {
    await bring('Base', ...order)
    await bring('Other', [connectionReferencePart('con_ref'), flow(flowId, 'Sync', 'con_ref')], [{ type: '29', id: flowId, behavior: 0 }])
    const ofTable = { ObjectId: idOf('entity', 'logicalname', 'con_order'), ComponentType: 1 }
    expect(rowsOf(await env.call('RetrieveDependenciesForDelete', ofTable))).toEqual([])
    const reference = env.row('connectionreference', 'connectionreferencelogicalname', 'con_ref')
    const type = env.row('solutioncomponentdefinition', 'name', 'connectionreference')?.solutioncomponenttype
    const found = rowsOf(
      await env.call('RetrieveDependenciesForDelete', { ObjectId: reference?.connectionreferenceid, ComponentType: type }),
    )
    expect(found.map((row) => row.dependentcomponentobjectid)).toEqual([flowId])
  })

  it('give for an uninstall no id of the dependency, and block that uninstall', async () => {
    await bring('Base', ...order)
    await bring(...views)
    const [row] = rowsOf(await env.call('RetrieveDependenciesForUninstall', { SolutionUniqueName: 'Base' }))
    expect(row).toMatchObject({ dependentcomponentobjectid: viewId })
    expect(row).not.toHaveProperty('dependencyid')
    expect(row).not.toHaveProperty('requiredcomponentintroducedversion')
    const { operation } = await env.finish('UninstallSolutionAsync', { SolutionUniqueName: 'Base' })
    expect(operation).toMatchObject({ statuscode: 31, errorcode: 0x8004f01d | 0 })
  })

  it('give names, solutions and sets to the maker portal', async () => {
    await bring('Base', ...order)
    await bring(...views)
    const reply = await env.call('RetrieveDependenciesForUninstallWithMetadata', {
      SolutionId: idOf('solution', 'uniquename', 'Base', 'solutionid'),
    })
    expect(reply).toMatchObject({
      DependencyMetadataCollection: {
        DependencyMetadataInfoCollection: [
          {
            requiredcomponentname: 'con_order',
            requiredcomponenttypename: 'Entity',
            requiredcomponentbasesolutionuniquename: 'Base',
            dependentcomponentdisplayname: 'Open',
            dependentcomponententitysetname: 'savedqueries',
            dependencytypename: 'Published',
            isdependencyremovalenabled: false,
          },
        ],
      },
    })
  })

  it('refuse components and solutions that are not there', async () => {
    const nobody = '00000000-0000-4000-8000-00000000dead'
    await expect(env.call('RetrieveDependentComponents', { ObjectId: nobody, ComponentType: 1 })).rejects.toMatchObject({
      code: '0x80048537',
    })
    await expect(env.call('RetrieveDependentComponents', { ObjectId: nobody, ComponentType: 77777 })).rejects.toMatchObject({
      code: '0x80072004',
    })
    await expect(env.call('RetrieveDependenciesForUninstall', { SolutionUniqueName: 'Nobody' })).rejects.toMatchObject({
      code: '0x80040217',
    })
  })
})
