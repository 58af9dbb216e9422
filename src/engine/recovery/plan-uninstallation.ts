import type { ObservedState, TargetContent } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Configuration, Stage } from '#domain/pipeline'
import type { Plan } from '#domain/plan'
import { planUninstall } from '#domain/plan'
import { applyOverride } from '#domain/policy'
import type { Release } from '#domain/release'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import { forecastRelease } from '../planning/forecast-release.ts'
import { loadPrevious, loadTweaks } from '../planning/load-previous.ts'
import { readContent } from '../planning/read-content.ts'

/** Reads the target and works out what would go with a solution that is taken away; changes nothing. */
export async function planUninstallation(
  deps: EngineDependencies,
  { release, stage, configuration }: { readonly release: Release; readonly stage: Stage; readonly configuration: Configuration },
): Promise<{ readonly plan: Plan; readonly observed: ObservedState; readonly content: TargetContent }> {
  const environment = orThrow(findEnvironment(configuration, stage.environment))
  const target = deps.environments.open(environment)
  const { solution } = release
  const observed = await target.observe({ solution, connectionIds: [] })
  const lane = laneOf(environment)
  const previous = await loadPrevious(deps, { environmentId: environment.id, solution, observed })
  const { release: installed } = await readContent(deps, { release: release.managed.digest, installed: previous.installed })
  const content = await forecastRelease(deps, {
    ...{ lane, target, observed, solution },
    content: { release: [], installed },
    tweaks: await loadTweaks(deps, lane),
    references: release.settingsTemplate.connectionReferences.map((reference) => reference.logicalName),
    countingRequests: applyOverride(deps.policy, configuration.policy).care.countingRequests.value,
  })
  return { plan: planUninstall({ release, environment, observed, content }), observed, content: content.target }
}
