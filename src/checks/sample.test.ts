import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compareVersions } from '#domain/kernel'
import type { SolutionModel } from '#domain/solution'
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
