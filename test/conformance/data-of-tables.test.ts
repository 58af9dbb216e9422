import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Organisation } from './organisation.ts'
import { followOperation, importSolution, openLocal, rowsOf, sampleSolution } from './organisation.ts'

// Needs three environments that may be filled and thrown away.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('rows of imported tables (local environments only)', () => {
  let target: Organisation
  let first: Uint8Array
  let second: Uint8Array

  beforeAll(async () => {
    first = await managed('1.0.0.0')
    second = await managed('1.1.0.0')
    target = await openLocal()
    const done = await importSolution(target, first)
    expect(done['statuscode'], String(done['message'])).toBe(30)
  })
  afterAll(() => target.close())

  it('lose the values of a column that an upgrade deletes, and keep all others', async () => {
    const body = { contoso_name: 'I-1', contoso_inspectorname: 'Ina' }
    const made = await target.call('POST', 'contoso_inspections', { body, headers: { prefer: 'return=representation' } })
    expect(made.json).toMatchObject(body)
    const path = `contoso_inspections(${String(made.json['contoso_inspectionid'])})`

    await upgrade(second)
    const upgraded = await target.call('GET', path)
    expect(upgraded.json).toMatchObject({ contoso_name: 'I-1' })
    expect(Object.keys(upgraded.json)).not.toContain('contoso_inspectorname')
    expect((await target.call('GET', 'contoso_inspections?$select=contoso_inspectorname')).status).toBe(400)
  })

  it('go with their table, and do not come back with a new one of the same name', async () => {
    expect(rowsOf(await target.call('GET', 'contoso_inspections'))).toHaveLength(1)
    const removal = await target.call('POST', 'UninstallSolutionAsync', { body: { SolutionUniqueName: 'ContosoInspection' } })
    const removed = await followOperation(target, String(removal.json['AsyncOperationId']))
    expect(removed['statuscode'], String(removed['message'])).toBe(30)
    expect((await target.call('GET', 'contoso_inspections')).status).toBe(404)
    await importSolution(target, first)
    expect(rowsOf(await target.call('GET', 'contoso_inspections'))).toEqual([])
  })

  async function managed(version: '1.0.0.0' | '1.1.0.0'): Promise<Uint8Array> {
    const source = await openLocal()
    try {
      await importSolution(source, await sampleSolution(version))
      await source.call('POST', 'PublishAllXml', { body: {} })
      const answer = await source.call('POST', 'ExportSolution', { body: { SolutionName: 'ContosoInspection', Managed: true } })
      return Buffer.from(String(answer.json['ExportSolutionFile']), 'base64')
    } finally {
      await source.close()
    }
  }

  async function upgrade(file: Uint8Array): Promise<void> {
    const CustomizationFile = Buffer.from(file).toString('base64')
    const order = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false, CustomizationFile, ImportJobId: crypto.randomUUID() }
    const started = await target.call('POST', 'StageAndUpgradeAsync', { body: order })
    const done = await followOperation(target, String(started.json['AsyncOperationId']))
    expect(done['statuscode'], String(done['message'])).toBe(30)
  }
})
