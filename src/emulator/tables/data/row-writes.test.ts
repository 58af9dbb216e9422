import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestEnvironments } from '../../../../test/support/emulated-environment.ts'
import { openTestEnvironments, solutionFile, table } from '../../../../test/support/emulated-environment.ts'
import { dataTable } from './data-table.ts'

describe('writing a row of a table that goes while its body is on the way', () => {
  let environments: TestEnvironments

  beforeAll(async () => {
    environments = await openTestEnvironments()
  })
  afterAll(() => environments.close())

  it('is refused', async () => {
    const { ctx, call } = await environments.open('dev')
    const roots = [{ type: '1', schemaName: 'con_thing', behavior: 0 as const }]
    const CustomizationFile = await solutionFile({ isManaged: true, parts: [table('con_thing')], roots })
    await call('ImportSolution', {
      CustomizationFile,
      OverwriteUnmanagedCustomizations: false,
      PublishWorkflows: false,
      ImportJobId: crypto.randomUUID(),
    })
    const things = ctx.env.read((tx) => dataTable(tx, 'con_thing'))
    const writing = { ...ctx, solution: undefined }
    const id = await things?.create?.(writing, {})
    const row = ctx.env.read((tx) => things?.get?.(tx, String(id)))
    if (things === undefined || row === undefined) throw new Error('The row is not there.')
    await call('UninstallSolutionAsync', { SolutionUniqueName: 'Sample' })
    await ctx.jobs.idle()
    const gone = { status: 404, message: `Resource not found for the segment '${things.setName}'.` }
    await expect(things.create?.(writing, {})).rejects.toMatchObject(gone)
    await expect(things.update?.(writing, row, {})).rejects.toMatchObject(gone)
  })
})
