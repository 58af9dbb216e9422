import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ComponentPart } from '#format'
import { readSolution } from '#format'
import { componentLayers } from '../layers/virtual-rows.ts'
import type { Row } from '../store/store.ts'
import type { SampleOptions, TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import { column, openTestEnvironments, placeOf, solutionFile, table } from '../../../test/support/emulated-environment.ts'

const plain = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false }
const base: SampleOptions = {
  name: 'Orders',
  isManaged: true,
  parts: [table('con_order'), column('con_order', 'con_code', 'of the base')],
  roots: [{ type: '1', schemaName: 'con_order', behavior: 0 }],
}

/** A solution that carries columns of the table and not the table itself. */
function segment(name: string, parts: readonly ComponentPart[], more: Partial<SampleOptions> = {}): SampleOptions {
  return {
    name,
    isManaged: true,
    parts: [placeOf('con_order'), ...parts],
    roots: [{ type: '1', schemaName: 'con_order', behavior: 1 }],
    ...more,
  }
}

function patch(version: string, parts: readonly ComponentPart[], more: Partial<SampleOptions> = {}): SampleOptions {
  return segment(`Orders_Patch_${version.replaceAll('.', '')}`, parts, { version, patchOf: 'Orders', ...more })
}

let environments: TestEnvironments
let test: TestEnvironment
beforeEach(async () => {
  environments = await openTestEnvironments()
  test = await environments.open('test')
})
afterEach(() => environments.close())

async function bring(options: SampleOptions, message = 'ImportSolutionAsync', more: Row = {}): Promise<Row> {
  const { operation } = await test.finish(message, { ...plain, CustomizationFile: await solutionFile(options), ...more })
  return operation
}

/** Brings a solution that must come in. */
async function install(options: SampleOptions, message?: string, more?: Row): Promise<void> {
  expect(await bring(options, message, more)).toMatchObject({ message: null, statuscode: 30 })
}

function codeColumn(): Row | undefined {
  return test.row('attribute', 'logicalname', 'con_code')
}

function layersOfCode(): unknown[] {
  const id = String(codeColumn()?.metadataid)
  return test.ctx.env.read((tx) => componentLayers(tx, 'Attribute', id)).map((row) => row.msdyn_solutionname)
}

function solutionNames(): unknown[] {
  const system = ['Default', 'Active', 'System']
  return test
    .rows('solution')
    .filter((row) => row['~mounted'] !== true && !system.includes(String(row.uniquename)))
    .map((row) => row.uniquename)
    .sort()
}

describe('a managed patch', () => {
  // The documented example: A says 30, B says 50, the patch of A says 35; 50 holds until B goes (web-api H.4).
  it('lies over its base and below a solution that came before the patch', async () => {
    await install(base)
    await install(segment('Other', [column('con_order', 'con_code', 'of the other')]))
    await install(patch('1.0.1.0', [column('con_order', 'con_code', 'of the patch')]))
    expect(layersOfCode()).toEqual(['Orders', 'Orders_Patch_1010', 'Other'])
    expect(codeColumn()?.displayname).toBe('of the other')
    await test.finish('UninstallSolutionAsync', { SolutionUniqueName: 'Other' })
    expect(codeColumn()?.displayname).toBe('of the patch')
  })

  it('lies over lower patches, points to its base, and says in history that it is one', async () => {
    await install(base)
    await install(patch('1.0.1.0', [column('con_order', 'con_code', 'first')]))
    await install(patch('1.0.1.5', [column('con_order', 'con_code', 'second')]))
    expect(layersOfCode()).toEqual(['Orders', 'Orders_Patch_1010', 'Orders_Patch_1015'])
    expect(codeColumn()?.displayname).toBe('second')
    const parent = test.row('solution', 'uniquename', 'Orders')
    expect(test.row('solution', 'uniquename', 'Orders_Patch_1015')).toMatchObject({ parentsolutionid: parent?.solutionid, ismanaged: true })
    expect(test.row('msdyn_solutionhistory', 'msdyn_name', 'Orders_Patch_1015')).toMatchObject({
      msdyn_ispatch: true,
      msdyn_suboperation: 1,
    })
    expect(test.row('msdyn_solutionhistory', 'msdyn_name', 'Orders')).toMatchObject({ msdyn_ispatch: false })
  })

  it('may be uninstalled alone, with what only it holds', async () => {
    await install(base)
    await install(patch('1.0.1.0', [column('con_order', 'con_extra'), column('con_order', 'con_code', 'of the patch')]))
    const { operation } = await test.finish('UninstallSolutionAsync', { SolutionUniqueName: 'Orders_Patch_1010' })
    expect(operation.statuscode).toBe(30)
    expect(test.row('attribute', 'logicalname', 'con_extra')).toBeUndefined()
    expect(codeColumn()?.displayname).toBe('of the base')
  })

  it('goes with its base when that is uninstalled', async () => {
    await install(base)
    await install(patch('1.0.1.0', [column('con_order', 'con_extra')]))
    const { operation } = await test.finish('UninstallSolutionAsync', { SolutionUniqueName: 'Orders' })
    expect(operation.statuscode).toBe(30)
    expect(solutionNames()).toEqual([])
    expect(test.rows('attribute')).toEqual([])
  })

  it('goes when its base is upgraded, and what the new version does not have goes too', async () => {
    await install(base)
    await install(patch('1.0.1.0', [column('con_order', 'con_extra'), column('con_order', 'con_code', 'of the patch')]))
    const next = { ...base, version: '1.1.0.0', parts: [table('con_order'), column('con_order', 'con_code', 'of the new base')] }
    await install(next, 'ImportSolutionAsync', { HoldingSolution: true })
    expect(layersOfCode()).toEqual(['Orders', 'Orders_Patch_1010', 'Orders_Upgrade'])
    expect((await test.finish('DeleteAndPromoteAsync', { UniqueName: 'Orders' })).operation.statuscode).toBe(30)
    expect(solutionNames()).toEqual(['Orders'])
    expect(layersOfCode()).toEqual(['Orders'])
    expect(codeColumn()?.displayname).toBe('of the new base')
    expect(test.row('attribute', 'logicalname', 'con_extra')).toBeUndefined()
  })

  it('stays with its base and the holding solution when the upgrade is blocked', async () => {
    await install(base)
    await install(patch('1.0.1.0', [column('con_order', 'con_code', 'of the patch')]))
    await install(segment('Other', [column('con_order', 'con_code', 'of the other')], { publisher: 'fabrikam' }))
    const less = { ...base, version: '1.1.0.0', parts: [table('con_order')] }
    expect(await bring(less, 'StageAndUpgradeAsync')).toMatchObject({ statuscode: 31, errorcode: -2147159994 })
    expect(solutionNames()).toEqual(['Orders', 'Orders_Patch_1010', 'Orders_Upgrade', 'Other'])
    expect(layersOfCode()).toEqual(['Orders', 'Orders_Patch_1010', 'Other'])
  })
})

describe('a patch is refused', () => {
  const extra = [column('con_order', 'con_extra')]
  const failing = (code: number, text: string) => ({ statuscode: 31, errorcode: code, message: expect.stringContaining(text) })

  it('without its base', async () => {
    expect(await bring(patch('1.0.1.0', extra))).toMatchObject(failing(-2147187392, "'Orders'"))
  })

  it.each(['1.1.0.1', '2.0.0.0', '1.0.0.0', '0.9.0.0'])('with version %s over a base 1.0.0.0', async (version) => {
    await install(base)
    expect(await bring(patch(version, extra))).toMatchObject(
      failing(-2147187399, `Solution manifest import: FAILURE: Patch version ${version} is invalid for parent version 1.0.0.0`),
    )
  })

  it.each(['1.0.2.0', '1.0.1.0'])('with version %s when a patch 1.0.2.0 is there', async (version) => {
    await install(base)
    await install(patch('1.0.2.0', extra))
    expect(await bring(patch(version, extra))).toMatchObject(
      failing(-2147084431, "Patch 'Orders_Patch_1020' has a matching or higher version (1.0.2.0) than that of the patch being installed."),
    )
  })

  it('while an upgrade of its base is pending', async () => {
    await install(base)
    await install({ ...base, version: '2.0.0.0' }, 'ImportSolutionAsync', { HoldingSolution: true })
    expect(await bring(patch('1.0.1.0', extra))).toMatchObject(
      failing(-2147187399, 'Holding solution Orders_Upgrade exists. Cannot update solution.'),
    )
  })

  it('when it is unmanaged and its base is managed, and when another publisher made it', async () => {
    await install(base)
    expect(await bring(patch('1.0.1.0', extra, { isManaged: false }))).toMatchObject(failing(-2147187399, 'they must match'))
    expect(await bring(patch('1.0.1.0', extra, { publisher: 'fabrikam' }))).toMatchObject(
      failing(-2147188708, 'The publisher name cannot be changed from contoso to fabrikam.'),
    )
  })

  it('by staging too, with the same reasons', async () => {
    const { StageSolutionResults } = await test.call('StageSolution', { CustomizationFile: await solutionFile(patch('1.0.1.0', extra)) })
    expect(StageSolutionResults).toMatchObject({
      StageSolutionStatus: 'Failed',
      SolutionValidationResults: [{ SolutionValidationResultType: 'Error', ErrorCode: -2147187392 }],
    })
  })

  it('as a holding solution', async () => {
    await install(base)
    expect(await bring(patch('1.0.1.0', extra), 'ImportSolutionAsync', { HoldingSolution: true })).toMatchObject(
      failing(-2147187399, 'patches'),
    )
  })
})

describe('a patch of an unmanaged solution', () => {
  const unmanaged = { ...base, isManaged: false }
  const clone = { ParentSolutionUniqueName: 'Orders', DisplayName: 'Orders, mended', VersionNumber: '1.0.1.0' }

  async function clonePatch(version = '1.0.1.0'): Promise<Row> {
    const { SolutionId } = await test.call('CloneAsPatch', { ...clone, VersionNumber: version })
    return test.row('solution', 'solutionid', String(SolutionId)) ?? {}
  }

  async function fill(solution: Row, columnName: string): Promise<void> {
    const table = { id: test.row('entity', 'logicalname', 'con_order')?.metadataid, type: 1 }
    const column = { id: test.row('attribute', 'logicalname', columnName)?.metadataid, type: 2 }
    const into = { SolutionUniqueName: solution.uniquename, AddRequiredComponents: false, DoNotIncludeSubcomponents: true }
    for (const { id, type } of [table, column]) await test.call('AddSolutionComponent', { ...into, ComponentId: id, ComponentType: type })
  }

  it('starts empty, under a name of the platform, and leaves a line of history', async () => {
    await install(unmanaged)
    const made = await clonePatch()
    const parent = test.row('solution', 'uniquename', 'Orders')
    expect(made).toMatchObject({
      parentsolutionid: parent?.solutionid,
      version: '1.0.1.0',
      friendlyname: 'Orders, mended',
      ismanaged: false,
    })
    expect(made.uniquename).toMatch(/^Orders_Patch_[0-9a-f]{8}$/)
    expect(test.rows('solutioncomponent').filter((row) => row.solutionid === made.solutionid)).toEqual([])
    expect(test.rows('msdyn_solutionhistory').filter((row) => row.msdyn_operation === 9)).toMatchObject([
      { msdyn_ispatch: true, msdyn_result: true },
    ])
  })

  it('locks its base for edit and export until it is rolled up', async () => {
    await install(unmanaged)
    const made = await clonePatch()
    const locked = {
      code: '0x80048538',
      message: `Cannot modify solution because it has the following patches: ${String(made.solutionid)}.`,
    }
    await expect(test.call('ExportSolution', { SolutionName: 'Orders', Managed: true })).rejects.toMatchObject(locked)
    await expect(fill({ uniquename: 'Orders' }, 'con_code')).rejects.toMatchObject(locked)
    expect(await bring({ ...unmanaged, version: '1.0.5.0' })).toMatchObject({ statuscode: 31, errorcode: -2147187400 })
    await test.call('CloneAsSolution', { ...clone, VersionNumber: '1.1.0.0' })
    await expect(test.call('ExportSolution', { SolutionName: 'Orders', Managed: true })).resolves.toHaveProperty('ExportSolutionFile')
  })

  it('must be of the line of its base and higher than every patch', async () => {
    await install(unmanaged)
    await expect(clonePatch('1.1.0.0')).rejects.toMatchObject({ code: '0x80048539' })
    await expect(clonePatch('1.0.0.0')).rejects.toMatchObject({ code: '0x80048539' })
    await expect(clonePatch('newest')).rejects.toMatchObject({ code: '0x8004F01E' })
    await clonePatch('1.0.3.0')
    await expect(clonePatch('1.0.3.0')).rejects.toMatchObject({ code: '0x80061771' })
    expect((await clonePatch('1.0.3.1')).version).toBe('1.0.3.1')
  })

  it('cannot be made of a managed solution, of a patch, or of nothing', async () => {
    await install(base)
    await expect(clonePatch()).rejects.toMatchObject({ code: '0x80048539', message: expect.stringContaining('managed') })
    await expect(test.call('CloneAsPatch', { ...clone, ParentSolutionUniqueName: 'Nobody' })).rejects.toMatchObject({ code: '0x80040217' })
    await install({ ...unmanaged, name: 'Free', parts: [table('con_free')], roots: [{ type: '1', schemaName: 'con_free', behavior: 0 }] })
    await test.call('CloneAsPatch', { ...clone, ParentSolutionUniqueName: 'Free' })
    const made = test.rows('solution').find((row) => String(row.uniquename).startsWith('Free_Patch_'))
    const again = { ...clone, ParentSolutionUniqueName: made?.uniquename, VersionNumber: '1.0.1.1' }
    await expect(test.call('CloneAsPatch', again)).rejects.toMatchObject({ message: expect.stringContaining('it is a patch') })
  })

  it('is exported with the base that it belongs to, and comes in managed over the managed base', async () => {
    await install(unmanaged)
    await install(segment('Hand', [column('con_order', 'con_extra')], { isManaged: false }))
    const made = await clonePatch()
    await fill(made, 'con_extra')
    const { ExportSolutionFile } = await test.call('ExportSolution', { SolutionName: made.uniquename, Managed: true })
    const { model } = await readSolution(Buffer.from(String(ExportSolutionFile), 'base64'))
    expect(model.manifest).toMatchObject({ uniqueName: made.uniquename, patchOf: 'Orders', version: '1.0.1.0', isManaged: true })
    expect(model.components.map(({ kind, key }) => `${kind}:${key}`)).toEqual(['Entity:con_order', 'Attribute:con_order.con_extra'])

    test = await environments.open('production')
    await install(base)
    const { operation } = await test.finish('ImportSolutionAsync', { ...plain, CustomizationFile: ExportSolutionFile })
    expect(operation).toMatchObject({ message: null, statuscode: 30 })
    expect(test.row('attribute', 'logicalname', 'con_extra')).toBeDefined()
  })

  it('hands what it holds to its base when rolled up, under a higher major or minor number', async () => {
    await install(unmanaged)
    await install(segment('Hand', [column('con_order', 'con_extra')], { isManaged: false }))
    await install(segment('Narrow', [column('con_order', 'con_code')], { isManaged: false }))
    const narrow = { ...clone, ParentSolutionUniqueName: 'Narrow' }
    const { SolutionId } = await test.call('CloneAsPatch', narrow)
    await fill(test.row('solution', 'solutionid', String(SolutionId)) ?? {}, 'con_extra')
    await expect(test.call('CloneAsSolution', { ...narrow, VersionNumber: '1.0.9.0' })).rejects.toMatchObject({ code: '0x80048539' })
    await test.call('CloneAsSolution', { ...narrow, DisplayName: 'Narrow, rolled up', VersionNumber: '1.1.0.0' })
    expect(test.row('solution', 'uniquename', 'Narrow')).toMatchObject({ version: '1.1.0.0', friendlyname: 'Narrow, rolled up' })
    expect(solutionNames()).toEqual(['Hand', 'Narrow', 'Orders'])
    const { ExportSolutionFile } = await test.call('ExportSolution', { SolutionName: 'Narrow', Managed: false })
    const { model } = await readSolution(Buffer.from(String(ExportSolutionFile), 'base64'))
    expect(model.manifest.patchOf).toBeUndefined()
    expect(model.components.map(({ key }) => key)).toEqual(expect.arrayContaining(['con_order.con_code', 'con_order.con_extra']))
  })

  it('is deleted latest first, and its base last', async () => {
    await install(unmanaged)
    const first = await clonePatch('1.0.1.0')
    const second = await clonePatch('1.0.2.0')
    const remove = async (name: unknown) => (await test.finish('UninstallSolutionAsync', { SolutionUniqueName: name })).operation.errorcode
    expect(await remove('Orders')).toBe(-2147187400)
    expect(await remove(first.uniquename)).toBe(-2147187399)
    expect(await remove(second.uniquename)).toBeNull()
    expect(await remove(first.uniquename)).toBeNull()
    expect(await remove('Orders')).toBeNull()
    expect(codeColumn()).toBeDefined()
  })
})
