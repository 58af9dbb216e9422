import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readModel, readPackage } from '#format'
import type { TestEnvironments } from '../../../../test/support/emulated-environment.ts'
import { openTestEnvironments, solutionFile, table } from '../../../../test/support/emulated-environment.ts'
import { recordDependencies } from '../../layers/dependencies.ts'

describe('what a package needs, stored before exports repeated its words', () => {
  let environments: TestEnvironments
  beforeAll(async () => {
    environments = await openTestEnvironments()
  })
  afterAll(() => environments.close())

  it('is still listed by exports', async () => {
    const environment = await environments.open('old')
    const roots = [{ type: '1', schemaName: 'con_boat', behavior: 0 as const }]
    await environment.finish('ImportSolutionAsync', {
      OverwriteUnmanagedCustomizations: false,
      PublishWorkflows: false,
      ImportJobId: crypto.randomUUID(),
      CustomizationFile: await solutionFile({ parts: [table('con_boat')], roots }),
    })
    const dependent = { type: '1', id: undefined, schemaName: 'con_boat', displayName: 'Boat' }
    const icon = { type: '61', id: undefined, schemaName: 'msdyn_/Images/icon.png', displayName: 'Icon' }
    const required = { ...icon, solution: 'AppModuleWebResources', minimumVersion: '2.5' }
    await environment.ctx.env.write((tx) =>
      recordDependencies(tx, 'Sample', [{ required, dependent, dependentId: 'Entity:con_boat', isExtended: false }]),
    )
    const exported = await environment.call('ExportSolution', { SolutionName: 'Sample', Managed: true })
    const { manifest } = readModel(await readPackage(Buffer.from(String(exported['ExportSolutionFile']), 'base64')))
    expect(manifest.missingDependencies).toMatchObject([
      { required: { schemaName: 'msdyn_/Images/icon.png', solution: 'AppModuleWebResources' }, dependent: { schemaName: 'con_boat' } },
    ])
  })
})
