import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ComponentPart } from '#format'
import { childElements, element, parseXml, readZip, writeZip } from '#format'
import type { Row } from '../store/store.ts'
import type { SampleOptions, TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import {
  column,
  connectionReferencePart,
  flow,
  openTestEnvironments,
  solutionFile,
  table,
} from '../../../test/support/emulated-environment.ts'

const flowId = 'bbbbbbbb-0000-4000-8000-000000000001'
const childId = 'bbbbbbbb-0000-4000-8000-000000000002'
const order: SampleOptions = {
  parts: [table('con_order'), column('con_order', 'con_code')],
  roots: [{ type: '1', schemaName: 'con_order', behavior: 0 }],
}

let environments: TestEnvironments
let dev: TestEnvironment
beforeEach(async () => {
  environments = await openTestEnvironments()
  dev = await environments.open('dev')
})
afterEach(() => environments.close())

interface Ended {
  readonly operation: Row
  readonly job: Row
  /** Members of SolutionOperationResult. */
  readonly result: Row
}

async function bring(CustomizationFile: string, PublishWorkflows = true): Promise<Ended> {
  const { reply, operation } = await dev.finish('ImportSolutionAsync', {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows,
    CustomizationFile,
  })
  const { SolutionOperationResult } = await dev.call('RetrieveSolutionImportResult', { ImportJobId: reply.ImportJobKey })
  const job = dev.row('importjob', 'importjobid', String(reply.ImportJobKey)) ?? {}
  return { operation, job, result: Object(SolutionOperationResult) as Row }
}

async function edited(file: string, path: string, edit: (text: string) => string): Promise<string> {
  const files = (await readZip(Buffer.from(file, 'base64'))).map((item) =>
    item.path === path ? { path, bytes: Buffer.from(edit(Buffer.from(item.bytes).toString('utf8'))) } : item,
  )
  return Buffer.from(await writeZip(files)).toString('base64')
}

/** A classic workflow that is on in the package and starts another. */
function classic(id: string, name: string, child?: string): ComponentPart {
  const path = `Workflows/${name}-${id.toUpperCase()}.xaml`
  const step = child === undefined ? '' : `<mxswa:StartChildWorkflow EntityName="con_order" WorkflowId="${child}" />`
  const values = { XamlFileName: `/${path}`, Type: '1', Category: '0', StateCode: '1', StatusCode: '2' }
  const xml = element(
    'Workflow',
    { WorkflowId: `{${id}}`, Name: name },
    Object.entries(values).map(([key, value]) => element(key, {}, [value])),
  )
  const files = [{ path, bytes: Buffer.from(`<Activity>${step}</Activity>`) }]
  return { kind: 'Workflow', key: id, displayName: name, parent: undefined, section: ['Workflows'], xml, files }
}

function withWorkflows(...parts: readonly ComponentPart[]): Promise<string> {
  const roots = parts.filter(({ kind }) => kind === 'Workflow').map(({ key }) => ({ type: '29', id: key, behavior: 0 as const }))
  return solutionFile({ parts, roots })
}

describe('the data of an import job', () => {
  it('has every section in order, with what the package says of itself', async () => {
    const { job } = await bring(await solutionFile(order))
    const root = parseXml(String(job.data), 'data')
    expect(childElements(root).map(({ name }) => name)).toEqual([
      'solutionManifests',
      'upgradeSolutionPackageInformation',
      'entities',
      'nodes',
      'settings',
      'dashboards',
      'securityroles',
      'workflows',
      'templates',
      'optionSets',
      'ConnectionRoles',
      'SolutionPluginAssemblies',
      'SdkMessageProcessingSteps',
      'ServiceEndpoints',
      'webResources',
      'reports',
      'FieldSecurityProfiles',
      'languages',
      'entitySubhandlers',
      'publishes',
      'rootComponents',
      'dependencies',
    ])
    expect(job.data).toMatch(/<solutionManifest languagecode="1033" id="Sample"[^>]*><UniqueName>Sample<\/UniqueName><LocalizedNames>/)
    expect(job.data).toMatch(/<entity id="con_order"[^>]*><result result="success" errorcode="0"/)
    expect(job.data).toMatch(/^<importexportxml start="\d{18}" stop="\d{18}" progress="100" processed="true">/)
  })

  it('says of a failed import which component failed, and of all that it failed', async () => {
    await bring(await solutionFile(order))
    const { job, result, operation } = await bring(await solutionFile({ ...order, name: 'Second', isManaged: true }))
    expect(operation.statuscode).toBe(31)
    expect(job.data).toMatch(/<entity id="con_order"[^>]*><result result="failure" errorcode="0x8004F016"/)
    expect(job.progress).toBeLessThan(100)
    expect(result).toMatchObject({ Status: 'Failed', ErrorMessages: [expect.stringContaining('unmanaged base instance')] })
  })
})

describe('an import that succeeds', () => {
  it('warns of a package from a newer platform, and so does staging, which passes it', async () => {
    const file = await edited(await solutionFile(order), 'solution.xml', (text) => text.replace('version="9.2.0.0"', 'version="9.9.1.2"'))
    const { StageSolutionResults } = await dev.call('StageSolution', { CustomizationFile: file })
    const warning = { SolutionValidationResultType: 'Warning', Message: expect.stringContaining('more recent version [9.9.1.2]') }
    expect(StageSolutionResults).toMatchObject({ StageSolutionStatus: 'Passed', SolutionValidationResults: [warning] })
    const { operation, result, job } = await bring(file)
    expect(operation.statuscode).toBe(30)
    expect(result).toMatchObject({ Status: 'Passed', ErrorMessages: [], WarningMessages: [expect.stringContaining('[9.9.1.2]')] })
    expect(String(job.data)).toMatch(/<results \/><result result="warning"/)
  })

  it('warns of labels in languages that the environment does not have', async () => {
    const more = '<Language>1033</Language><Language>1031</Language>'
    const file = await edited(await solutionFile(order), 'customizations.xml', (text) => text.replace('<Language>1033</Language>', more))
    const { result, job } = await bring(file)
    expect(result).toMatchObject({
      Status: 'Passed',
      WarningMessages: [expect.stringMatching(/not been enabled for this organization: 1031$/)],
    })
    expect(job.data).toMatch(
      /<language id="1033"[^>]*><result result="success".*<language id="1031"[^>]*><result result="warning" errorcode="0x80048026"/,
    )
  })

  it('holds a failed component inside: a classic workflow whose child is nowhere stays off', async () => {
    const { operation, job, result } = await bring(await withWorkflows(classic(flowId, 'Parent', childId)))
    expect(operation).toMatchObject({ statuscode: 30, errorcode: null })
    expect(job.data).toMatch(/<solutionManifest [\s\S]*<results \/><result result="success"/)
    expect(job.data).toMatch(new RegExp(`<workflow id="${flowId}"[^>]*><result result="failure" errorcode="0x8004502F"`))
    expect(result).toMatchObject({ Status: 'Passed', ErrorMessages: [expect.stringContaining('child workflows')] })
    expect(dev.row('workflow', 'workflowid', flowId)).toMatchObject({ statecode: 0, statuscode: 1 })
  })

  it('switches classic workflows on with their children, and none when it is not asked to', async () => {
    const file = await withWorkflows(classic(flowId, 'Parent', childId), classic(childId, 'Child'))
    expect((await bring(file, false)).result.ErrorMessages).toEqual([])
    expect(dev.row('workflow', 'workflowid', flowId)?.statecode).toBe(0)
    expect((await bring(file)).result.ErrorMessages).toEqual([])
    expect(dev.row('workflow', 'workflowid', flowId)?.statecode).toBe(1)
  })

  it('warns of a flow that stays off for want of a connection', async () => {
    const { operation, result } = await bring(await withWorkflows(flow(flowId, 'Daily', 'con_ref'), connectionReferencePart('con_ref')))
    expect(operation.statuscode).toBe(30)
    expect(result).toMatchObject({
      Status: 'Passed',
      ErrorMessages: [],
      WarningMessages: [expect.stringContaining("'con_ref' has no connection")],
    })
  })
})

describe('the formatted results of an import job', () => {
  it('are a workbook of two sheets, in both replies', async () => {
    const { job, result } = await bring(await withWorkflows(classic(flowId, 'Parent', childId)))
    const { FormattedResults } = await dev.call('RetrieveFormattedImportJobResults', { ImportJobId: job.importjobid })
    expect(FormattedResults).toBe(result.FormattedResults)
    expect(FormattedResults).toMatch(/^<\?xml version="1.0"\?><\?mso-application progid="Excel.Sheet"\?><Workbook /)
    const book = parseXml(String(FormattedResults), 'results')
    expect(childElements(book).filter(({ name }) => name === 'Worksheet')).toHaveLength(2)
    const rows =
      String(FormattedResults)
        .match(/<Row.*?<\/Row>/g)
        ?.map((row) => row.replace(/<[^>]*>/g, '|')) ?? []
    expect(rows.some((row) => /Version\|+1\.0\.0\.0/.test(row))).toBe(true)
    expect(rows.some((row) => row.includes('Failure') && row.includes('0x8004502F') && row.includes(flowId))).toBe(true)
  })

  it('are refused for a job that is not there', async () => {
    const absent = { ImportJobId: '99999999-0000-4000-8000-000000000001' }
    await expect(dev.call('RetrieveFormattedImportJobResults', absent)).rejects.toMatchObject({ status: 404, code: '0x80044252' })
  })
})

describe('solution history', () => {
  it('tells of failures with the type of the exception', async () => {
    await bring(await solutionFile({ ...order, isManaged: true }))
    await bring(await solutionFile({ ...order, isManaged: true, publisher: 'fabrikam', version: '2.0.0.0' }))
    const needs = { ...order, name: 'Other', isManaged: true, publisher: 'fabrikam' }
    await bring(await solutionFile(needs))
    await dev.finish('UninstallSolutionAsync', { SolutionUniqueName: 'Sample' })
    const failed = dev.rows('msdyn_solutionhistory').filter((row) => row.msdyn_result === false)
    expect(failed.map((row) => String(row.msdyn_exceptionmessage).split(':')[0]).sort()).toEqual([
      'Microsoft.Crm.CrmException',
      'Microsoft.Crm.Tools.ImportExportPublish.ImportSolutionException',
    ])
    expect(
      failed.every((row) => Number(row.msdyn_errorcode) < 0 && row.msdyn_status === 1 && typeof row.msdyn_totaltime === 'number'),
    ).toBe(true)
  })

  it('has a line for every operation: imports, exports, publishing, uninstalling', async () => {
    await bring(await solutionFile(order))
    await dev.call('PublishAllXml')
    await dev.call('PublishXml', { ParameterXml: '<importexportxml><entities><entity>con_order</entity></entities></importexportxml>' })
    await dev.call('ExportSolution', { SolutionName: 'Sample', Managed: true })
    await dev.finish('ExportSolutionAsync', { SolutionName: 'Sample', Managed: false })
    await dev.finish('UninstallSolutionAsync', { SolutionUniqueName: 'Sample' })
    const lines = [...dev.rows('msdyn_solutionhistory')].sort((a, b) => String(a.msdyn_starttime).localeCompare(String(b.msdyn_starttime)))
    expect(lines.map((row) => [row.msdyn_operation, row.msdyn_suboperation, row.msdyn_name])).toEqual([
      [0, 1, 'Sample'],
      [4, 0, ''],
      [3, 0, ''],
      [2, 0, 'Sample'],
      [2, 0, 'Sample'],
      [1, 4, 'Sample'],
    ])
    expect(lines.every((row) => row.msdyn_status === 1 && row.msdyn_result === true && row.msdyn_exceptionmessage === null)).toBe(true)
  })
})
