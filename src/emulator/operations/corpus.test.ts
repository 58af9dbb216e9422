import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SolutionPackage } from '#format'
import { readPackage, readSolution } from '#format'
import { mountPlatformSolution } from '../templates/index.ts'
import type { TestEnvironment, TestEnvironments } from './test-environment.ts'
import { openTestEnvironments } from './test-environment.ts'

const corpus = join(process.env.DROVER_CORPUS ?? join(import.meta.dirname, '../../../../shared/corpus'), 'solutions')
const files = existsSync(corpus)
  ? readdirSync(corpus, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.zip'))
      .sort()
  : []
const unmanaged = files.filter((path) => !path.endsWith('_managed.zip'))

describe.skipIf(files.length === 0)('real unmanaged solutions (skipped when the corpus is not there)', () => {
  let environments: TestEnvironments
  beforeAll(async () => {
    environments = await openTestEnvironments()
  })
  afterAll(() => environments.close())

  it.each(unmanaged)('%s comes out of a fresh environment as it went in, unmanaged and managed', { timeout: 120_000 }, async (path) => {
    const bytes = readFileSync(join(corpus, path))
    const { model, package: given } = await readSolution(bytes)
    const dev = await environments.open(path)
    const imported = await importInto(dev, bytes, model.manifest.missingDependencies)
    if (model.manifest.isManaged) return
    const needsActive = model.manifest.missingDependencies.some((dependency) => dependency.required.solution === 'Active')
    if (imported.statuscode !== 30) {
      // What existed only unmanaged in the source environment is nowhere here: the service would refuse it too.
      expect({ needsActive, code: imported.errorcode }).toEqual({ needsActive: true, code: -2147188707 })
      return
    }
    await dev.call('PublishAllXml')
    for (const isManaged of [false, true]) {
      const { reply } = await dev.finish('ExportSolutionAsync', { SolutionName: model.manifest.uniqueName, Managed: isManaged })
      const file = await dev.call('DownloadSolutionExportData', { ExportJobId: reply.ExportJobId })
      const back = await readPackage(Buffer.from(String(file.ExportSolutionFile), 'base64'))
      expect(identities(back)).toEqual(identities(given))
      expect(filePaths(back)).toEqual(filePaths(given))
    }
  })
})

async function importInto(
  dev: TestEnvironment,
  bytes: Uint8Array,
  missing: readonly { readonly required: { readonly solution: string; readonly minimumVersion: string | undefined } }[],
): Promise<Record<string, unknown>> {
  for (const { required } of missing) {
    if (required.solution === 'Active' || required.solution === 'System') continue
    await mountPlatformSolution(dev.ctx.env, { uniqueName: required.solution, version: required.minimumVersion ?? '1.0.0.0' }, dev.ctx)
  }
  const params = {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: true,
    CustomizationFile: Buffer.from(bytes).toString('base64'),
  }
  const { operation } = await dev.finish('ImportSolutionAsync', params)
  return operation
}

function identities(pkg: SolutionPackage): string[] {
  return pkg.parts.map((part) => `${part.kind}:${part.key}`).sort()
}

function filePaths(pkg: SolutionPackage): string[] {
  return pkg.parts.flatMap((part) => part.files.map((file) => file.path)).sort()
}
