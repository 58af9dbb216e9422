import type { CheckedSolution } from '#cli'
import type { Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import type { SolutionModel, Tier } from '#domain/solution'
import { packageOfTree, readModel } from '#format'
import { openSolution } from './open-solution.ts'

/** `drover solution inspect`: what is in a solution. */
export async function inspectSolution(path: string): Promise<Result<SolutionModel>> {
  return accept(await modelOf(path))
}

/** `drover solution check`: the quality rules on a solution, which are loaded for this command alone. */
export async function checkSolution(path: string, tier: Tier): Promise<Result<CheckedSolution>> {
  const [{ checkRules, runChecks, toSarif }, { evaluateReport }, { shippedPolicy }] = await Promise.all([
    import('#checks'),
    import('#domain/check'),
    import('#domain/policy'),
  ])
  const model = await modelOf(path)
  const report = evaluateReport({
    solution: model.manifest.uniqueName,
    version: model.manifest.version,
    rules: checkRules.map((rule) => rule.id),
    findings: runChecks(model, { tier }),
    failsFrom: shippedPolicy.tiers[tier].checksBlockFrom.value,
  })
  return accept({ report, sarif: toSarif(report) })
}

async function modelOf(path: string): Promise<SolutionModel> {
  return readModel(await packageOfTree(await openSolution(path)))
}
