import type { EnvironmentRecord, FirstLook, Origin } from '#domain/drift'
import { takeFirstLook, unknownEnvironment } from '#domain/drift'
import type { Environment, Observation, ObservedSolution, Unseen } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Digest, EnvironmentId, Instant, PersonId, Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import { requireWritten } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { assessAfter } from '../drift/assess.ts'
import { findEnvironment } from '../find.ts'
import { requireEnvironment } from '../require-environment.ts'
import type { TakenObservation } from './take-observation.ts'
import { takeObservation } from './take-observation.ts'

/** What was seen of an environment, for people: the whole of it is kept under the digest. */
export interface ObservationView {
  readonly environmentId: EnvironmentId
  readonly digest: Digest
  readonly observedAt: Instant
  readonly platformVersion: string
  readonly solutions: readonly (Pick<
    ObservedSolution,
    'uniqueName' | 'displayName' | 'version' | 'isManaged' | 'isVisible' | 'publisher' | 'changedAt'
  > & { readonly changedBy: string | undefined; readonly origin: Origin; readonly certainty: 'known' | 'assumed'; readonly why: string })[]
  readonly firstLook: FirstLook
  readonly flows: { readonly all: number; readonly on: number; readonly off: number; readonly suspended: number }
  /** Undefined when it could not be read. */
  readonly blocksUnmanaged: boolean | undefined
  readonly dataPolicies: readonly string[]
  readonly unpublished: readonly string[]
  readonly unseen: readonly Unseen[]
  readonly cost: Observation['cost']
}

/** Looks at an environment now, and assesses what it shows. */
export async function observeEnvironment(
  deps: EngineDependencies,
  command: { readonly environmentId: EnvironmentId; readonly actor: PersonId },
): Promise<Result<ObservationView>> {
  const found = await requireEnvironment(deps, command.environmentId)
  if (!found.ok) return found
  const { configuration, environment } = found.value
  const taken = await takeObservation(deps, { environment, configuration, actor: command.actor })
  await assessAfter(deps, { environment, configuration, taken })
  return accept(viewOf(environment, taken))
}

/** What the ledger knows of an environment; nothing yet of one that was never observed. */
export async function loadEnvironmentRecord(
  deps: Pick<EngineDependencies, 'readModel'>,
  environmentId: EnvironmentId,
): Promise<Result<EnvironmentRecord>> {
  const current = await requireWritten(deps)
  if (!current.ok) return current
  const environment = findEnvironment(current.value.configuration, environmentId)
  if (!environment.ok) return environment
  const lane = laneOf(environment.value)
  const record = await deps.readModel.load<EnvironmentRecord>('environment', lane)
  return accept({ ...unknownEnvironment(environmentId, lane), ...record })
}

function viewOf(environment: Environment, { digest, observation, attributor }: TakenObservation): ObservationView {
  const { flows, observedAt, platformVersion, unpublished, unseen, cost } = observation
  return {
    environmentId: environment.id,
    digest,
    observedAt,
    platformVersion,
    solutions: observation.solutions.map((solution) => {
      const { uniqueName, displayName, version, isManaged, isVisible, publisher, changedAt, changedBy } = solution
      const told = { uniqueName, displayName, version, isManaged, isVisible, publisher, changedAt, changedBy: changedBy?.name }
      return { ...told, ...attributor.ofSolution(solution) }
    }),
    firstLook: takeFirstLook(observation, attributor, { hasMakers: hasMakers(environment) }),
    flows: {
      all: flows.length,
      on: flows.filter(({ state }) => state === 'on').length,
      off: flows.filter(({ state }) => state === 'off').length,
      suspended: flows.filter(({ state }) => state === 'suspended').length,
    },
    blocksUnmanaged: observation.protection.blocksUnmanaged,
    dataPolicies: observation.dataPolicies.map(({ name }) => name),
    unpublished,
    unseen,
    cost,
  }
}

/** Unmanaged work is what these are for. */
function hasMakers({ purpose }: Environment): boolean {
  return purpose === 'development' || purpose === 'sandbox'
}
