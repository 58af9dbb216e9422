import type { Attributor, EnvironmentRecord, ExpectedDeployment, NewEnvironmentEvent, ObservationSummary } from '#domain/drift'
import { createAttributor, environmentStream } from '#domain/drift'
import type { Environment, Observation, ObservedComponent, ObservedSolution } from '#domain/environment'
import { activeLayer, asObserver, laneOf } from '#domain/environment'
import type { Digest } from '#domain/kernel'
import { canonicalJson, DroverError } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { idOf } from '#domain/plan'
import { isSameName } from '#domain/settings'
import type { EngineDependencies } from '../dependencies.ts'
import { solutionKey } from '../summaries.ts'
import { loadExpectedContent, loadLeftContent } from './expected-content.ts'
import { loadExpectedDeployments } from './expected-deployments.ts'
import { findVanished } from './find-vanished.ts'
import { canLayersMatter, readComponents } from './read-components.ts'

/** An observation as it was kept, with what tells whose the things in it are. */
export interface TakenObservation {
  readonly digest: Digest
  readonly observation: Observation
  readonly attributor: Attributor
}

/**
 * Reads all of an environment, keeps it under its digest, and says so in the ledger. Changes nothing in the environment, and serves on one
 * that Drover never deployed to. Killed at any point it leaves parts that the next one goes on from, and no entry in the ledger.
 */
export async function takeObservation(
  deps: Pick<EngineDependencies, 'environments' | 'observations' | 'artifacts' | 'ledger' | 'readModel' | 'clock'>,
  of: { readonly environment: Environment; readonly configuration: Configuration; readonly actor: string },
): Promise<TakenObservation> {
  const { environment, configuration, actor } = of
  const target = deps.environments.open(asObserver(environment))
  const requestsBefore = target.countRequests()
  const deployments = await loadExpectedDeployments(deps, environment)
  const governed = configuration.solutions.map((solution) => solution.uniqueName)
  const ours = new Set([...governed, ...deployments.map((deployment) => deployment.solution)].map(solutionKey))
  const read = await readComponents(deps, {
    lane: laneOf(environment),
    target,
    solutions: isWorthListing,
    also: [],
    layers: (component) => isWorthReading(component, ours),
  })
  const expected = await loadExpectedContent(deps, {
    lane: laneOf(environment),
    deployments: deployments.filter(isInstalledIn(read.solutions)),
  })
  const left = await loadLeftContent(deps, { lane: laneOf(environment), deployments, expected })
  const there = new Map(read.components.map((component) => [idOf(component), component.solutions.map(solutionKey)]))
  const leftBehind = left.filter((one) => there.get(idOf(one))?.includes(solutionKey(one.solution)) === true)
  const gone = await findVanished(target, { expected, ...read })
  const surroundings = await target.fetchSurroundings()
  const observation: Observation = {
    environmentId: environment.id,
    observedAt: deps.clock.now(),
    ...surroundings,
    identity: await fetchDeployer(deps, environment, surroundings.identity),
    solutions: read.solutions,
    components: read.components,
    ...(gone.vanished.length === 0 ? {} : { vanished: gone.vanished }),
    ...(leftBehind.length === 0 ? {} : { leftBehind }),
    unseen: [...read.unseen, ...gone.unseen, ...surroundings.unseen],
    cost: { requests: target.countRequests() - requestsBefore, reusedParts: read.cost.reusedParts },
  }
  const digest = (await findSame(deps, observation, laneOf(environment))) ?? (await put(deps, observation))
  const event: NewEnvironmentEvent = {
    type: 'environment-observed',
    data: { environmentId: environment.id, digest, observedAt: observation.observedAt, summary: summarise(observation) },
  }
  await deps.ledger.append({ stream: environmentStream(laneOf(environment)), expectedVersion: undefined, actor, events: [event] })
  return { digest, observation, attributor: createAttributor({ governed, deployments, observation }) }
}

/** Of a solution that went as a whole, or came in another version, that is told, and not each of its parts. */
function isInstalledIn(solutions: readonly ObservedSolution[]): (deployment: ExpectedDeployment) => boolean {
  return ({ solution, version }) => solutions.some((one) => isSameName(one.uniqueName, solution) && one.version === version)
}

/** What deploys is what imports of ours are known by, whatever identity looked. */
async function fetchDeployer(
  deps: Pick<EngineDependencies, 'environments'>,
  environment: Environment,
  observer: Observation['identity'],
): Promise<Observation['identity']> {
  if (environment.observer === undefined) return observer
  return (await deps.environments.open(environment).observe({ solution: '', connectionIds: [] })).identity
}

function put({ artifacts }: Pick<EngineDependencies, 'artifacts'>, observation: Observation): Promise<Digest> {
  return artifacts.put(new TextEncoder().encode(canonicalJson(observation)))
}

/** What shows nothing new is kept once, however often it is looked at. */
async function findSame(
  deps: Pick<EngineDependencies, 'artifacts' | 'readModel'>,
  observation: Observation,
  lane: string,
): Promise<Digest | undefined> {
  const record = await deps.readModel.load<EnvironmentRecord>('environment', lane)
  try {
    const before = await loadObservation(deps, record)
    return before !== undefined && lasting(before) === lasting(observation) ? record?.observed?.digest : undefined
  } catch (error) {
    if (error instanceof DroverError) return undefined // what is lost or spoilt is kept anew
    throw error
  }
}

/** All but when it was, and what it took. */
function lasting({ observedAt: _at, cost: _cost, ...seen }: Observation): string {
  return canonicalJson(seen)
}

/** The whole of an observation that was taken before, or undefined when there is none. */
export async function loadObservation(
  deps: Pick<EngineDependencies, 'artifacts'>,
  record: EnvironmentRecord | undefined,
): Promise<Observation | undefined> {
  if (record?.observed === undefined) return undefined
  const text = new TextDecoder().decode(await deps.artifacts.get(record.observed.digest))
  // Only `takeObservation` records these digests, and what is stored under one never changes.
  return JSON.parse(text) as Observation
}

/** `System`, `Active` and `Basic` stand for all that an environment has; what is changed of it, `Default` and the solutions list themselves. */
function isWorthListing({ uniqueName }: ObservedSolution): boolean {
  return !['system', activeLayer.toLowerCase(), 'basic'].includes(uniqueName.toLowerCase())
}

/** Layers cost a request each: those of components that somebody changed here, and of what we share with others. */
function isWorthReading(component: ObservedComponent, ours: ReadonlySet<string>): boolean {
  return component.hasActiveRow || (canLayersMatter(component) && component.solutions.some((name) => ours.has(solutionKey(name))))
}

function summarise(observation: Observation): ObservationSummary {
  return {
    solutions: observation.solutions.length,
    components: observation.components.length,
    activeLayers: observation.components.filter((component) => component.hasActiveRow).length,
    unseen: observation.unseen.length,
  }
}
