import { laneOf } from '#domain/environment'
import type { EnvironmentId, PersonId, Result } from '#domain/kernel'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import type { ObservationView } from './observe-environment.ts'
import { observeEnvironment } from './observe-environment.ts'

/** Whoever asks for an environment that is being observed gets what that observation comes to. */
export function createObserver(
  deps: EngineDependencies,
): (command: { readonly environmentId: EnvironmentId; readonly actor: PersonId }) => Promise<Result<ObservationView>> {
  const underWay = new Map<string, Promise<Result<ObservationView>>>()
  return async (command) => {
    const current = await requireConfiguration(deps)
    if (!current.ok) return current
    const environment = findEnvironment(current.value.configuration, command.environmentId)
    if (!environment.ok) return environment
    const lane = laneOf(environment.value)
    const observing =
      underWay.get(lane) ??
      observeEnvironment(deps, command).finally(() => {
        underWay.delete(lane)
      })
    underWay.set(lane, observing)
    return observing
  }
}
