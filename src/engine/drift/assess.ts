import type { AdoptState, DispositionState, DriftAssessment, EnvironmentRecord, ForeignImport, NewEnvironmentEvent } from '#domain/drift'
import {
  assessDrift,
  createAttributor,
  environmentStream,
  isSameDrift,
  judgeProtection,
  openChangeRequests,
  settleChangeRequests,
} from '#domain/drift'
import type { Environment, Observation, ObservedComponent } from '#domain/environment'
import { activeLayer, componentKey, laneOf, layerPolicyOf } from '#domain/environment'
import type { Digest } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { Release } from '#domain/release'
import { findCarried } from '#format'
import type { EngineDependencies } from '../dependencies.ts'
import type { TakenObservation } from '../observation/take-observation.ts'
import { findForeignImportsIn } from '../protection/foreign-imports.ts'
import { solutionKey } from '../summaries.ts'
import { followChangeRequests } from './change-requests.ts'
import type { Expected } from './load-expected.ts'
import { loadExpected } from './load-expected.ts'

/** One look at an environment, as it was recorded. */
export interface Observed {
  readonly environment: Environment
  readonly configuration: Configuration
  readonly taken: Pick<TakenObservation, 'digest' | 'observation'>
  /** Held against what is expected once more, without a new look: nobody else is asked anything. */
  readonly isAgain?: boolean
}

/**
 * Holds an observation against what is expected, and records the assessment when it says something else than the one before. Tweaks whose
 * difference is gone end; adoptions close when the release that is deployed carries them, and open again when a later one does not.
 */
export async function assessAfter(deps: EngineDependencies, observed: Observed): Promise<DriftAssessment> {
  const { environment } = observed
  const { observation } = observed.taken
  const expected = await loadExpected(deps, environment)
  const settled = await settleAdoptions(deps, expected)
  const record = { ...expected.record, dispositions: { ...expected.record.dispositions, ...settled } }
  const since = record.baseline?.observedAt
  const foreignImports = await findForeignImportsIn(deps, { lane: laneOf(environment), observation, since })
  const assessment = assess(deps, observed, { ...expected, record, foreignImports })
  const events: NewEnvironmentEvent[] = [
    ...Object.entries(settled).map(
      ([deviation, disposition]): NewEnvironmentEvent => ({
        type: 'disposition-changed',
        data: { deviation, disposition },
      }),
    ),
    ...(await settleRequests(deps, observed, record)),
    ...endedTweaks(record, observation, assessment),
  ]
  if (record.drift === undefined || !isSameDrift(record.drift, assessment)) events.push({ type: 'drift-assessed', data: { assessment } })
  if (events.length > 0)
    await deps.ledger.append({ stream: environmentStream(laneOf(environment)), expectedVersion: undefined, actor: 'drover', events })
  return assessment
}

/** What people said of deviations shows at once: the last observation is assessed again. Nothing to do before the first. */
export async function assessAgain(deps: EngineDependencies, of: Pick<Observed, 'environment' | 'configuration'>): Promise<void> {
  const { record } = await loadExpected(deps, of.environment)
  const digest = record.observed?.digest
  if (digest !== undefined)
    await assessAfter(deps, { ...of, isAgain: true, taken: { digest, observation: await readObservation(deps, digest) } })
}

/** Only observations are recorded under the digests that it is called with. */
export async function readObservation(deps: Pick<EngineDependencies, 'artifacts'>, digest: Digest): Promise<Observation> {
  return JSON.parse(new TextDecoder().decode(await deps.artifacts.get(digest))) as Observation
}

function assess(
  deps: EngineDependencies,
  observed: Observed,
  expected: Expected & { readonly foreignImports: readonly ForeignImport[] },
): DriftAssessment {
  const { environment, configuration, taken } = observed
  const { observation, digest } = taken
  const { record, deployments, bindings, foreignImports } = expected
  const governed = configuration.solutions.map(({ uniqueName }) => uniqueName)
  const attributor = createAttributor({ governed, deployments, observation })
  return assessDrift({
    observation,
    observationDigest: digest,
    deployments,
    bindings,
    governed,
    arriving: arrivingIn(configuration, environment),
    baseline: record.baseline,
    tweaks: record.tweaks.filter(({ endedAt }) => endedAt === undefined),
    dispositions: record.dispositions,
    protection: judgeProtection({
      environment,
      isBlocked: observation.protection.blocksUnmanaged,
      switchedTo: record.protection?.isOn,
    }),
    foreignImports,
    isStrict: layerPolicyOf(environment).kind === 'strict',
    previous: record.drift,
    now: deps.clock.now(),
    originOf: (solution) => attributor.ofSolution(solution).origin,
    harmlessBecause: (component, layer) => attributor.ofActiveLayer(component, layer).harmless?.reason,
    sha256: (text) => deps.hashing.sha256(text),
  })
}

function arrivingIn({ solutions, pipelines }: Configuration, { id }: Environment): readonly string[] {
  const into = pipelines.filter(({ stages }) => stages.some((stage) => stage.environment === id)).map((pipeline) => pipeline.id)
  return solutions.filter(({ pipeline }) => into.includes(pipeline)).map(({ uniqueName }) => uniqueName)
}

/** What the host of the source says of requests that wait, and those that nobody has to act on any more. */
async function settleRequests(
  deps: EngineDependencies,
  { configuration, taken, isAgain }: Observed,
  record: EnvironmentRecord,
): Promise<readonly NewEnvironmentEvent[]> {
  if (openChangeRequests(record).length === 0) return []
  const followed = isAgain === true ? [] : await followChangeRequests(deps, configuration, record)
  const { components, unseen } = taken.observation
  const byKey = new Map(components.map((component) => [componentKey(component), component]))
  const isAllSeen = !unseen.some(({ hides }) => hides === 'changes')
  const isGone = (deviation: string): boolean => {
    const component = byKey.get(deviation)
    if (component === undefined) return isAllSeen
    return component.layers === undefined ? !component.hasActiveRow : !component.layers.some(({ solution }) => solution === activeLayer)
  }
  return [...followed, ...settleChangeRequests(record, { followed, isGone })]
}

/** Only where the component itself was seen without its change: what could not be seen may still be there. */
function endedTweaks(record: EnvironmentRecord, observation: Observation, assessment: DriftAssessment): readonly NewEnvironmentEvent[] {
  const there = new Set(assessment.deviations.map(({ id }) => id))
  const components = new Map(observation.components.map((component) => [componentKey(component), component]))
  return record.tweaks
    .filter(({ endedAt, deviation }) => endedAt === undefined && !there.has(deviation))
    .flatMap(({ id, deviation }) => {
      const why = endOf(record.dispositions[deviation], {
        component: components.get(deviation),
        isAllSeen: !observation.unseen.some(({ hides }) => hides === 'changes'),
      })
      return why === undefined ? [] : [{ type: 'tweak-ended' as const, data: { tweakId: id, why }, key: `tweak-ended:${id}` }]
    })
}

function endOf(
  disposition: DispositionState | undefined,
  seen: { readonly component: ObservedComponent | undefined; readonly isAllSeen: boolean },
): string | undefined {
  if (disposition?.kind === 'adopt' && disposition.state === 'released') return 'The release that is deployed carries it.'
  const isSeen = seen.component === undefined ? seen.isAllSeen : seen.component.layers !== undefined || !seen.component.hasActiveRow
  return isSeen ? 'The environment does not show it any more.' : undefined
}

/** Adoptions that stand differently under the releases that are deployed now. */
async function settleAdoptions(deps: EngineDependencies, expected: Expected): Promise<Readonly<Record<string, AdoptState>>> {
  const settled: Record<string, AdoptState> = {}
  for (const [deviation, disposition] of Object.entries(expected.record.dispositions)) {
    if (disposition.kind !== 'adopt' || (disposition.state !== 'proposed' && disposition.state !== 'released')) continue
    const deployed = expected.deployments.find(({ solution }) => solutionKey(solution) === solutionKey(disposition.solution))
    if (deployed === undefined || deployed.releaseId === disposition.judgedBy) continue
    const isCarried = await carries(deps, deployed.releaseId, { deviation, disposition })
    settled[deviation] = {
      ...disposition,
      state: isCarried ? 'released' : 'proposed',
      releaseId: isCarried ? deployed.releaseId : undefined,
      judgedBy: deployed.releaseId,
    }
  }
  return settled
}

async function carries(
  deps: EngineDependencies,
  releaseId: string,
  adopted: { readonly deviation: string; readonly disposition: AdoptState },
): Promise<boolean> {
  const { proof } = adopted.disposition
  const release = await deps.readModel.load<Release>('release', releaseId)
  if (release === undefined || proof === undefined) return false
  const [shipped, exported, current] = await Promise.all([
    deps.artifacts.get(proof.shipped),
    deps.artifacts.get(proof.exported),
    deps.artifacts.get(release.unmanaged.digest),
  ])
  return (await findCarried({ shipped, exported, current, components: [adopted.deviation] })).length > 0
}
