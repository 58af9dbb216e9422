import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestEnvironment, TestEnvironments } from '../../../../test/support/emulated-environment.ts'
import { column, openTestEnvironments, solutionFile, table } from '../../../../test/support/emulated-environment.ts'
import type { WriteContext } from '../table.ts'
import { dataTable } from './data-table.ts'
import { defineTable } from './define.ts'
import { sweep } from './sweep.ts'

const roots = [{ type: '1', schemaName: 'con_thing', behavior: 0 as const }]

describe('data of deleted definitions', () => {
  let environments: TestEnvironments
  beforeAll(async () => {
    environments = await openTestEnvironments()
  })
  afterAll(() => environments.close())

  it('leaves the disk in pieces, each as long as one write may be', async () => {
    const env = await environments.open('table')
    const store = await filled(env, 25)
    await env.finish('UninstallSolutionAsync', { SolutionUniqueName: 'Sample' })
    expect(env.rows(store)).toHaveLength(25)
    await env.ctx.env.write((tx) => sweep(tx, 10))
    expect(env.rows(store)).toHaveLength(15)
    await env.ctx.env.write((tx) => sweep(tx, 100))
    expect(env.rows(store)).toEqual([])
    expect(env.rows('~forgotten')).toEqual([])
  })

  it('takes the values of a deleted column out of rows that stay, all of them after as many writes as it needs', async () => {
    const env = await environments.open('column')
    const store = await filled(env, 25)
    const parts = [table('con_thing')]
    const CustomizationFile = await solutionFile({ version: '2.0.0.0', isManaged: true, parts, roots })
    const { operation } = await env.finish('StageAndUpgradeAsync', importing(CustomizationFile))
    expect(operation, String(operation['message'])).toMatchObject({ statuscode: 30 })
    const holding = (): number => env.rows(store).filter((row) => Object.values(row).includes('kept text')).length
    expect(holding()).toBe(25)
    await env.ctx.env.write((tx) => sweep(tx, 10))
    expect(holding()).toBe(15)
    for (let i = 0; i < 3; i++) await env.ctx.env.write((tx) => sweep(tx, 10))
    expect(holding()).toBe(0)
    expect(env.rows(store)).toHaveLength(25)
    expect(env.rows('~forgotten')).toEqual([])
  })

  /** A table of a managed solution with rows; the name of the store's table that holds them. */
  async function filled(env: TestEnvironment, rows: number): Promise<string> {
    const CustomizationFile = await solutionFile({ isManaged: true, parts: [table('con_thing'), column('con_thing', 'con_note')], roots })
    await env.finish('ImportSolutionAsync', importing(CustomizationFile))
    const ctx: WriteContext = { ...env.ctx, solution: undefined }
    const things = env.ctx.env.read((tx) => dataTable(tx, 'con_thing'))
    for (let i = 0; i < rows; i++) await things?.create?.(ctx, { con_note: 'kept text' })
    return env.ctx.env.read((tx) => defineTable(tx, 'con_thing'))?.store ?? ''
  }
})

function importing(CustomizationFile: string): Record<string, unknown> {
  return { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false, CustomizationFile }
}
