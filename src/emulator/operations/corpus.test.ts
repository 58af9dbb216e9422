import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SolutionPackage } from '#format'
import { readPackage, readSolution } from '#format'
import { isUnmodified } from '../kinds/shell.ts'
import { corpusSolutions, whyNoCorpus } from '../../../test/support/corpus.ts'
import { mountPlatformSolution } from '../templates/index.ts'
import type { TestEnvironment, TestEnvironments } from '../../../test/support/emulated-environment.ts'
import { openTestEnvironments } from '../../../test/support/emulated-environment.ts'

const unmanaged = corpusSolutions.filter((solution) => !solution.isManaged)

describe.skipIf(unmanaged.length === 0)(`versions of one solution in order (${whyNoCorpus} when skipped)`, () => {
  it.each(['PL400Demos', 'PermitManagement'])('%s is upgraded in a test environment by what dev exports managed', async (name) => {
    const environments = await openTestEnvironments()
    const [dev, test] = [await environments.open('dev'), await environments.open('test')]
    const versions = unmanaged.filter(({ solution }) => solution === name).sort((a, b) => byVersion(a.name, b.name))
    for (const { name: path, read } of versions) {
      const bytes = read()
      const { model } = await readSolution(bytes)
      const imported = await importInto(dev, bytes, model.manifest.missingDependencies)
      if (imported.statuscode !== 30) {
        expect(needsActive(model)).toBe(true)
        continue
      }
      await dev.call('PublishAllXml')
      const { ExportSolutionFile } = await dev.call('ExportSolution', { SolutionName: name, Managed: true })
      const managed = Buffer.from(String(ExportSolutionFile), 'base64')
      const promoted = await importInto(
        test,
        managed,
        (await readSolution(managed)).model.manifest.missingDependencies,
        'StageAndUpgradeAsync',
      )
      expect({ path, code: promoted.errorcode, message: promoted.message }).toEqual({
        path,
        // The same version under other bytes.
        code: path.includes('~') ? -2147187391 : null,
        message: path.includes('~') ? expect.any(String) : null,
      })
      expect(test.row('solution', 'uniquename', name)?.version).toBe(model.manifest.version)
    }
    await environments.close()
  })
})

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}

describe.skipIf(unmanaged.length === 0)(`real unmanaged solutions (${whyNoCorpus} when skipped)`, () => {
  let environments: TestEnvironments
  beforeAll(async () => {
    environments = await openTestEnvironments()
  })
  afterAll(() => environments.close())

  it.each(unmanaged)('$name comes out of a fresh environment as it went in, unmanaged and managed', async ({ name: path, read }) => {
    const bytes = read()
    const { model, package: given } = await readSolution(bytes)
    const dev = await environments.open(path)
    const imported = await importInto(dev, bytes, model.manifest.missingDependencies)
    if (model.manifest.isManaged) return
    if (imported.statuscode !== 30) {
      // What existed only unmanaged in the source environment is nowhere here: the service would refuse it too.
      expect({ needsActive: needsActive(model), code: imported.errorcode }).toEqual({ needsActive: true, code: -2147188707 })
      return
    }
    await dev.call('PublishAllXml')
    for (const isManaged of [false, true]) {
      const { reply } = await dev.finish('ExportSolutionAsync', { SolutionName: model.manifest.uniqueName, Managed: isManaged })
      const file = await dev.call('DownloadSolutionExportData', { ExportJobId: reply.ExportJobId })
      const back = await readPackage(Buffer.from(String(file.ExportSolutionFile), 'base64'))
      // What is only listed and was never changed does not go into managed exports.
      const expected = { ...given, parts: given.parts.filter((part) => !isManaged || !isUnmodified(part)) }
      expect(identities(back)).toEqual(identities(expected))
      expect(filePaths(back)).toEqual(filePaths(expected))
    }
  })
})

type Model = Awaited<ReturnType<typeof readSolution>>['model']

function needsActive(model: Model): boolean {
  return model.manifest.missingDependencies.some((dependency) => dependency.required.solution === 'Active')
}

async function importInto(
  env: TestEnvironment,
  bytes: Uint8Array,
  missing: Model['manifest']['missingDependencies'],
  message = 'ImportSolutionAsync',
): Promise<Record<string, unknown>> {
  for (const { required } of missing) {
    if (required.solution === 'Active' || required.solution === 'System') continue
    await mountPlatformSolution(env.ctx.env, { uniqueName: required.solution, version: required.minimumVersion ?? '1.0.0.0' }, env.ctx)
  }
  const params = {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: true,
    CustomizationFile: Buffer.from(bytes).toString('base64'),
  }
  const { operation } = await env.finish(message, params)
  return operation
}

function identities(pkg: SolutionPackage): string[] {
  return pkg.parts.map((part) => `${part.kind}:${part.key}`).sort()
}

function filePaths(pkg: SolutionPackage): string[] {
  return pkg.parts.flatMap((part) => part.files.map((file) => file.path)).sort()
}
