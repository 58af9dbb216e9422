import type { ObservedState } from '#domain/environment'
import type { Configuration, Stage } from '#domain/pipeline'
import type { Plan } from '#domain/plan'
import { planPromotion as planPure } from '#domain/plan'
import type { Release } from '#domain/release'
import type { DesiredFlowState, StageSettings } from '#domain/settings'
import type { SolutionModel } from '#domain/solution'
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
  const observed = await deps.environments
    .open(environment.value)
    .observe({ solution: release.solution, connectionIds: Object.values(stageSettings.connectionReferences) })
  const previous = await loadPrevious(deps, environment.value.id, release, observed)
  const plan = planPure({
    release,
    stageSettings,
    observed,
    removedComponents: previous.removedComponents,
    sourcePlatformVersion: previous.platformVersion,
    publisherPrefix: previous.publisherPrefix,
    previousFlowStates: previous.flows,
  })
  return { plan, observed }
}

export function settingsOf(configuration: Configuration, solution: string, stage: Stage): StageSettings {
  return configuration.solutions.find((candidate) => candidate.uniqueName === solution)?.settings[stage.id] ?? noSettings
}

interface Previous {
  readonly removedComponents: 'unknown' | readonly string[]
  readonly platformVersion: string | undefined
  readonly publisherPrefix: string
  readonly flows: Readonly<Record<string, DesiredFlowState>>
}

/** What the release before this one put there, as far as the ledger knows: only then is it known what vanishes. */
async function loadPrevious(deps: EngineDependencies, environmentId: string, release: Release, observed: ObservedState): Promise<Previous> {
  const { model } = await readSolution(await deps.artifacts.get(release.managed.digest))
  const base = { platformVersion: model.manifest.platformVersion, publisherPrefix: model.manifest.publisher.prefix }
  const deployment = await loadDeployment(deps, environmentId, release.solution)
  const before = deployment === undefined ? undefined : await deps.readModel.load<Release>('release', deployment.releaseId)
  const installed = observed.solutions.find((solution) => solution.uniqueName === release.solution)
  if (before === undefined || installed === undefined || installed.version !== before.version)
    return { ...base, removedComponents: 'unknown', flows: {} }
  const old = await readSolution(await deps.artifacts.get(before.managed.digest))
  return {
    ...base,
    removedComponents: removed(old.model, model),
    flows: Object.fromEntries(before.settingsTemplate.flows.map((flow) => [flow.id, flow.desired])),
  }
}

function removed(before: SolutionModel, after: SolutionModel): string[] {
  const kept = new Set(after.components.map((component) => `${component.kind} ${component.key}`))
  return before.components.map((component) => `${component.kind} ${component.key}`).filter((component) => !kept.has(component))
}
