import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '#contract'
import { compareVersions } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { evaluatePipelineAgainstTier, evaluateStaffing, shippedPolicy } from '#domain/policy'
import type { SolutionModel, Tier } from '#domain/solution'
import { readSolution, writeZip } from '#format'
import { runChecks } from './index.ts'

const sample = fileURLToPath(new URL('../../samples/contoso-inspection', import.meta.url))

describe('our own sample solution', () => {
  it.each(['1.0.0.0', '1.1.0.0'])('%s gives no rule a reason to speak, at the strictest tier', async (version) => {
    const model = await readSample(version)
    expect(model.manifest.version).toBe(version)
    expect(runChecks(model, { tier: 4 })).toEqual([])
  })

  it('has what the path has to deal with: a child flow, two references, a variable without a default', async () => {
    const model = await readSample('1.0.0.0')
    expect(model.flows.map((flow) => flow.childFlows.length).sort()).toEqual([0, 1])
    expect(model.connectionReferences.map((reference) => reference.logicalName).sort()).toEqual([
      'contoso_Dataverse',
      'contoso_Office365Outlook',
    ])
    expect(model.environmentVariables.filter((variable) => variable.isRequired && variable.defaultValue === undefined)).toHaveLength(1)
    expect(model.manifest.missingDependencies).toEqual([])
  })

  it('adds one column and removes another in its second version', async () => {
    const [first, second] = await Promise.all([readSample('1.0.0.0'), readSample('1.1.0.0')])
    expect(compareVersions(second.manifest.version, first.manifest.version)).toBeGreaterThan(0)
    const before = keysOf(first)
    const after = keysOf(second)
    expect([...after].filter((key) => !before.has(key))).toEqual(['Attribute:contoso_inspection.contoso_defectcount'])
    expect([...before].filter((key) => !after.has(key))).toEqual(['Attribute:contoso_inspection.contoso_inspectorname'])
  })
})

describe('the configuration beside the sample', () => {
  const parsed = parseConfiguration(readFileSync(`${sample}/drover.yaml`, 'utf8'))

  it('holds, and governs the sample', () => {
    expect(parsed.ok ? parsed.value.solutions.map((solution) => solution.uniqueName) : parsed.refusal.reasons).toEqual([
      'ContosoInspection',
    ])
  })

  it.each([
    [2, 'standard'],
    [3, 'strict'],
    [4, 'strict'],
  ] as const)('offers and can staff what Tier %d demands with its pipeline "%s"', (tier, pipelineId) => {
    if (!parsed.ok) throw new Error('it does not hold')
    expect(problemsOf(parsed.value, tier, pipelineId)).toEqual([])
  })

  it('does not offer with its standard pipeline what Tier 3 demands', () => {
    if (!parsed.ok) throw new Error('it does not hold')
    expect(problemsOf(parsed.value, 3, 'standard')).not.toEqual([])
  })

  it('gives each stage a value for what the sample leaves open', async () => {
    if (!parsed.ok) throw new Error('it does not hold')
    const model = await readSample('1.1.0.0')
    const open = model.environmentVariables.flatMap((variable) => (variable.defaultValue === undefined ? [variable.schemaName] : []))
    const settings = Object.values(parsed.value.solutions[0]?.settings ?? {})
    expect(settings).toHaveLength(2)
    for (const stage of settings) {
      expect(Object.keys(stage.environmentVariables)).toEqual(expect.arrayContaining(open))
      expect(Object.keys(stage.connectionReferences).sort()).toEqual(model.connectionReferences.map((one) => one.logicalName).sort())
    }
  })
})

function problemsOf(configuration: Configuration, tier: Tier, pipelineId: string): readonly unknown[] {
  const pipeline = configuration.pipelines.find((candidate) => candidate.id === pipelineId)
  const governed = configuration.solutions[0]
  if (pipeline === undefined || governed === undefined) throw new Error(`there is no pipeline "${pipelineId}"`)
  const solution = { ...governed, tier }
  return [
    ...evaluatePipelineAgainstTier(pipeline, configuration.environments, solution, shippedPolicy),
    ...evaluateStaffing(pipeline, solution, { configuration, policy: shippedPolicy }),
  ]
}

async function readSample(version: string): Promise<SolutionModel> {
  const folder = `${sample}/${version}`
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort()
  const files = paths.map((path) => ({ path: path.slice(folder.length + 1), bytes: readFileSync(path) }))
  return (await readSolution(await writeZip(files))).model
}

function keysOf(model: SolutionModel): Set<string> {
  return new Set(model.components.map((component) => `${component.kind}:${component.key}`))
}
