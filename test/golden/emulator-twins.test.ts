import { describe, expect, it } from 'vitest'
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

  it.for(pairs)('$name is exported as the service exported it, but for what the support matrix names', async (pair) => {
    const unexplained = (await comparison(pair)).filter(({ by }) => by === undefined)
    expect(unexplained.map(({ at }) => at)).toEqual([])
  })

  it.skipIf(pairs.length === 0)('and the matrix names nothing that no pair shows', async () => {
    const used = new Set<string>()
    for (const pair of pairs) for (const { by } of await comparison(pair)) used.add(by?.id ?? '')
    expect(exportDeviations.map(({ id }) => id).filter((id) => !used.has(id))).toEqual([])
  })
})

async function compare({ name, unmanaged, managed }: Pair): Promise<ReturnType<typeof explained>> {
  const environments = await openTestEnvironments()
  try {
    const env = await environments.open(name)
    await setScene(env, await needsOf(unmanaged), await needsOf(managed))
    await importInto(env, unmanaged)
    await env.call('PublishAllXml')
    const { ExportSolutionFile } = await env.call('ExportSolution', { SolutionName: unmanaged.solution, Managed: true })
    return explained({
      exported: await readZip(Buffer.from(String(ExportSolutionFile), 'base64')),
      unmanaged: await readZip(unmanaged.read()),
      managed: await readZip(managed.read()),
    })
  } finally {
    await environments.close()
  }
}

type Need = Awaited<ReturnType<typeof readSolution>>['model']['manifest']['missingDependencies'][number]['required']

async function needsOf({ read }: CorpusSolution): Promise<readonly Need[]> {
  const { manifest } = (await readSolution(read())).model
  return manifest.missingDependencies.map(({ required }) => required)
}

/** The environment that the managed twin was exported from: managed solutions that it names, as far as they are at hand; the rest by name. */
async function setScene(env: TestEnvironment, needs: readonly Need[], managedNeeds: readonly Need[]): Promise<void> {
  const local = needs.filter(({ solution }) => ['active', 'system', ''].includes(solution.toLowerCase()))
  await env.ctx.env.write((tx) => {
    assumeUnmanaged(tx, local)
  })
  const bases = corpusSolutions.filter(({ isManaged, solution, version }) => isManaged && isNamed(managedNeeds, solution, version))
  const mounted = new Set(bases.map(({ solution }) => solution))
  await mount(env, needs, mounted)
  for (const base of bases) {
    await mount(env, await needsOf(base), mounted)
    await importInto(env, base)
  }
}

function isNamed(needs: readonly Need[], solution: string, version: string): boolean {
  return needs.some((need) => need.solution === solution && need.minimumVersion === version)
}

async function mount(env: TestEnvironment, needs: readonly Need[], mounted: Set<string>): Promise<void> {
  for (const { solution, minimumVersion } of needs) {
    if (mounted.has(solution) || ['active', 'system', ''].includes(solution.toLowerCase())) continue
    mounted.add(solution)
    await mountPlatformSolution(env.ctx.env, { uniqueName: solution, version: minimumVersion ?? '1.0.0.0' }, env.ctx)
  }
}

async function importInto(env: TestEnvironment, { read }: CorpusSolution): Promise<void> {
  const { operation } = await env.finish('ImportSolutionAsync', {
    OverwriteUnmanagedCustomizations: false,
    PublishWorkflows: true,
    CustomizationFile: Buffer.from(read()).toString('base64'),
  })
  expect({ status: operation.statuscode, message: operation.message }).toEqual({ status: 30, message: null })
}
