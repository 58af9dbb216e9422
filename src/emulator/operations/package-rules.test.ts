import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readZip, writeZip } from '#format'
import type { Row } from '../store/store.ts'
import { mountPlatformSolution } from '../templates/index.ts'
import type { SampleOptions, TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import { column, flow, openTestEnvironments, solutionFile, table } from '../../../test/support/emulated-environment.ts'

const flowId = 'bbbbbbbb-0000-4000-8000-000000000001'
const sample: SampleOptions = {
  parts: [table('con_order'), column('con_order', 'con_code'), flow(flowId, 'Daily')],
  roots: [
    { type: '1', schemaName: 'con_order', behavior: 0 },
    { type: '29', id: flowId, behavior: 0 },
  ],
}
const plain = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false }

let environments: TestEnvironments
let dev: TestEnvironment
beforeEach(async () => {
  environments = await openTestEnvironments()
  dev = await environments.open('dev')
})
afterEach(() => environments.close())

interface Files {
  /** Changes of the text of solution.xml. */
  readonly manifest?: (text: string) => string
  readonly customizations?: (text: string) => string
  readonly without?: string
  readonly more?: readonly { readonly path: string; readonly text: string }[]
}

/** The sample's file with something done to what lies in it. */
async function edited(change: Files, options: SampleOptions = sample): Promise<string> {
  const files = await readZip(Buffer.from(await solutionFile(options), 'base64'))
  const edit = (path: string, text: string): string => {
    if (path === 'solution.xml') return change.manifest?.(text) ?? text
    return path === 'customizations.xml' ? (change.customizations?.(text) ?? text) : text
  }
  const kept = files
    .filter(({ path }) => path !== change.without)
    .map(({ path, bytes }) => ({ path, bytes: Buffer.from(edit(path, Buffer.from(bytes).toString('utf8'))) }))
  const more = (change.more ?? []).map(({ path, text }) => ({ path, bytes: Buffer.from(text) }))
  return Buffer.from(await writeZip([...kept, ...more])).toString('base64')
}

/** How staging judges the file: the signed code and the text of each reason. */
async function staged(file: string): Promise<[code: unknown, message: unknown][]> {
  const { StageSolutionResults } = await dev.call('StageSolution', { CustomizationFile: file })
  const results = StageSolutionResults as { StageSolutionStatus: string; SolutionValidationResults: readonly Row[] }
  expect(results.StageSolutionStatus).toBe(results.SolutionValidationResults.length === 0 ? 'Passed' : 'Failed')
  return results.SolutionValidationResults.map((row) => [row.ErrorCode, row.Message])
}

const within = (text: string): unknown => expect.stringContaining(text)

describe('a file that is no solution file', () => {
  it.each(['solution.xml', 'customizations.xml', '[Content_Types].xml'])('lacks %s: 0x80048060, at once', async (without) => {
    const CustomizationFile = await edited({ without })
    expect(await staged(CustomizationFile)).toEqual([
      [-2147188640, within('The compressed file must contain the following files at its root')],
    ])
    await expect(dev.call('ImportSolutionAsync', { ...plain, CustomizationFile })).rejects.toMatchObject({
      code: '0x80048060',
      status: 400,
    })
    expect(dev.rows('asyncoperation')).toEqual([])
  })

  it('is not well formed: 0x80048013', async () => {
    const file = await edited({ customizations: (text) => text.replace('</ImportExportXml>', '') })
    expect(await staged(file)).toEqual([[-2147188717, within('Invalid customization file. This file is not well formed.')]])
  })

  it.each([
    ['a publisher', /<Publisher>[\s\S]*<\/Publisher>/],
    ['a name', /<UniqueName>Sample<\/UniqueName>/],
    ['a version', /<Version>[^<]*<\/Version>/],
  ])('has no %s: 0x8004801A', async (_what, pattern) => {
    const file = await edited({ manifest: (text) => text.replace(pattern, '') })
    expect(await staged(file)).toEqual([[-2147188710, within('XSD validation failed')]])
  })
})

describe('a solution file is refused', () => {
  it('when it holds files that belong to nothing: 0x80072035', async () => {
    const file = await edited({ more: [{ path: 'notes/readme.txt', text: 'hello' }] })
    expect(await staged(file)).toEqual([[-2147016651, 'Unprocessed files found: notes/readme.txt']])
  })

  it('when a component is not declared as a root component: 0x8004803A', async () => {
    const file = await edited({}, { ...sample, roots: sample.roots.slice(0, 1) })
    expect(await staged(file)).toEqual([
      [-2147188678, within(`component ${flowId} of type 29 is not declared in the solution file as a root component`)],
    ])
  })

  it('when a root component of its publisher is neither in it nor in the environment: 0x8004801F', async () => {
    const lists = { ...sample, roots: [...sample.roots, { type: '9', schemaName: 'con_state', behavior: 0 as const }] }
    const text = 'Cannot add a Root Component con_state of type 9 because it is not in the target system.'
    expect(await staged(await solutionFile(lists))).toEqual([[-2147188705, text]])
    const { operation } = await dev.finish('ImportSolutionAsync', { ...plain, CustomizationFile: await solutionFile(lists) })
    expect(operation).toMatchObject({ statuscode: 31, errorcode: -2147188705, message: `Solution manifest import: FAILURE: ${text}` })
  })

  it('when a root component is listed twice', async () => {
    const file = await solutionFile({ ...sample, roots: [...sample.roots, ...sample.roots] })
    expect(await staged(file)).toEqual([[-2147188710, within('con_order of type 1 is listed twice')]])
  })

  it('when a later platform made its form, or one too old: 0x80048068', async () => {
    for (const form of ['9.3', '5.0']) {
      const file = await edited({ manifest: (text) => text.replace('SolutionPackageVersion="9.2"', `SolutionPackageVersion="${form}"`) })
      expect(await staged(file)).toEqual([[-2147188632, within('You can only import solutions with a package version of 9.2 or earlier')]])
    }
    const older = await edited({ manifest: (text) => text.replace('SolutionPackageVersion="9.2"', 'SolutionPackageVersion="7.1"') })
    expect(await staged(older)).toEqual([])
  })

  it('when it does not say which platform version made it: 0x80048066', async () => {
    const file = await edited({ manifest: (text) => text.replace(/ version="[^"]*"/, '') })
    expect(await staged(file)).toEqual([[-2147188634, within('Package Version:  On-Premises')]])
  })

  it('when its unique name has characters that names cannot have: 0x8004F002', async () => {
    const file = await edited({ manifest: (text) => text.replace('<UniqueName>Sample<', '<UniqueName>My Sample<') })
    expect(await staged(file)).toEqual([[-2147160062, within('Invalid character specified for solution unique name.')]])
  })

  it('when it is a solution of the system', async () => {
    const named = (name: string): Promise<string> => solutionFile({ ...sample, name, isManaged: true })
    expect(await staged(await named('Default'))).toEqual([[-2147188663, within('The default solution cannot be managed.')]])
    const CustomizationFile = await solutionFile({ ...sample, name: 'Default' })
    await expect(dev.call('StageSolution', { CustomizationFile })).rejects.toMatchObject({ status: 501, message: within('Default') })
    expect(await staged(await named('System'))).toEqual([[-2147188666, 'System solution cannot be imported.']])
    expect(await staged(await named('Active'))).toEqual([[-2147160057, 'Solution ID provided is restricted and cannot be imported.']])
  })
})

describe('requirements on platform solutions', () => {
  const needs = (version: string): Files => ({
    manifest: (text) =>
      text.replace(
        '<MissingDependencies/>',
        `<MissingDependencies><MissingDependency><Required type="61" schemaName="msdyn_x" displayName="X" solution="PlatformPart (${version})" /><Dependent type="1" schemaName="con_order" displayName="Order" /></MissingDependency></MissingDependencies>`,
      ),
  })
  const emptied = (change: Files): Files => ({
    manifest: (text) => change.manifest?.(text.replace('<MissingDependencies />', '<MissingDependencies/>')) ?? text,
  })

  it('that a lower version does not meet can be skipped as product updates; those on absent solutions cannot', async () => {
    const file = await edited(emptied(needs('9.5.0.0')))
    expect(await staged(file)).toEqual([[-2147188707, within('ProductUpdatesOnly : False')]])
    await mountPlatformSolution(dev.ctx.env, { uniqueName: 'PlatformPart', version: '9.4.0.0' }, dev.ctx)
    expect(await staged(file)).toEqual([[-2147188707, within('ProductUpdatesOnly : True')]])
    const order = { ...plain, CustomizationFile: file }
    expect((await dev.finish('ImportSolutionAsync', order)).operation.errorcode).toBe(-2147188707)
    const skipping = await dev.finish('ImportSolutionAsync', { ...order, SkipProductUpdateDependencies: true })
    expect(skipping.operation).toMatchObject({ message: null, statuscode: 30 })
  })
})

describe('parameters for the platform’s own use', () => {
  it.each([
    ['LayerDesiredOrder', { LayerDesiredOrder: { Type: 'Below', Solutions: [{ Name: 'Other' }] } }],
    ['IsTemplateMode', { IsTemplateMode: true }],
    ['TemplateSuffix', { TemplateSuffix: 'x' }],
    ['SolutionParameters.SolutionComponentOptions', { SolutionParameters: { SolutionComponentOptions: [{}] } }],
  ])('%s is refused by name', async (name, parameter) => {
    const order = { ...plain, CustomizationFile: await solutionFile(sample), ...parameter }
    await expect(dev.call('ImportSolutionAsync', order)).rejects.toMatchObject({ status: 501, message: within(name) })
  })
})

describe('exports that are refused by name', () => {
  it.each([
    ['settings', { SolutionName: 'Sample', ExportCalendarSettings: true }, 'ExportCalendarSettings'],
    ['the Default solution', { SolutionName: 'Default' }, "'Default'"],
    ['the Active solution', { SolutionName: 'Active' }, "'Active'"],
  ])('%s', async (_what, params, name) => {
    await dev.finish('ImportSolutionAsync', { ...plain, CustomizationFile: await solutionFile(sample) })
    await expect(dev.call('ExportSolution', { Managed: false, ...params })).rejects.toMatchObject({ status: 501, message: within(name) })
    const settled = { SolutionName: 'Sample', Managed: false, ExportCalendarSettings: false, TargetVersion: '9.0' }
    await expect(dev.call('ExportSolution', settled)).resolves.toHaveProperty('ExportSolutionFile')
  })
})
