import type { PersonRecord } from '#domain/approval'
import type { EnvironmentRecord } from '#domain/drift'
import { isOpen, isPartlySeen } from '#domain/drift'
import type { Environment, Observation } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Digest } from '#domain/kernel'
import { errorCode } from '#domain/kernel'
import { holdsAt } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import { applyOverride } from '#domain/policy'
import type { Promotion } from '#domain/promotion'
import type { DataFacts, DeployedFacts, EnvironmentFacts, ObservedFacts, TenantFacts } from '#domain/readiness'
import { preferredWay, wayWords } from '#domain/recovery'
import type { Release } from '#domain/release'
import type { DataWork } from '../data/seed-record.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { listUncertified } from '../people/rights.ts'
import type { ConfigurationVersion } from '../engine.ts'
import type { DeploymentRecord } from '../summaries.ts'

/** All that the readiness checklist looks at, from read models and kept observations; no environment is asked. */
export async function gatherTenantFacts(deps: EngineDependencies, current: ConfigurationVersion): Promise<TenantFacts> {
  const { configuration, appliedAt } = current
  const policy = applyOverride(deps.policy, configuration.policy)
  const now = deps.clock.now()
  const records = await deps.readModel.list<PersonRecord>('deputies')
  const [environments, deployed, data] = await Promise.all([
    gatherEnvironments(deps, configuration),
    gatherDeployed(deps, configuration),
    gatherData(deps),
  ])
  return {
    now,
    configuration,
    appliedAt,
    policy,
    timedGrants: records.flatMap(({ grants = [] }) => grants).filter((grant) => holdsAt(grant, now)),
    uncertified: listUncertified(records, { ...current, policy }, now),
    environments,
    deployed,
    data,
  }
}

async function gatherEnvironments(deps: EngineDependencies, configuration: Configuration): Promise<readonly EnvironmentFacts[]> {
  const gathered: EnvironmentFacts[] = []
  // One after the other: each may hold thousands of components.
  for (const environment of configuration.environments) gathered.push(await gatherEnvironment(deps, environment))
  return gathered
}

async function gatherEnvironment(deps: EngineDependencies, environment: Environment): Promise<EnvironmentFacts> {
  const record = await deps.readModel.load<EnvironmentRecord>('environment', laneOf(environment))
  const rehearsals = record?.rehearsals ?? []
  const observation = record?.observed === undefined ? undefined : await loadObservation(deps, record.observed.digest)
  if (record?.observed === undefined || observation === undefined) return { environment, rehearsals }
  return { environment, rehearsals, observed: tellObserved(record, observation) }
}

/** Undefined where its bytes are gone: then nothing is known of it but that it was. */
async function loadObservation(deps: EngineDependencies, digest: Digest): Promise<Observation | undefined> {
  try {
    return JSON.parse(new TextDecoder().decode(await deps.artifacts.get(digest)))
  } catch (error) {
    if (errorCode(error) === 'artifact.absent') return undefined
    throw error
  }
}

function tellObserved({ observed, drift }: EnvironmentRecord, observation: Observation): ObservedFacts {
  const hides = (...words: readonly string[]): boolean =>
    observation.unseen.some(({ what }) => words.some((word) => what.toLowerCase().includes(word)))
  return {
    at: observed?.at ?? observation.observedAt,
    blocksUnmanaged: observation.protection.blocksUnmanaged,
    auditing: observation.auditing,
    // What is not there may only not have been read: roles themselves, or the members of a team that holds one.
    roles: hides('roles', 'members of team') ? undefined : observation.roles,
    dataPolicies: hides('data polic') ? undefined : observation.dataPolicies.map(({ name }) => name),
    solutions: observation.solutions.map(({ uniqueName, version, isManaged }) => ({ uniqueName, version, isManaged })),
    unregistered: drift?.deviations.filter(isOpen).length ?? 0,
    isPartlySeen: drift === undefined || isPartlySeen(drift),
  }
}

/** What runs in pets, each with its release and the promotion that brought it. */
async function gatherDeployed(deps: EngineDependencies, configuration: Configuration): Promise<readonly DeployedFacts[]> {
  const pets = new Set<string>(configuration.environments.filter(({ careClass }) => careClass === 'pet').map(({ id }) => id))
  const records = (await deps.readModel.list<DeploymentRecord>('deployment')).filter(({ environmentId }) => pets.has(environmentId))
  const deployed: DeployedFacts[] = []
  for (const record of records) {
    const release = await deps.readModel.load<Release>('release', record.releaseId)
    const promotion = await deps.readModel.load<Promotion>('promotion', record.promotionId)
    if (release !== undefined && promotion !== undefined) deployed.push(tellDeployed({ record, release, promotion }))
  }
  return deployed
}

function tellDeployed({
  record,
  release,
  promotion,
}: {
  readonly record: DeploymentRecord
  readonly release: Release
  readonly promotion: Promotion
}): DeployedFacts {
  const { environmentId, solution, version, deployedAt } = record
  const { recovery } = promotion.request
  const way = recovery && preferredWay(recovery)
  const to = recovery?.knownGood === undefined ? '' : ` to ${recovery.knownGood.version} (release ${recovery.knownGood.releaseId})`
  return {
    ...{ environmentId, solution, version, deployedAt },
    commit: release.commit,
    requestedBy: promotion.request.requestedBy,
    approvedBy: promotion.decisions.filter(({ verdict }) => verdict === 'approve').map(({ by }) => by),
    rules: release.report.rules,
    literalFindings: release.report.findings.filter(({ ruleId }) => ruleId === 'STR-08').length,
    wayBack: way === undefined ? undefined : `By ${wayWords[way.kind]}${to}.`,
  }
}

async function gatherData(deps: EngineDependencies): Promise<readonly DataFacts[]> {
  const works = await deps.readModel.list<DataWork>('data')
  return works.flatMap(({ request, status, scan }) =>
    status.state === 'ended'
      ? [{ environmentId: request.environmentId, kind: request.kind, endedAt: status.at, found: scan?.found ?? 0 }]
      : [],
  )
}
