import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SampleOptions, TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import { column, openTestEnvironments, placeOf, solutionFile, table } from '../../../test/support/emulated-environment.ts'

const roots: SampleOptions['roots'] = [{ type: '1', schemaName: 'con_order', behavior: 1 }]
const orders = { name: 'Orders', parts: [table('con_order'), column('con_order', 'con_code')] }

let environments: TestEnvironments
let env: TestEnvironment
beforeEach(async () => {
  environments = await openTestEnvironments()
  env = await environments.open('test')
})
afterEach(() => environments.close())

async function bring(
  options: Partial<SampleOptions> & Pick<SampleOptions, 'parts'>,
  message = 'ImportSolutionAsync',
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const CustomizationFile = await solutionFile({ roots, isManaged: true, ...options })
  const plain = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false }
  const { operation } = await env.finish(message, { ...plain, CustomizationFile, ...more })
  expect(operation.message).toBeNull()
}

/** The root's row of each subcomponent, by its number of kind. */
function rootTypes(): unknown[] {
  const rows = env.rows('solutioncomponent')
  return rows
    .filter((row) => row.componenttype === 2)
    .map((row) => rows.find(({ solutioncomponentid }) => solutioncomponentid === row.rootsolutioncomponentid)?.componenttype)
}

describe('rows of solutioncomponent', () => {
  it('still name the row of their table after an upgrade', async () => {
    await bring(orders)
    expect(rootTypes()).toEqual([1])
    await bring({ ...orders, version: '2.0.0.0' }, 'StageAndUpgradeAsync')
    expect(rootTypes()).toEqual([1])
  })

  it('go from unmanaged solutions too with a component that an uninstall deletes', async () => {
    await bring(orders)
    await bring({ name: 'ByHand', isManaged: false, parts: [placeOf('con_order'), column('con_order', 'con_code')] })
    await env.finish('UninstallSolutionAsync', { SolutionUniqueName: 'Orders' })
    expect(env.rows('solutioncomponent')).toEqual([])
    expect(env.row('solution', 'uniquename', 'ByHand')).toBeDefined()
  })
})

describe('a solution whose upgrade is pending', () => {
  it('is not uninstalled before the upgrade is gone', async () => {
    const uninstalled = async (name: string): Promise<unknown> =>
      (await env.finish('UninstallSolutionAsync', { SolutionUniqueName: name })).operation.message
    await bring(orders)
    await bring({ ...orders, version: '2.0.0.0' }, 'ImportSolutionAsync', { HoldingSolution: true })
    expect(await uninstalled('Orders')).toContain('Please delete Orders_Upgrade first')
    expect(await uninstalled('Orders_Upgrade')).toBeNull()
    expect(await uninstalled('Orders')).toBeNull()
  })
})

describe('a table that its solution carries only as the place of columns from now on', () => {
  const segment = { ...orders, version: '2.0.0.0', parts: [placeOf('con_order'), column('con_order', 'con_code')] }

  it.each(['ImportSolutionAsync', 'StageAndUpgradeAsync'])('keeps its definition (%s)', async (message) => {
    await bring(orders)
    await bring(segment, message)
    expect(env.row('entity', 'logicalname', 'con_order')?.entitysetname).toBe('con_orders')
    await env.finish('UninstallSolutionAsync', { SolutionUniqueName: 'Orders' })
    expect(env.rows('entity')).toEqual([])
  })
})
