import { describe, expect, it } from 'vitest'
import type { PackageFile } from '#format'
import { readSolution, readZip } from '#format'
import { assumeUnmanaged } from '../../src/emulator/layers/assumed.ts'
import { exportDeviations } from '../../src/emulator/operations/export/deviations.ts'
import { mountPlatformSolution } from '../../src/emulator/templates/index.ts'
import type { CorpusSolution } from '../support/corpus.ts'
import { corpusSolutions, whyNoCorpus } from '../support/corpus.ts'
import type { TestEnvironment } from '../support/emulated-environment.ts'
import { openTestEnvironments } from '../support/emulated-environment.ts'
import { explained } from './twin-differences.ts'

const pairs = corpusSolutions
  .filter(({ isManaged }) => !isManaged)
  .flatMap((unmanaged) =>
    corpusSolutions
      .filter((other) => other.isManaged && other.solution === unmanaged.solution && other.version === unmanaged.version)
      .map((managed) => ({ name: managed.name, unmanaged, managed })),
  )

type Pair = (typeof pairs)[number]

describe('the managed export of what was imported unmanaged', () => {
  if (pairs.length === 0) it.skip(`every pair of the corpus: ${whyNoCorpus}`, () => undefined)

  const compared = new Map<string, Promise<ReturnType<typeof explained>>>()

  function comparison(pair: Pair): Promise<ReturnType<typeof explained>> {
    const made = compared.get(pair.name) ?? compare(pair)
    compared.set(pair.name, made)
    return made
  }

  it.for(pairs)(
    '$name is exported as the service exported it, but for what the support matrix names',
    { timeout: 120_000 },
    async (pair) => {
      const unexplained = (await comparison(pair)).filter(({ by }) => by === undefined)
      expect(unexplained.map(({ at }) => at)).toEqual([])
    },
  )

  it.skipIf(pairs.length === 0)('and the matrix names nothing that no pair shows', { timeout: 600_000 }, async () => {
    const used = new Set<string>()
    for (const pair of pairs) for (const { by } of await comparison(pair)) used.add(by?.id ?? '')
    expect(exportDeviations.map(({ id }) => id).filter((id) => !used.has(id))).toEqual([])
  })
})

async function compare({ name, unmanaged, managed }: Pair): Promise<ReturnType<typeof explained>> {
  const environments = await openTestEnvironments()
  try {
    return explained({
      exported: await exportedManaged(await environments.open(name), unmanaged),
      unmanaged: await readZip(unmanaged.read()),
      managed: await readZip(managed.read()),
    })
  } finally {
    await environments.close()
  }
}

async function exportedManaged(env: TestEnvironment, { read }: CorpusSolution): Promise<readonly PackageFile[]> {
  const bytes = read()
  const { manifest } = (await readSolution(bytes)).model
  const needs = manifest.missingDependencies.map(({ required }) => required)
  const isLocal = (solution: string): boolean => ['active', 'system', ''].includes(solution.toLowerCase())
  env.ctx.env.write((tx) =>
    assumeUnmanaged(
      tx,
      needs.filter(({ solution }) => isLocal(solution)),
    ),
  )
  for (const { solution, minimumVersion } of needs.filter((required) => !isLocal(required.solution)))
    await mountPlatformSolution(env.ctx.env, { uniqueName: solution, version: minimumVersion ?? '1.0.0.0' }, env.ctx)
  const { operation } = await env.finish('ImportSolutionAsync', {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: true,
    CustomizationFile: Buffer.from(bytes).toString('base64'),
  })
  expect({ status: operation.statuscode, message: operation.message }).toEqual({ status: 30, message: null })
  await env.call('PublishAllXml')
  const { ExportSolutionFile } = await env.call('ExportSolution', { SolutionName: manifest.uniqueName, Managed: true })
  return readZip(Buffer.from(String(ExportSolutionFile), 'base64'))
}
