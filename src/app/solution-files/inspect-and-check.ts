import type { CheckedSolution, CheckOptions, InspectedSolution, ReadOptions } from '#cli'
import type { Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import type { PolicyChanges } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import { inspectCanvasApps, packageOfTree, readModel, type SolutionPackage } from '#format'
import { aboutInput } from './about-input.ts'
import { openSolution } from './open-solution.ts'

/** `drover solution inspect`: what is in a solution, its canvas apps opened. */
export async function inspectSolution(path: string, options: ReadOptions): Promise<Result<InspectedSolution>> {
  return aboutInput(path, async () => {
    const pkg = await openPackage(path, options)
    return accept({ ...readModel(pkg), canvasApps: await inspectCanvasApps(pkg) })
  })
}

/** `drover solution check`: the quality rules on a solution, which are loaded for this command alone. */
export async function checkSolution(path: string, tier: Tier, options: CheckOptions): Promise<Result<CheckedSolution>> {
  const [{ checkRules, runChecks, toSarif }, { evaluateReport }, { applyOverride, shippedPolicy }] = await Promise.all([
    import('#checks'),
    import('#domain/check'),
    import('#domain/policy'),
  ])
  const changed = await readPolicy(options.policy)
  if (!changed.ok) return changed
  const model = await aboutInput(path, async () => readModel(await openPackage(path, options)))
  const report = evaluateReport({
    solution: model.manifest.uniqueName,
    version: model.manifest.version,
    rules: checkRules.map((rule) => rule.id),
    findings: runChecks(model, { tier }),
    failsFrom: applyOverride(shippedPolicy, changed.value).tiers[tier].checksBlockFrom.value,
  })
  return accept({ report, sarif: toSarif(report) })
}

/** What a document changes in the shipped policy; its conditions play no part here. */
async function readPolicy(text: string | undefined): Promise<Result<PolicyChanges | undefined>> {
  if (text === undefined) return accept(undefined)
  const { parsePolicyDocument } = await import('#contract')
  return parsePolicyDocument(text)
}

async function openPackage(path: string, options: ReadOptions): Promise<SolutionPackage> {
  return packageOfTree(await openSolution(path, options))
}
