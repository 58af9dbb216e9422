import type {
  Deviation,
  DispositionFacts,
  DriftAssessment,
  EnvironmentRecord,
  NewEnvironmentEvent,
  RevertPlan,
  TweakDecision,
} from '#domain/drift'
import {
  countOpen,
  decideAccept,
  decideAdopt,
  decideDecline,
  decideRevert,
  decideRevertConfirmation,
  environmentStream,
  findOverdue,
  planRevert,
  unknownEnvironment,
} from '#domain/drift'
import type { Environment } from '#domain/environment'
import { componentKey, laneOf } from '#domain/environment'
import type { EnvironmentId, PersonId, Result, Version } from '#domain/kernel'
import { accept, errorCode } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { loadPolicy, requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { assessAgain, readObservation } from './assess.ts'
import { loadExpected } from './load-expected.ts'
import type { AdoptInput } from './run-adopt.ts'
import { adoptWork } from './run-adopt.ts'
import { revertWork } from './run-revert.ts'
import { loadEnvironmentStream } from './stream.ts'

/** How an environment stands against what is expected of it. */
export interface DriftView {
  readonly environment: Environment
  /** Undefined before the first assessment. */
  readonly assessment: DriftAssessment | undefined
  /** What Drover deployed, with how many changes nobody has said anything about. */
  readonly solutions: readonly { readonly solution: string; readonly version: Version; readonly open: number }[]
  /** Ids of deviations that nobody has registered for longer than policy allows. */
  readonly overdue: readonly string[]
  readonly overdueAfterDays: number
  readonly record: EnvironmentRecord
}

interface Command {
  readonly environmentId: EnvironmentId
  readonly actor: PersonId
}

/** Looks at an environment now, which assesses it; whoever asks meanwhile shares that look. */
export async function watchDrift(
  deps: EngineDependencies,
  observe: (command: Command) => Promise<Result<unknown>>,
  command: Command,
): Promise<Result<DriftView>> {
  const observed = await observe(command)
  return observed.ok ? loadDrift(deps, command.environmentId) : observed
}

/** As it was last assessed. */
export async function loadDrift(deps: EngineDependencies, environmentId: EnvironmentId): Promise<Result<DriftView>> {
  const place = await findPlace(deps, environmentId)
  return place.ok ? accept(await viewOf(deps, place.value.environment)) : place
}

export async function acceptDeviation(
  deps: EngineDependencies,
  command: Command & {
    readonly deviation: string
    readonly reason: string
    readonly owner: PersonId
    readonly days: number
    readonly decision: TweakDecision
  },
): Promise<Result<DriftView>> {
  const tweakId = deps.ids.next('tw')
  const mostDays = (await loadPolicy(deps)).care.tweakDays.value
  const done = await decideAndAppend(deps, command, (facts) => {
    const decided = decideAccept(facts, { ...command, tweakId, mostDays })
    return decided.ok ? accept({ events: decided.value }) : decided
  })
  if (!done.ok) return done
  await assessAgain(deps, done.value)
  return loadDrift(deps, command.environmentId)
}

/** Begins the durable work that ends in a branch of the source repository. */
export async function adoptDeviations(
  deps: EngineDependencies,
  command: Command & { readonly deviations: readonly string[] },
): Promise<Result<DriftView>> {
  const workId = deps.ids.next('w')
  const done = await decideAndAppend(deps, command, (facts) => decideAdopt(facts, { deviations: command.deviations, workId }))
  if (!done.ok) return done
  const { lane, decision } = done.value
  const deviations = decision.deviations.map(({ id }) => id)
  await startWork(deps, adoptWork, { environmentId: command.environmentId, workId, deviations, lane, solution: decision.solution })
  return loadDrift(deps, command.environmentId)
}

export async function declineChangeRequest(
  deps: EngineDependencies,
  command: Command & { readonly requestId: string; readonly reason: string },
): Promise<Result<DriftView>> {
  const done = await decideAndAppend(deps, command, (facts) => {
    const decided = decideDecline(facts, command)
    return decided.ok ? accept({ events: decided.value }) : decided
  })
  return done.ok ? loadDrift(deps, command.environmentId) : done
}

export async function revertDeviation(
  deps: EngineDependencies,
  command: Command & { readonly deviation: string; readonly reason: string },
): Promise<Result<{ readonly view: DriftView; readonly plan: RevertPlan | undefined }>> {
  const plan = await loadRevertPlan(deps, command)
  if (!plan.ok) return plan
  if (plan.value?.blocker !== undefined) return { ok: false, refusal: plan.value.blocker }
  const done = await decideAndAppend(deps, command, (facts) => {
    const decided = decideRevert(facts, command)
    return decided.ok ? accept({ events: decided.value }) : decided
  })
  if (!done.ok) return done
  return accept({ view: await viewOf(deps, done.value.environment), plan: plan.value })
}

/** The second person's word; begins the durable work. */
export async function confirmRevert(
  deps: EngineDependencies,
  command: Command & { readonly deviation: string },
): Promise<Result<DriftView>> {
  const workId = deps.ids.next('w')
  const done = await decideAndAppend(deps, command, (facts) => decideRevertConfirmation(facts, { deviation: command.deviation, workId }))
  if (!done.ok) return done
  const { lane, decision } = done.value
  const solution = decision.deviation.solution ?? ''
  await startWork(deps, revertWork, { environmentId: command.environmentId, workId, deviations: [command.deviation], lane, solution })
  return loadDrift(deps, command.environmentId)
}

/** Idempotent by the work's id. */
export async function startWork(deps: Pick<EngineDependencies, 'starter'>, name: string, input: AdoptInput): Promise<void> {
  await deps.starter.start({ name, id: input.workId, queueKey: input.lane, input })
}

interface Place {
  readonly environment: Environment
  readonly configuration: Configuration
  readonly lane: string
}

async function findPlace(deps: EngineDependencies, environmentId: EnvironmentId): Promise<Result<Place>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const environment = findEnvironment(configuration, environmentId)
  return environment.ok ? accept({ environment: environment.value, configuration, lane: laneOf(environment.value) }) : environment
}

/** Decides on what the stream says and appends only if it still says so; what came in between is decided on anew. */
async function decideAndAppend<T extends { readonly events: readonly NewEnvironmentEvent[] }>(
  deps: EngineDependencies,
  command: Command,
  decide: (facts: DispositionFacts) => Result<T>,
): Promise<Result<Place & { readonly decision: T }>> {
  const place = await findPlace(deps, command.environmentId)
  if (!place.ok) return place
  const { environment, configuration, lane } = place.value
  for (let attempt = 1; ; attempt++) {
    const { record, version } = await loadEnvironmentStream(deps.ledger, lane)
    const owners = Object.fromEntries(configuration.solutions.map(({ uniqueName, owner }) => [uniqueName, owner]))
    const decision = decide({ environment, record, people: configuration.people, owners, actor: command.actor, now: deps.clock.now() })
    if (!decision.ok) return decision
    try {
      await deps.ledger.append({
        stream: environmentStream(lane),
        expectedVersion: version,
        actor: command.actor,
        events: decision.value.events,
      })
      return accept({ ...place.value, decision: decision.value })
    } catch (error) {
      if (errorCode(error) !== 'ledger.conflict' || attempt >= 5) throw error
    }
  }
}

async function loadRevertPlan(
  deps: EngineDependencies,
  command: Command & { readonly deviation: string },
): Promise<Result<RevertPlan | undefined>> {
  const place = await findPlace(deps, command.environmentId)
  if (!place.ok) return place
  const { record } = await loadExpected(deps, place.value.environment)
  if (record.drift === undefined) return accept(undefined)
  const observation = await readObservation(deps, record.drift.observation)
  const component = observation.components.find((candidate) => componentKey(candidate) === command.deviation)
  return accept(component === undefined ? undefined : planRevert(component))
}

async function viewOf(deps: EngineDependencies, environment: Environment): Promise<DriftView> {
  const { record, deployments } = await loadExpected(deps, environment)
  const days = (await loadPolicy(deps)).care.unregisteredTweakDays.value
  const assessment = record.drift
  const overdue: readonly Deviation[] = assessment === undefined ? [] : findOverdue(assessment, { now: deps.clock.now(), days })
  return {
    environment,
    assessment,
    solutions: deployments.map(({ solution, version }) => ({
      solution,
      version,
      open: assessment === undefined ? 0 : countOpen(assessment, solution),
    })),
    overdue: overdue.map(({ id }) => id),
    overdueAfterDays: days,
    record: { ...unknownEnvironment(environment.id, laneOf(environment)), ...record },
  }
}
