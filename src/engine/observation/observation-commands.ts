import type { EnvironmentRecord } from '#domain/drift'
import type { Environment, InstalledSolution } from '#domain/environment'
import { asObserver } from '#domain/environment'
import type { Digest, EnvironmentId, PersonId, Result } from '#domain/kernel'
import { accept, toId } from '#domain/kernel'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { acceptBaseline } from './accept-baseline.ts'
import type { ObservationView } from './observe-environment.ts'
import { loadEnvironmentRecord } from './observe-environment.ts'

/** What is in an environment, seen and recorded. */
export interface ObservationCommands {
  /** Reads an environment now. */
  inspectEnvironment(
    environmentId: string,
  ): Promise<Result<{ readonly environment: Environment; readonly solutions: readonly InstalledSolution[] }>>
  /** Reads all of an environment, keeps it under its digest, and says whose things are and what a first look must name. */
  observeEnvironment(command: { readonly environmentId: EnvironmentId; readonly actor: PersonId }): Promise<Result<ObservationView>>
  /** What the ledger knows of an environment. */
  loadEnvironmentRecord(environmentId: EnvironmentId): Promise<Result<EnvironmentRecord>>
  /** Records what was last seen of an environment as known good. */
  acceptBaseline(command: {
    readonly environmentId: EnvironmentId
    readonly comment: string
    /** The observation that the person looked at; undefined: the newest. */
    readonly seen?: Digest | undefined
    readonly actor: PersonId
  }): Promise<Result<EnvironmentRecord>>
}

export function createObservationCommands(
  deps: EngineDependencies,
  observe: ObservationCommands['observeEnvironment'],
): ObservationCommands {
  return {
    inspectEnvironment: (environmentId) => inspectEnvironment(deps, environmentId),
    observeEnvironment: observe,
    loadEnvironmentRecord: (environmentId) => loadEnvironmentRecord(deps, environmentId),
    acceptBaseline: (command) => acceptBaseline(deps, command),
  }
}

async function inspectEnvironment(
  deps: EngineDependencies,
  environmentId: string,
): Promise<Result<{ readonly environment: Environment; readonly solutions: readonly InstalledSolution[] }>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const environment = findEnvironment(current.value.configuration, toId<EnvironmentId>(environmentId))
  if (!environment.ok) return environment
  const observed = await deps.environments.open(asObserver(environment.value)).observe({ solution: '', connectionIds: [] })
  return accept({ environment: environment.value, solutions: observed.solutions })
}
