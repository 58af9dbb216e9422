import type { Environment, ObservedState } from '#domain/environment'
import { layerPolicyOf } from '#domain/environment'
import type { Configuration, Stage } from '#domain/pipeline'
import type { Plan, PlanFacts } from '#domain/plan'
import { desiredFlowStates, findInstalled, planPromotion as planPure } from '#domain/plan'
import { applyOverride } from '#domain/policy'
import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { StageSettings } from '#domain/settings'
import { secretsAmong } from '#domain/settings'
import type { SolutionModel } from '#domain/solution'
import type { Customization } from '#engine/ports'
import { readSolution } from '#format'
import type { EngineDependencies } from './dependencies.ts'
import { findEnvironment } from './find.ts'
import { loadDeployment } from './queries/deployments.ts'

const noSettings: StageSettings = { environmentVariables: {}, connectionReferences: {}, flows: {} }

/** Reads the target and works out what the release would do to it; changes nothing. */
export async function planPromotion(
  deps: EngineDependencies,
  input: { readonly release: Release; readonly stage: Stage; readonly configuration: Configuration },
): Promise<{ readonly plan: Plan; readonly observed: ObservedState }> {
  const { release, stage, configuration } = input
  const environment = findEnvironment(configuration, stage.environment)
  if (!environment.ok) throw new Error(environment.refusal.message)
  const stageSettings = settingsOf(configuration, release.solution, stage)
  const target = deps.environments.open(environment.value, secretsAmong(Object.values(stageSettings.environmentVariables)))
  const unmanagedBlock = await readBlock(target, environment.value)
  const observed = await target.observe({ solution: release.solution, connectionIds: Object.values(stageSettings.connectionReferences) })
  const previous = await loadPrevious(deps, environment.value.id, release, observed)
  const { stagesUpgrades } = applyOverride(deps.policy, configuration.policy).tiers[release.tier]
  const facts = { release, environment: environment.value, stageSettings, observed, unmanagedBlock, stagesUpgrades: stagesUpgrades.value }
  return { plan: planPure({ ...facts, ...previous }), observed }
}

/** Only where the layer policy asks for it: of most environments it is one request that nobody needs. */
async function readBlock(target: Customization, environment: Environment): Promise<PlanFacts['unmanagedBlock']> {
  if (layerPolicyOf(environment).kind !== 'strict') return undefined
  return { isBlocked: await target.fetchUnmanagedBlock() }
}

export function settingsOf(configuration: Configuration, solution: string, stage: Stage): StageSettings {
  return configuration.solutions.find((candidate) => candidate.uniqueName === solution)?.settings[stage.id] ?? noSettings
}

/** What the release before this one put there, as far as the ledger knows: only then is it known what vanishes, and which flows were meant to run. */
async function loadPrevious(
  deps: EngineDependencies,
  environmentId: string,
  release: Release,
  observed: ObservedState,
): Promise<Pick<PlanFacts, 'removedComponents' | 'earlierFlows'>> {
  const deployment = await loadDeployment(deps, environmentId, release.solution)
  if (deployment === undefined) return { removedComponents: 'unknown', earlierFlows: undefined }
  const promotion = await deps.readModel.load<Promotion>('promotion', deployment.promotionId)
  const earlierFlows = promotion === undefined ? undefined : desiredFlowStates(promotion.request.plan)
  const before = await deps.readModel.load<Release>('release', deployment.releaseId)
  if (before === undefined || findInstalled(observed, release.solution)?.version !== before.version)
    return { removedComponents: 'unknown', earlierFlows }
  // The same bytes hold the same components.
  if (before.managed.digest === release.managed.digest) return { removedComponents: [], earlierFlows }
  return { removedComponents: removed(await loadModel(deps, before), await loadModel(deps, release)), earlierFlows }
}

async function loadModel(deps: EngineDependencies, release: Release): Promise<SolutionModel> {
  return (await readSolution(await deps.artifacts.get(release.managed.digest))).model
}

function removed(before: SolutionModel, after: SolutionModel): string[] {
  const kept = new Set(after.components.map((component) => `${component.kind}:${component.key}`))
  return before.components.map((component) => `${component.kind}:${component.key}`).filter((component) => !kept.has(component))
}
