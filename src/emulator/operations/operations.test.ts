import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ComponentPart, SolutionPackage } from '#format'
import { attributeOf, child, readPackage, writeXml } from '#format'
import { putConnection } from '../kinds/connections.ts'
import { setManagedUpdateMayFall } from './import/version-switch.ts'
import { componentLayers } from '../layers/virtual-rows.ts'
import type { SampleOptions, TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import {
  column,
  connectionReferencePart,
  flow,
  openTestEnvironments,
  placeOf,
  solutionFile,
  table,
  variable,
  view,
} from '../../../test/support/emulated-environment.ts'

const viewId = 'aaaaaaaa-0000-4000-8000-000000000001'
const flowId = 'bbbbbbbb-0000-4000-8000-000000000001'
const order: SampleOptions = {
  parts: [table('con_order'), column('con_order', 'con_code')],
  roots: [{ type: '1', schemaName: 'con_order', behavior: 0 }],
}
const plain = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: true }

let environments: TestEnvironments
let dev: TestEnvironment
beforeEach(async () => {
  environments = await openTestEnvironments()
  dev = await environments.open('dev')
})
afterEach(() => environments.close())

async function bring(
  env: TestEnvironment,
  options: SampleOptions,
  more: Readonly<Record<string, unknown>> = {},
  message = 'ImportSolutionAsync',
): Promise<Readonly<Record<string, unknown>>> {
  const { operation } = await env.finish(message, { ...plain, CustomizationFile: await solutionFile(options), ...more })
  return operation
}

async function exported(env: TestEnvironment, name = 'Sample', isManaged = false): Promise<SolutionPackage> {
  const { ExportSolutionFile } = await env.call('ExportSolution', { SolutionName: name, Managed: isManaged })
  return readPackage(Buffer.from(String(ExportSolutionFile), 'base64'))
}

function keys(pkg: SolutionPackage): string[] {
  return pkg.parts.map((part: ComponentPart) => `${part.kind}:${part.key}`)
}

describe('exports', () => {
  it('contain a column that another solution added to a table which is in with all subcomponents', async () => {
    await bring(dev, order)
    const sharing = {
      name: 'Second',
      parts: [placeOf('con_order'), column('con_order', 'con_extra')],
      roots: [{ type: '1', schemaName: 'con_order', behavior: 1 as const }],
    }
    await bring(dev, sharing)
    expect(keys(await exported(dev))).toContain('Attribute:con_order.con_extra')
    expect(keys(await exported(dev, 'Sample', true))).toContain('Attribute:con_order.con_extra')
    const second = keys(await exported(dev, 'Second'))
    expect(second).toContain('Attribute:con_order.con_extra')
    expect(second).not.toContain('Attribute:con_order.con_code')
  })

  it('contain published state only', async () => {
    await bring(dev, { ...order, parts: [...order.parts, view('con_order', viewId, 'First name')] })
    expect(keys(await exported(dev))).not.toContain(`SavedQuery:${viewId}`)
    await dev.call('PublishXml', { ParameterXml: '<importexportxml><entities><entity>con_order</entity></entities></importexportxml>' })
    expect(keys(await exported(dev))).toContain(`SavedQuery:${viewId}`)

    await bring(dev, { ...order, parts: [...order.parts, view('con_order', viewId, 'Second name')] })
    expect(nameOfView(await exported(dev))).toBe('First name')
    await dev.call('PublishAllXml')
    expect(nameOfView(await exported(dev))).toBe('Second name')
  })

  it('say managed only where it was asked for, and name what they need and do not carry', async () => {
    await bring(dev, order)
    const other = { name: 'Second', parts: [flowOn('con_order')], roots: [{ type: '29', id: flowId, behavior: 0 as const }] }
    await bring(dev, other)
    const managed = await exported(dev, 'Second', true)
    const body = child(managed.manifest, 'SolutionManifest')
    expect(child(body, 'Managed')?.children).toEqual([{ type: 'text', text: '1' }])
    expect(writeXml(managed.manifest)).toMatch(/<Required type="1" schemaName="con_order"[^>]*solution="Active"/)
  })

  it('are refused for managed and for unknown solutions', async () => {
    await bring(dev, { ...order, isManaged: true })
    await expect(dev.call('ExportSolution', { SolutionName: 'Sample', Managed: false })).rejects.toMatchObject({ code: '0x80048036' })
    await expect(dev.call('ExportSolution', { SolutionName: 'Nobody', Managed: false })).rejects.toMatchObject({ code: '0x80048037' })
  })
})

describe('managed solutions', () => {
  const first: SampleOptions = { ...order, isManaged: true }
  const lessLater: SampleOptions = { ...first, version: '1.1.0.0', parts: [table('con_order')] }

  it('keep on update what the new version no longer has', async () => {
    await bring(dev, first)
    await bring(dev, lessLater)
    expect(dev.row('attribute', 'logicalname', 'con_code')).toBeDefined()
    expect(dev.row('solution', 'uniquename', 'Sample')?.version).toBe('1.1.0.0')
  })

  it('lose on upgrade what the new version no longer has, also what an update had kept', async () => {
    await bring(dev, first)
    await bring(dev, lessLater)
    await bring(dev, { ...lessLater, version: '1.2.0.0' }, {}, 'StageAndUpgradeAsync')
    expect(dev.row('attribute', 'logicalname', 'con_code')).toBeUndefined()
    expect(dev.rows('solution').map((row) => row.uniquename)).not.toContain('Sample_Upgrade')
  })

  it('keep on upgrade what another solution still holds', async () => {
    await bring(dev, first)
    await bring(dev, { ...first, name: 'Second' })
    await bring(dev, lessLater, {}, 'StageAndUpgradeAsync')
    expect(dev.row('attribute', 'logicalname', 'con_code')).toBeDefined()
  })

  it('install plainly when an upgrade finds nothing to upgrade', async () => {
    const operation = await bring(dev, first, {}, 'StageAndUpgradeAsync')
    expect(operation).toMatchObject({ statecode: 3, statuscode: 30, errorcode: null, message: null })
    expect(dev.row('solution', 'uniquename', 'Sample')).toMatchObject({ ismanaged: true })
  })

  it('are not upgraded by an equal or lower version, and a plain update only where the environment allows it', async () => {
    await bring(dev, lessLater)
    expect(await bring(dev, first, {}, 'StageAndUpgradeAsync')).toMatchObject({ statuscode: 31, errorcode: -2147187391 })
    expect(await bring(dev, lessLater, {}, 'StageAndUpgradeAsync')).toMatchObject({ statuscode: 31, errorcode: -2147187391 })
    expect(await bring(dev, first)).toMatchObject({ statuscode: 31, errorcode: -2147187391 })
    await dev.ctx.env.write((tx) => setManagedUpdateMayFall(tx, true))
    expect(await bring(dev, first)).toMatchObject({ statuscode: 30 })
  })

  it('cannot come over an unmanaged solution of the same name, nor the other way round', async () => {
    await bring(dev, order)
    expect(await bring(dev, first)).toMatchObject({ errorcode: -2147188672 })
    const test = await environments.open('test')
    await bring(test, first)
    expect(await bring(test, order)).toMatchObject({ errorcode: -2147188671 })
  })

  it('cannot take over a component that somebody made unmanaged', async () => {
    await bring(dev, order)
    const operation = await bring(dev, { ...first, name: 'Second' })
    expect(operation).toMatchObject({ statuscode: 31, errorcode: -2147160042 })
    expect(dev.row('solution', 'uniquename', 'Second')).toBeUndefined()
    expect(await bring(dev, { ...first, name: 'Second' }, { ConvertToManaged: true })).toMatchObject({ statuscode: 30 })
  })

  it('stay side by side with their upgrade when something else needs what would go', async () => {
    await bring(dev, first)
    const needs = {
      name: 'Second',
      isManaged: true,
      parts: [placeOf('con_order'), viewOf('con_code')],
      roots: [{ type: '1', schemaName: 'con_order', behavior: 1 as const }],
    }
    await bring(dev, needs)
    const operation = await bring(dev, lessLater, {}, 'StageAndUpgradeAsync')
    expect(operation).toMatchObject({ statuscode: 31, errorcode: -2147159994 })
    expect(String(operation.message)).toMatch(
      /Solution dependencies exist, cannot uninstall\. DependencyCount : 1 RequiredComponentObject details: Type: Attribute, ObjectName: con_code, Id: [-0-9a-f]{36}, ParentObjectName: con_order, ParentId: [-0]{36}, DependentComponentObject details: Type: SavedQuery, .* DependencyType: Published$/,
    )
    expect(dev.rows('solution').map((row) => row.uniquename)).toEqual(expect.arrayContaining(['Sample', 'Sample_Upgrade']))
  })

  it('hide an incoming definition under an Active layer, unless customizations are overwritten', async () => {
    const named = (label: string, version: string): SampleOptions => ({
      ...first,
      version,
      parts: [table('con_order'), column('con_order', 'con_code', label)],
    })
    await bring(dev, named('From one', '1.0.0.0'))
    await bring(dev, {
      ...order,
      name: 'Hand',
      parts: [placeOf('con_order'), column('con_order', 'con_code', 'By hand')],
      roots: [{ type: '1', schemaName: 'con_order', behavior: 1 }],
    })
    await dev.call('PublishAllXml')
    await bring(dev, named('From two', '2.0.0.0'))
    expect(dev.row('attribute', 'logicalname', 'con_code')?.displayname).toBe('By hand')
    await bring(dev, named('From three', '3.0.0.0'), { OverwriteUnmanagedCustomizations: true })
    expect(dev.row('attribute', 'logicalname', 'con_code')?.displayname).toBe('From three')
    const id = String(dev.row('attribute', 'logicalname', 'con_code')?.metadataid)
    expect(dev.ctx.env.read((tx) => componentLayers(tx, 'Attribute', id)).map((row) => row.msdyn_solutionname)).toEqual([
      'Sample',
      'Active',
    ])
    await dev.call('RemoveActiveCustomizations', { SolutionComponentName: 'Attribute', ComponentId: id })
    expect(dev.ctx.env.read((tx) => componentLayers(tx, 'Attribute', id)).map((row) => row.msdyn_solutionname)).toEqual(['Sample'])
  })

  it('take their components along when they are uninstalled', async () => {
    await bring(dev, first)
    const { operation } = await dev.finish('UninstallSolutionAsync', { SolutionUniqueName: 'Sample' })
    expect(operation).toMatchObject({ statuscode: 30 })
    expect(dev.row('entity', 'logicalname', 'con_order')).toBeUndefined()
    expect(dev.row('solution', 'uniquename', 'Sample')).toBeUndefined()
  })
})

describe('staging', () => {
  it('passes a good file and keeps it for the import', async () => {
    const { StageSolutionResults } = await dev.call('StageSolution', {
      CustomizationFile: await solutionFile({ ...order, isManaged: true }),
    })
    expect(StageSolutionResults).toMatchObject({ StageSolutionStatus: 'Passed', SolutionDetails: { SolutionUniqueName: 'Sample' } })
    const uploadId = uploadOf(StageSolutionResults)
    const { operation } = await dev.finish('ImportSolutionAsync', { ...plain, SolutionParameters: { StageSolutionUploadId: uploadId } })
    expect(operation).toMatchObject({ statuscode: 30, operationtype: 54, messagename: 'ImportSolutionAsync', name: 'ImportSolution' })
  })

  it('fails what is no solution file, and another publisher', async () => {
    const bad = await dev.call('StageSolution', { CustomizationFile: Buffer.from('hello').toString('base64') })
    expect(bad.StageSolutionResults).toMatchObject({
      StageSolutionStatus: 'Failed',
      SolutionValidationResults: [{ ErrorCode: -2147188640 }],
    })
    await bring(dev, { ...order, isManaged: true })
    const other = await dev.call('StageSolution', {
      CustomizationFile: await solutionFile({ ...order, isManaged: true, version: '2.0.0.0', publisher: 'fabrikam' }),
    })
    expect(other.StageSolutionResults).toMatchObject({
      StageSolutionStatus: 'Failed',
      SolutionValidationResults: [{ ErrorCode: -2147188708 }],
    })
  })
})

describe('flows, connections and values', () => {
  const withFlow: SampleOptions = {
    isManaged: true,
    parts: [flow(flowId, 'Daily', 'con_ref'), connectionReferencePart('con_ref'), variable('con_Url')],
    roots: [{ type: '29', id: flowId, behavior: 0 }],
  }
  const binding = [
    { '@odata.type': 'Microsoft.Dynamics.CRM.connectionreference', connectionreferencelogicalname: 'con_ref', connectionid: 'c1' },
  ]

  it('leave a new cloud flow off, even with PublishWorkflows, and make the importing identity its owner', async () => {
    await bring(dev, withFlow)
    expect(dev.row('workflow', 'workflowid', flowId)).toMatchObject({
      statecode: 0,
      statuscode: 1,
      category: 5,
      ownerid: dev.ctx.caller.userId,
    })
  })

  it('fail the whole import when the importing identity may not see a connection that is bound', async () => {
    const operation = await bring(dev, withFlow, { ComponentParameters: binding })
    expect(operation.statuscode).toBe(31)
    expect(operation.message).toContain("Could not find connection 'c1' for API 'shared_x'")
    expect(dev.rows('workflow')).toEqual([])
  })

  it('bind a shared connection at import without a layer, and set values as unmanaged rows', async () => {
    await connectionOf(dev.ctx.caller.objectId)
    const value = { '@odata.type': 'Microsoft.Dynamics.CRM.environmentvariablevalue', schemaname: 'con_Url', value: 'https://contoso.test' }
    expect(await bring(dev, withFlow, { ComponentParameters: [...binding, value] })).toMatchObject({ statuscode: 30 })
    const reference = dev.row('connectionreference', 'connectionreferencelogicalname', 'con_ref')
    expect(reference).toMatchObject({ connectionid: 'c1', ismanaged: true })
    const layers = dev.ctx.env.read((tx) => componentLayers(tx, 'connectionreference', String(reference?.connectionreferenceid)))
    expect(layers.map((row) => row.msdyn_solutionname)).toEqual(['Sample'])
    expect(dev.row('environmentvariablevalue', 'schemaname', 'con_Url')).toMatchObject({ value: 'https://contoso.test', ismanaged: false })
  })

  async function connectionOf(objectId: string): Promise<void> {
    const principal = { objectId, displayName: 'Tester', type: 'ServicePrincipal' as const }
    await dev.ctx.env.write((tx) =>
      putConnection(tx, {
        name: 'c1',
        connectorId: '/providers/Microsoft.PowerApps/apis/shared_x',
        displayName: 'X',
        status: 'Connected',
        owner: { objectId: '99999999-0000-4000-8000-000000000001', displayName: 'Service account', type: 'User' },
        shares: [{ principal, roleName: 'CanView' }],
        createdAt: '2026-01-01T00:00:00Z',
      }),
    )
  }
})

describe('one writer at a time', () => {
  it('refuses a second import while one runs, with the text of the service', async () => {
    const file = { ...plain, CustomizationFile: await solutionFile(order) }
    await dev.ctx.jobs.withLock('dev', 'Import', async () => {
      await expect(dev.call('ImportSolutionAsync', file)).rejects.toMatchObject({
        code: '0x80071151',
        message: expect.stringMatching(/^Cannot start another \[Import\] because there is a previous \[Import\] running at this moment\./),
      })
      await expect(dev.call('PublishAllXml')).rejects.toMatchObject({ code: '0x80071151' })
    })
    expect(dev.rows('asyncoperation')).toEqual([])
  })

  it('shows a job waiting, running and ended, with its import job and its history', async () => {
    const reply = await dev.call('ImportSolutionAsync', { ...plain, CustomizationFile: await solutionFile(order) })
    expect(dev.rows('asyncoperation')).toMatchObject([{ statecode: 0, statuscode: 0, createdonbehalfby: dev.ctx.caller.userId }])
    expect(dev.rows('importjob')).toEqual([])
    await dev.ctx.jobs.idle()
    expect(dev.row('importjob', 'importjobid', String(reply.ImportJobKey))).toMatchObject({ progress: 100, solutionname: 'Sample' })
    expect(dev.rows('msdyn_solutionhistory')).toMatchObject([
      { msdyn_name: 'Sample', msdyn_status: 1, msdyn_result: true, msdyn_operation: 0, msdyn_suboperation: 1 },
    ])
    const result = await dev.call('RetrieveSolutionImportResult', { ImportJobId: reply.ImportJobKey })
    expect(result.SolutionOperationResult).toMatchObject({ Status: 'Passed', ErrorMessages: [] })
  })
})

function nameOfView(pkg: SolutionPackage): string | undefined {
  const part = pkg.parts.find((candidate) => candidate.key === viewId)
  return attributeOf(child(child(part?.xml, 'LocalizedNames'), 'LocalizedName'), 'description')
}

function flowOn(tableName: string): ComponentPart {
  const part = flow(flowId, 'OnOrder')
  if (part.xml === undefined) throw new Error('flow without xml')
  return {
    ...part,
    xml: {
      ...part.xml,
      children: [
        ...part.xml.children,
        { type: 'element', name: 'PrimaryEntity', attributes: [], children: [{ type: 'text', text: tableName }], isSelfClosed: false },
      ],
    },
  }
}

function viewOf(columnName: string): ComponentPart {
  const part = view('con_order', viewId, 'Codes')
  const text = (name: string): ComponentPart['xml'] => ({
    type: 'element',
    name: 'attribute',
    attributes: [{ name: 'name', value: name }],
    children: [],
    isSelfClosed: true,
  })
  const fetch = {
    type: 'element' as const,
    name: 'fetch',
    attributes: [],
    isSelfClosed: false,
    children: [
      {
        type: 'element' as const,
        name: 'entity',
        attributes: [{ name: 'name', value: 'con_order' }],
        children: [text(columnName)].filter((node) => node !== undefined),
        isSelfClosed: false,
      },
    ],
  }
  if (part.xml === undefined) throw new Error('view without xml')
  return {
    ...part,
    xml: {
      ...part.xml,
      children: part.xml.children.map((node) =>
        node.type === 'element' && node.name === 'fetchxml' ? { ...node, children: [fetch] } : node,
      ),
    },
  }
}

function uploadOf(results: unknown): unknown {
  return typeof results === 'object' && results !== null && 'StageSolutionUploadId' in results ? results.StageSolutionUploadId : undefined
}
