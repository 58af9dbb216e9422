import type { Deviation, EnvironmentRecord, NewEnvironmentEvent } from '#domain/drift'
import type { Environment, ObservedComponent } from '#domain/environment'
import { componentKey, laneOf } from '#domain/environment'
import type { EnvironmentId } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { DurableContext, OpenEnvironment } from '#engine/ports'
import { requireWritten } from '../apply-configuration.ts'
import type { Pace, WorkerDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import { exportByTransport } from '../transport.ts'
import { readObservation } from './assess.ts'
import { loadEnvironmentStream, recordFacts } from './stream.ts'

/** Which deviations are worked on; who asked and what it is about stands in the ledger. */
export interface DispositionInput {
  readonly environmentId: EnvironmentId
  readonly workId: string
  readonly deviations: readonly string[]
}

/** What work on deviations needs; recorded when it began, so that a replay takes the same steps. */
export interface DispositionFacts {
  readonly environment: Environment
  readonly configuration: Configuration
  readonly lane: string
  readonly pace: Pace
  readonly solution: string
  readonly subjects: readonly { readonly deviation: Deviation; readonly component: ObservedComponent }[]
}

export interface DispositionRun extends DispositionFacts {
  readonly deps: WorkerDependencies
  readonly ctx: DurableContext
  readonly workId: string
  readonly target: OpenEnvironment
  checkLease(): Promise<void>
  record(events: readonly NewEnvironmentEvent[]): Promise<boolean>
}

export async function loadDispositionFacts(deps: WorkerDependencies, input: DispositionInput): Promise<DispositionFacts> {
  const { configuration } = orThrow(await requireWritten(deps))
  const environment = orThrow(findEnvironment(configuration, input.environmentId))
  const lane = laneOf(environment)
  const { record } = await loadEnvironmentStream(deps.ledger, lane)
  const subjects = await loadSubjects(deps, record, input.deviations)
  const gone = input.deviations.find((id) => !subjects.some(({ deviation }) => deviation.id === id))
  const solution = subjects[0]?.deviation.solution
  if (gone !== undefined || solution === undefined) throw changedMeanwhile(environment, gone ?? input.deviations[0] ?? '')
  return { environment, configuration, lane, pace: deps.paceOf(environment), solution, subjects }
}

/** Only what people said yes to: a deviation that was changed again since, and assessed again, is another one. */
async function loadSubjects(
  deps: WorkerDependencies,
  record: EnvironmentRecord | undefined,
  ids: readonly string[],
): Promise<DispositionFacts['subjects']> {
  const drift = record?.drift
  if (drift === undefined) return []
  const observation = await readObservation(deps, drift.observation)
  return ids.flatMap((id) => {
    const deviation = [...drift.deviations, ...(drift.leftovers ?? [])].find((candidate) => candidate.id === id)
    const component = observation.components.find((candidate) => componentKey(candidate) === id)
    const isMeant = deviation !== undefined && record?.dispositions[id]?.digest === deviation.digest
    return isMeant && component !== undefined ? [{ deviation, component }] : []
  })
}

function changedMeanwhile(environment: Environment, id: string): DroverError {
  return new DroverError(
    'drift.changed-since',
    `${environment.name} does not show the deviation ${id} any more as it was when its disposition was asked for; nothing was changed.`,
    {
      hint: 'Look at what it is now with `drover drift`, and ask again.',
    },
  )
}

/** Runs the work under the lease of its environment. */
export async function underLease(
  deps: WorkerDependencies,
  ctx: DurableContext,
  { input, work }: { readonly input: DispositionInput; work(run: DispositionRun): Promise<void> },
): Promise<void> {
  const facts = await ctx.step('load', () => loadDispositionFacts(deps, input))
  await deps.fence.hold(facts.lane, input.workId, (lease) =>
    work({
      ...facts,
      deps,
      ctx,
      workId: input.workId,
      target: deps.environments.open(facts.environment),
      checkLease: () => lease.check(),
      record: (events) => recordFacts(deps.ledger, facts.lane, events),
    }),
  )
}

/** The components that the work is about, as an unmanaged solution file. */
export function exportSubjects(run: DispositionRun): Promise<Uint8Array> {
  return exportByTransport({ ...run, components: run.subjects.map(({ component }) => component) })
}
