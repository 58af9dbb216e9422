import type { ObservedState, TargetContent } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Configuration, Stage } from '#domain/pipeline'
import type { Plan } from '#domain/plan'
import { planUnmanagedPromotion as planPure, removalQuestions, withAccess, withConfigurationData, withRestorePoint } from '#domain/plan'
import { applyOverride } from '#domain/policy'
import type { Release } from '#domain/release'
import { secretsAmong } from '#domain/settings'
import { layerKindOf } from '#domain/solution'
import { foreseeRestorePoint } from '../care/foresee-restore-point.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import { settingsOf } from '../plan-promotion.ts'
import { readDataFacts } from '../data/configuration-facts.ts'
import { readAccess } from '../planning/read-access.ts'
import { readContent } from '../planning/read-content.ts'
import { loadPrevious } from '../planning/load-previous.ts'
import { lookUnmanaged } from './look-unmanaged.ts'

/** Reads the target and works out what bringing the unmanaged artifact would do to it; changes nothing there. */
export async function planUnmanagedPromotion(
  deps: EngineDependencies,
  input: { readonly release: Release; readonly stage: Stage; readonly configuration: Configuration },
): Promise<{ readonly plan: Plan; readonly observed: ObservedState; readonly content: TargetContent }> {
  const { release, stage, configuration } = input
  const environment = orThrow(findEnvironment(configuration, stage.environment))
  const stageSettings = settingsOf(configuration, release.solution, stage)
  const target = deps.environments.open(environment, secretsAmong(Object.values(stageSettings.environmentVariables)))
  const connectionIds = Object.values(stageSettings.connectionReferences)
  const look = await lookUnmanaged(deps, { release, environment, target, connectionIds })
  const going = look.plan.components.filter(({ action }) => action === 'remove')
  const wanted = going.map(({ kind, key, table }) => ({ kind: layerKindOf(kind), key, table }))
  const { components: found, unseen } = wanted.length === 0 ? { components: [], unseen: [] } : await target.findComponents(wanted)
  const questions = removalQuestions(found, look.current)
  const budget = applyOverride(deps.policy, configuration.policy).care.countingRequests.value
  const counts = questions.length === 0 ? [] : await target.count(questions, { requests: budget })
  const { observed } = look
  const previous = await loadPrevious(deps, { environmentId: environment.id, solution: release.solution, observed })
  const facts = { release, environment, stageSettings, observed, removedComponents: [], earlierFlows: previous.earlierFlows }
  const needed = found.length === 0 ? { dependants: [], unseen: [] } : await target.fetchDependants(found)
  const work = { ...look, found, counts, dependants: needed.dependants, unseen: [...look.unseen, ...unseen, ...needed.unseen] }
  const planned = planPure(facts, work, (text) => deps.hashing.sha256(text))
  const readsContent = release.configurationData !== undefined || stageSettings.access !== undefined
  const carried = readsContent ? (await readContent(deps, { release: release.unmanaged.digest, installed: undefined })).release : []
  const loading = withConfigurationData(
    planned,
    await readDataFacts(deps, { release, target, lane: laneOf(environment), content: carried }),
  )
  const administered = { administrations: deps.administrations, environment }
  const granting = withAccess(loading, await readAccess(target, { settings: stageSettings, release, content: carried, administered }))
  const plan = withRestorePoint(granting, { environment, prospect: await foreseeRestorePoint(deps, environment) })
  return { plan, observed, content: { components: [], dependants: [], unseen: [] } }
}
