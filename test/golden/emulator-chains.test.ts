import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { child, readPackage, readSolution, withChild, withText, writePackage } from '#format'
import type { Row } from '../../src/emulator/store/store.ts'
import { dataTable } from '../../src/emulator/tables/data/data-table.ts'
import type { DataColumn, DataDefinition } from '../../src/emulator/tables/data/definition.ts'
import { definedTables } from '../../src/emulator/tables/data/define.ts'
import type { WriteContext } from '../../src/emulator/tables/table.ts'
import { mountPlatformSolution } from '../../src/emulator/templates/index.ts'
import { corpusSolutions, whyNoCorpus } from '../support/corpus.ts'
import type { TestEnvironment, TestEnvironments } from '../support/emulated-environment.ts'
import { openTestEnvironments } from '../support/emulated-environment.ts'

const nonprofit = 'MicrosoftDynamics365NonprofitAccelerator'
const hasCorpus = corpusSolutions.some(({ solution }) => solution === nonprofit)

/** Values of one row by column, of those that were written. */
type Written = ReadonlyMap<string, Readonly<Record<string, unknown>>>

describe.skipIf(!hasCorpus)(`rows through versions of real solutions (${whyNoCorpus} when skipped)`, () => {
  let environments: TestEnvironments
  beforeAll(async () => {
    environments = await openTestEnvironments()
  })
  afterAll(() => environments.close())

  it('Nonprofit 1.0 → 1.1 → 2.0: what only adds keeps every value; an update leaves what its package lost, the next upgrade destroys it', async () => {
    const env = await environments.open('nonprofit')
    await install(env, managedFile(nonprofit, '1.0.0.0'), 'ImportSolutionAsync')
    const first = await fillTables(env)
    expect(first.size).toBeGreaterThan(25)
    expect([...first.values()].flatMap(Object.keys).length).toBeGreaterThan(300)

    await install(env, managedFile(nonprofit, '1.1.0.0'), 'ImportSolutionAsync')
    expectKept(env, first)
    await install(env, managedFile(nonprofit, '2.0.0.0'), 'StageAndUpgradeAsync')
    expectKept(env, first)

    const second = await fillTables(env)
    expect([...second.keys()].filter((name) => !first.has(name))).toContain('msnfp_membership')
    expect(second.get('contact')).toHaveProperty('msnfp_deceased')

    // What 2.0 added is not in 1.1. An update to that content leaves it, values and all; the next upgrade takes it away.
    await install(env, await restamped(managedFile(nonprofit, '1.1.0.0'), '2.1.0.0'), 'ImportSolutionAsync')
    expectKept(env, second)
    await install(env, await restamped(managedFile(nonprofit, '1.1.0.0'), '3.0.0.0'), 'StageAndUpgradeAsync')
    expect(env.ctx.env.read((tx) => dataTable(tx, 'msnfp_membership'))).toBeUndefined()
    expect(columnNames(env, 'contact')).not.toContain('msnfp_deceased')
    expect(columnNames(env, 'msnfp_disbursement')).not.toContain('msnfp_amount')
    const columns = new Map([...second.keys()].map((name) => [name, columnNames(env, name)]))
    expectKept(env, restrictedTo(second, columns))

    // The same names again are new columns and a new table: empty.
    await install(env, await restamped(managedFile(nonprofit, '2.0.0.0'), '4.0.0.0'), 'StageAndUpgradeAsync')
    expect(rowsOf(env, 'msnfp_membership')).toEqual([])
    for (const row of rowsOf(env, 'contact')) expect(row['msnfp_deceased'] ?? null).toBeNull()
    expectKept(env, restrictedTo(second, columns))
  })

  it('an upgrade takes away at once what its package lost, though merged forms and site maps named it before', async () => {
    const env = await environments.open('at-once')
    await install(env, managedFile(nonprofit, '2.0.0.0'), 'ImportSolutionAsync')
    const written = await fillTables(env)
    await install(env, await restamped(managedFile(nonprofit, '1.1.0.0'), '3.0.0.0'), 'StageAndUpgradeAsync')
    expect(env.ctx.env.read((tx) => dataTable(tx, 'msnfp_membership'))).toBeUndefined()
    expect(columnNames(env, 'contact')).not.toContain('msnfp_deceased')
    expectKept(env, restrictedTo(written, new Map([...written.keys()].map((name) => [name, columnNames(env, name)]))))
  })

  it('PermitManagement 1.0.0.0 → 1.0.0.2 → 1.0.0.3 keeps every value; uninstalling destroys the rows for good', async () => {
    const dev = await environments.open('permit-dev')
    const env = await environments.open('permit')
    const exported: Uint8Array[] = []
    for (const version of ['1.0.0.0', '1.0.0.2', '1.0.0.3']) {
      await install(dev, file('PermitManagement', version, false), 'ImportSolutionAsync')
      await dev.call('PublishAllXml')
      const { ExportSolutionFile } = await dev.call('ExportSolution', { SolutionName: 'PermitManagement', Managed: true })
      exported.push(Buffer.from(String(ExportSolutionFile), 'base64'))
    }
    const [base, update, upgrade] = exported as [Uint8Array, Uint8Array, Uint8Array]
    await install(env, base, 'ImportSolutionAsync')
    const written = await fillTables(env)
    expect([...written.keys()]).toEqual(expect.arrayContaining(['contoso_permit', 'contoso_inspection', 'contoso_buildsite']))
    await install(env, update, 'ImportSolutionAsync')
    expectKept(env, written)
    await install(env, upgrade, 'StageAndUpgradeAsync')
    expectKept(env, written)

    const { operation } = await env.finish('UninstallSolutionAsync', { SolutionUniqueName: 'PermitManagement' })
    expect(operation, String(operation['message'])).toMatchObject({ statuscode: 30 })
    expect(env.ctx.env.read((tx) => dataTable(tx, 'contoso_permit'))).toBeUndefined()
    await install(env, upgrade, 'ImportSolutionAsync')
    expect(rowsOf(env, 'contoso_permit')).toEqual([])
    // The rows are off the disk, too: the first write after the removal sweeps them.
    await fillTables(env)
    const stores = env.rows('~forgotten')
    expect(stores).toEqual([])
  })
})

function managedFile(solution: string, version: string): Uint8Array {
  return file(solution, version, true)
}

function file(solution: string, version: string, isManaged: boolean): Uint8Array {
  const found = corpusSolutions.find((item) => item.solution === solution && item.version === version && item.isManaged === isManaged)
  if (found === undefined) throw new Error(`The corpus has no ${solution} ${version}.`)
  return found.read()
}

/** The same content under another version. */
async function restamped(bytes: Uint8Array, version: string): Promise<Uint8Array> {
  const given = await readPackage(bytes)
  const about = child(given.manifest, 'SolutionManifest')
  const number = child(about, 'Version')
  if (about === undefined || number === undefined) throw new Error('The manifest has no version.')
  const manifest = withChild(given.manifest, 'SolutionManifest', withChild(about, 'Version', withText(number, version)))
  return writePackage({ ...given, manifest })
}

async function install(env: TestEnvironment, bytes: Uint8Array, message: string): Promise<void> {
  const { model } = await readSolution(bytes)
  for (const { required } of model.manifest.missingDependencies) {
    if (required.solution === 'Active' || required.solution === 'System') continue
    await mountPlatformSolution(env.ctx.env, { uniqueName: required.solution, version: required.minimumVersion ?? '1.0.0.0' }, env.ctx)
  }
  const CustomizationFile = Buffer.from(bytes).toString('base64')
  const { operation } = await env.finish(message, { OverwriteUnmanagedCustomizations: false, PublishWorkflows: true, CustomizationFile })
  expect(operation, String(operation['message'])).toMatchObject({ statuscode: 30 })
}

/** One row in every table that solutions brought or extended, with a value in every plain column; and what was written. */
async function fillTables(env: TestEnvironment): Promise<Written> {
  const written = new Map<string, Readonly<Record<string, unknown>>>()
  const ctx: WriteContext = { ...env.ctx, solution: undefined }
  for (const definition of env.ctx.env.read(definedTables)) {
    if (!definition.columns.some(({ key }) => key.startsWith('~'))) continue
    const values = Object.fromEntries(definition.columns.flatMap((column) => sampleOf(column)))
    const id = await env.ctx.env.read((tx) => dataTable(tx, definition.logicalName))?.create?.(ctx, values)
    written.set(definition.logicalName, { ...values, [definition.primaryId]: id })
  }
  return written
}

/** A value that the column takes; none for those that the service fills and for lookups. */
function sampleOf(column: DataColumn): readonly (readonly [string, unknown])[] {
  if (!column.canCreate || !column.key.startsWith('~') || column.isComputed === true || column.autoNumber !== undefined) return []
  if (column.name.endsWith('_base')) return []
  const value = valueOf(column)
  return value === undefined ? [] : [[column.name, value]]
}

function valueOf(column: DataColumn): unknown {
  switch (column.type) {
    case 'nvarchar':
    case 'ntext':
      return `v ${column.name}`.slice(0, column.maxLength ?? 10)
    case 'int':
    case 'decimal':
    case 'float':
    case 'money':
      return Math.max(column.min ?? 1, Math.min(7, column.max ?? 7))
    case 'bit':
      return true
    case 'picklist':
      return column.choices.at(-1)?.value
    case 'multiselectpicklist':
      return column.choices.length === 0 ? undefined : String(column.choices[0]?.value)
    case 'datetime':
      return column.isDateOnly === true ? '2024-02-29' : '2024-02-29T12:00:00Z'
    default:
      return undefined
  }
}

function definitionOf(env: TestEnvironment, table: string): DataDefinition | undefined {
  return env.ctx.env.read(definedTables).find(({ logicalName }) => logicalName === table)
}

function columnNames(env: TestEnvironment, table: string): readonly string[] {
  return definitionOf(env, table)?.columns.map(({ name }) => name) ?? []
}

function rowsOf(env: TestEnvironment, table: string): readonly Row[] {
  return env.ctx.env.read((tx) => dataTable(tx, table)?.list?.(tx, { wanted: () => undefined }) ?? [])
}

function restrictedTo(written: Written, columns: ReadonlyMap<string, readonly string[]>): Written {
  const kept = [...written].map(([table, values]) => {
    const names = columns.get(table) ?? []
    return [table, Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)))] as const
  })
  return new Map(kept.filter(([, values]) => Object.keys(values).length > 0))
}

function expectKept(env: TestEnvironment, written: Written): void {
  for (const [table, values] of written) {
    const row = env.ctx.env.read((tx) => dataTable(tx, table)?.get?.(tx, String(values[definitionOf(env, table)?.primaryId ?? ''])))
    expect({ table, ...row }).toMatchObject({ table, ...values })
  }
}
