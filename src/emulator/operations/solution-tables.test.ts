import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { removeSolution } from '../tables/solution-removal.ts'
import { createPublisher, removePublisher, updatePublisher } from '../tables/publisher-writes.ts'
import { createSolution, updateSolution } from '../tables/solution-writes.ts'
import type { WriteContext } from '../tables/table.ts'
import type { Row } from '../store/store.ts'
import type { TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import { openTestEnvironments, solutionFile, table } from '../../../test/support/emulated-environment.ts'

let environments: TestEnvironments
let dev: TestEnvironment
let ctx: WriteContext
beforeEach(async () => {
  environments = await openTestEnvironments()
  dev = await environments.open('dev')
  ctx = { ...dev.ctx, solution: undefined }
})
afterEach(() => environments.close())

function solutionOf(name: string): Row {
  return dev.row('solution', 'uniquename', name) ?? {}
}

async function contoso(more: Row = {}): Promise<string> {
  return createPublisher(ctx, { uniquename: 'contoso', customizationprefix: 'con', customizationoptionvalueprefix: 12_345, ...more })
}

async function installManaged(): Promise<void> {
  const file = await solutionFile({
    isManaged: true,
    parts: [table('con_order')],
    roots: [{ type: '1', schemaName: 'con_order', behavior: 0 }],
  })
  await dev.finish('ImportSolutionAsync', { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false, CustomizationFile: file })
}

describe('the solutions of the system', () => {
  it('are there with the ids that every organisation has; Active is hidden', () => {
    expect(solutionOf('Default')).toMatchObject({ solutionid: 'fd140aaf-4df4-11dd-bd17-0019b9312238', isvisible: true, ismanaged: false })
    expect(solutionOf('Active')).toMatchObject({ solutionid: 'fd140aae-4df4-11dd-bd17-0019b9312238', isvisible: false })
  })

  it.each(['Default', 'Active', 'System'])('%s can be neither changed nor deleted', async (name) => {
    await expect(updateSolution(ctx, solutionOf(name), { friendlyname: 'Ours' })).rejects.toMatchObject({ code: '0x8004F00A' })
    await expect(removeSolution(ctx, solutionOf(name))).rejects.toMatchObject({ code: '0x8004F005' })
  })
})

describe('a solution', () => {
  it('needs a publisher that is there and its own, and sets nothing that an installation sets', async () => {
    const publisherid = await contoso()
    const make = (values: Row): Promise<string> => createSolution(ctx, { uniquename: 'Ours', publisherid, ...values })
    await expect(make({ uniquename: 'Not ours' })).rejects.toMatchObject({ code: '0x8004F002' })
    await expect(make({ version: '1.x' })).rejects.toMatchObject({ code: '0x8004F01E' })
    await expect(make({ ismanaged: true })).rejects.toMatchObject({ code: '0x8004F008', message: expect.stringContaining('(ismanaged)') })
    await expect(make({ publisherid: '99999999-0000-4000-8000-000000000001' })).rejects.toMatchObject({ status: 404 })
    await expect(make({ publisherid: solutionOf('System').publisherid })).rejects.toMatchObject({ code: '0x8004F034' })
    await make({ configurationpageid: null })
    expect(solutionOf('Ours')).toMatchObject({
      version: '1.0.0.0',
      isvisible: true,
      organizationid: dev.rows('organization')[0]?.organizationid,
    })
    await expect(make({ uniquename: 'OURS' })).rejects.toMatchObject({ code: '0x8004F023' })
  })

  it('keeps its unique name, and takes another publisher, but no read-only one', async () => {
    const publisherid = await contoso()
    const other = await contoso({ uniquename: 'fabrikam', customizationprefix: 'fab' })
    await createSolution(ctx, { uniquename: 'Ours', publisherid })
    await expect(updateSolution(ctx, solutionOf('Ours'), { uniquename: 'Theirs' })).rejects.toMatchObject({ code: '0x8004F008' })
    await updateSolution(ctx, solutionOf('Ours'), { publisherid: other, version: '0.9.0.0' })
    expect(solutionOf('Ours')).toMatchObject({ publisherid: other, version: '0.9.0.0' })
    const readOnly = { publisherid: solutionOf('System').publisherid }
    await expect(updateSolution(ctx, solutionOf('Ours'), readOnly)).rejects.toMatchObject({ code: '0x8004F034' })
  })

  it('that is managed cannot be changed', async () => {
    await installManaged()
    await expect(updateSolution(ctx, solutionOf('Sample'), { friendlyname: 'Ours' })).rejects.toMatchObject({ code: '0x8004F024' })
  })

  it('that has a patch cannot be changed, and its patch keeps to its line', async () => {
    const publisherid = await contoso()
    await createSolution(ctx, { uniquename: 'Ours', publisherid })
    const { SolutionId } = await dev.call('CloneAsPatch', { ParentSolutionUniqueName: 'Ours', DisplayName: 'P', VersionNumber: '1.0.0.1' })
    await expect(updateSolution(ctx, solutionOf('Ours'), { version: '1.0.0.5' })).rejects.toMatchObject({ code: '0x80048538' })
    const patch = dev.row('solution', 'solutionid', String(SolutionId)) ?? {}
    await expect(updateSolution(ctx, patch, { version: '1.1.0.0' })).rejects.toMatchObject({ code: '0x80048539' })
    await updateSolution(ctx, patch, { version: '1.0.0.9' })
    expect(dev.row('solution', 'solutionid', String(SolutionId))?.version).toBe('1.0.0.9')
  })
})

describe('a publisher', () => {
  it.each([
    ['a prefix too short', { customizationprefix: 'c' }],
    ['a prefix too long', { customizationprefix: 'contosoisbig' }],
    ['a prefix of the platform', { customizationprefix: 'mscrmx' }],
    ['a prefix with an underscore', { customizationprefix: 'c_n' }],
    ['option values too low', { customizationoptionvalueprefix: 9_999 }],
    ['option values too high', { customizationoptionvalueprefix: 100_000 }],
  ])('is refused with %s', async (_what, values) => {
    await expect(contoso(values)).rejects.toMatchObject({ status: 400, code: '0x80044189' })
  })

  it('is refused without a unique name, and with one that is taken', async () => {
    await expect(contoso({ uniquename: '' })).rejects.toMatchObject({ code: '0x8004F01C' })
    await contoso()
    await expect(contoso({ uniquename: 'Contoso' })).rejects.toMatchObject({ status: 412 })
  })

  it('is read-only when a managed solution brought it', async () => {
    await installManaged()
    const publisher = dev.row('publisher', 'uniquename', 'contoso') ?? {}
    expect(publisher.isreadonly).toBe(true)
    await expect(updatePublisher(ctx, publisher, { friendlyname: 'Ours' })).rejects.toMatchObject({ code: '0x8004F033' })
  })

  it('can be changed but for its unique name', async () => {
    const id = await contoso()
    const row = (): Row => dev.row('publisher', 'publisherid', id) ?? {}
    await expect(updatePublisher(ctx, row(), { uniquename: 'other' })).rejects.toMatchObject({ code: '0x8004F008' })
    await updatePublisher(ctx, row(), { friendlyname: 'Contoso Ltd', customizationprefix: 'cts' })
    expect(row()).toMatchObject({ uniquename: 'contoso', friendlyname: 'Contoso Ltd', customizationprefix: 'cts' })
  })

  it('is deleted only while no solution has it, and never when the platform has it', async () => {
    const publisherid = await contoso()
    await createSolution(ctx, { uniquename: 'Ours', publisherid })
    const row = (): Row => dev.row('publisher', 'publisherid', publisherid) ?? {}
    await expect(removePublisher(ctx, row())).rejects.toMatchObject({ status: 405, code: '0x80040227' })
    await removeSolution(ctx, solutionOf('Ours'))
    await removePublisher(ctx, row())
    expect(dev.row('publisher', 'publisherid', publisherid)).toBeUndefined()
    const ours = dev.row('publisher', 'publisherid', String(solutionOf('Default').publisherid)) ?? {}
    await expect(removePublisher(ctx, ours)).rejects.toMatchObject({ code: '0x8004F006' })
  })
})
