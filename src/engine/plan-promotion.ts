import type { Environment, ObservedState, RecoveryWayKind, TargetContent } from '#domain/environment'
import { laneOf, layerPolicyOf } from '#domain/environment'
import type { Configuration, Stage } from '#domain/pipeline'
import type { Plan, PlanFacts, PlannedValue } from '#domain/plan'
import { planPromotion as planPure, usesOfFlows, withAccess, withConfigurationData, withRestorePoint } from '#domain/plan'
import { applyOverride } from '#domain/policy'
import { remapLent } from '#domain/rebuild'
import type { Release } from '#domain/release'
import type { StageSettings } from '#domain/settings'
import { isBlank, secretsAmong, valueOf } from '#domain/settings'
import type { ComponentInspection, Customization } from '#engine/ports'
import { foreseeRestorePoint } from './care/foresee-restore-point.ts'
import { readDataFacts } from './data/configuration-facts.ts'
import type { EngineDependencies } from './dependencies.ts'
import { findEnvironment } from './find.ts'
import { tierOfSolution } from './governance/tier-stream.ts'
import type { TrainMatePlanned } from './planning/forecast-release.ts'
import { forecastRelease } from './planning/forecast-release.ts'
import { loadPrevious, loadTweaks } from './planning/load-previous.ts'
import { readAccess } from './planning/read-access.ts'
import { readCarriers } from './planning/read-carriers.ts'
import { readContent } from './planning/read-content.ts'
import { solutionKey } from './summaries.ts'

const noSettings: StageSettings = { environmentVariables: {}, connectionReferences: {}, flows: {} }

/** Reads the target and works out what the release would do to it; changes nothing. */
export async function planPromotion(
  deps: EngineDependencies,
  input: {
    readonly release: Release
    readonly stage: Stage
    readonly configuration: Configuration
    /** The environment was made anew: what was loaded there before says nothing of it. */
    readonly isNew?: boolean
    /** Of a recovery: the way back that it goes. */
    readonly way?: RecoveryWayKind | undefined
    /** What goes in before it with the same train. */
    readonly mates?: readonly TrainMatePlanned[] | undefined
  },
): Promise<{ readonly plan: Plan; readonly observed: ObservedState; readonly content: TargetContent }> {
  const { release, stage, configuration } = input
  const isRedeployment = input.way === 'redeploy'
  const environment = findEnvironment(configuration, stage.environment)
  if (!environment.ok) throw new Error(environment.refusal.message)
  const named = settingsOf(configuration, release.solution, stage)
  const target = deps.environments.open(environment.value, secretsAmong(Object.values(named.environmentVariables)))
  const unmanagedBlock = await readBlock(target, environment.value)
  const isLent = areLent(configuration, release.solution, stage)
  const connectionIds = isLent ? 'all' : Object.values(named.connectionReferences)
  const observed = await target.observe({ solution: release.solution, connectionIds })
  const stageSettings = isLent ? withOwnConnections(named, { release, observed }) : named
  const policy = applyOverride(deps.policy, configuration.policy)
  const previous = await loadPrevious(deps, { environmentId: environment.value.id, solution: release.solution, observed })
  const lane = laneOf(environment.value)
  const carried = await readContent(deps, { release: release.managed.digest, installed: previous.installed })
  const content = await forecastRelease(deps, {
    ...{ lane, target, observed, solution: release.solution, content: carried },
    publisherPrefix: release.publisherPrefix,
    tweaks: await loadTweaks(deps, lane),
    references: release.settingsTemplate.connectionReferences.map((reference) => reference.logicalName),
    values: valuesOf(release, stageSettings),
    removesNothing: isRedeployment,
    countingRequests: policy.care.countingRequests.value,
    mates: input.mates,
  })
  const tier = await strictestTier(deps, release, configuration)
  const planned = planPure({
    ...(await readPolicies(target, release)),
    flowUses: usesOfFlows(carried.release),
    ...{ release: { ...release, tier }, environment: environment.value, stageSettings, observed, unmanagedBlock, content },
    checksValidForDays: policy.checksValidForDays.value,
    stagesUpgrades: policy.tiers[tier].stagesUpgrades.value && (input.way === undefined || policy.recoveries.stagesUpgrades.value),
    isRedeployment,
    arriving: input.mates?.filter(({ hasArrived }) => !hasArrived),
    carriers: await readCarriers(deps, { release, mates: input.mates ?? [], environmentId: environment.value.id }),
    earlierFlows: previous.earlierFlows,
    // What vanishes is told by the content.
    removedComponents: 'unknown',
  })
  const loading = withConfigurationData(
    planned,
    await readDataFacts(deps, { release, target, lane, content: carried.release, isNew: input.isNew === true }),
  )
  const administered = { administrations: deps.administrations, environment: environment.value }
  const reading = { settings: stageSettings, release, content: carried.release, administered }
  const granting = withAccess(loading, await readAccess(target, reading))
  const prospect = await foreseeRestorePoint(deps, environment.value)
  return { plan: withRestorePoint(granting, { environment: environment.value, prospect }), observed, content: content.target }
}

/** That of the release, which was sealed under it, or the one by which its solution is judged now, where that asks for more. */
async function strictestTier(deps: EngineDependencies, release: Release, { solutions }: Configuration): Promise<Release['tier']> {
  const governed = solutions.find(({ uniqueName }) => solutionKey(uniqueName) === solutionKey(release.solution))
  const inForce = governed === undefined ? release.tier : await tierOfSolution(deps, governed)
  return inForce > release.tier ? inForce : release.tier
}

/** Only where a flow could be forbidden by them. Those that cannot be read are undefined, and the plan says so. */
async function readPolicies(
  target: ComponentInspection,
  { settingsTemplate }: Release,
): Promise<Pick<PlanFacts, 'dataPolicies' | 'connectorPolicies'>> {
  if (settingsTemplate.flows.length === 0) return {}
  const data = await target.fetchDataPolicies()
  const connector = await target.fetchConnectorPolicies()
  return {
    dataPolicies: data.unseen.length > 0 ? undefined : { policies: data.policies },
    connectorPolicies: connector.unseen.length > 0 ? undefined : { policies: connector.policies },
  }
}

/** Only where the layer policy asks for it: of most environments it is one request that nobody needs. */
async function readBlock(target: Customization, environment: Environment): Promise<PlanFacts['unmanagedBlock']> {
  if (layerPolicyOf(environment).kind !== 'strict') return undefined
  return { isBlocked: await target.fetchUnmanagedBlock() }
}

export function settingsOf(configuration: Configuration, solution: string, stage: Stage): StageSettings {
  const settings = configuration.solutions.find((candidate) => candidate.uniqueName === solution)?.settings ?? {}
  const other = stage.settingsOf === undefined ? undefined : settings[stage.settingsOf]
  return settings[stage.id] ?? other ?? noSettings
}

/** Whether a stage has no settings of its own, and takes those of another one. */
function areLent(configuration: Configuration, solution: string, stage: Stage): boolean {
  const settings = configuration.solutions.find((candidate) => candidate.uniqueName === solution)?.settings ?? {}
  return settings[stage.id] === undefined && stage.settingsOf !== undefined
}

/** Connections are of one environment: of settings that are lent, the ones that stand for them there are taken. */
function withOwnConnections(
  settings: StageSettings,
  { release, observed }: { readonly release: Release; readonly observed: ObservedState },
): StageSettings {
  const of = { template: release.settingsTemplate.connectionReferences, there: observed.connections }
  return { ...settings, connectionReferences: remapLent(settings.connectionReferences, of) }
}

/** Those that stand in the settings themselves: whether a secret is the one that is there already is nobody's question before it is set. */
function valuesOf(release: Release, settings: StageSettings): readonly PlannedValue[] {
  return release.settingsTemplate.environmentVariables.flatMap(({ schemaName }): PlannedValue[] => {
    const value = valueOf(settings.environmentVariables, schemaName)
    return typeof value !== 'string' || isBlank(value) ? [] : [{ schemaName, value }]
  })
}
