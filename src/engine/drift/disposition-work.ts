import type { Deviation, EnvironmentRecord, NewEnvironmentEvent } from '#domain/drift'
import { isOwnTransport, transportName } from '#domain/drift'
import type { Environment, ObservedComponent } from '#domain/environment'
import { componentKey, laneOf } from '#domain/environment'
import type { EnvironmentId } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { DurableContext, OpenEnvironment } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import type { Pace, WorkerDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { followOperation } from '../follow-operation.ts'
import { orThrow } from '../or-throw.ts'
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
  const { configuration } = orThrow(await requireConfiguration(deps))
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

/**
 * Reads the components out of the environment as an unmanaged solution file: a transport solution is made, filled, exported and removed. One
 * that a killed worker left is found by its name, since all work of an environment is in one queue and so none but this can be under way.
 */
export async function exportByTransport(run: DispositionRun): Promise<Uint8Array> {
  const uniqueName = transportName(run.workId)
  await run.ctx.step('remove-left-over', () => removeTransports(run))
  try {
    await run.ctx.step('make-transport', async () => {
      await run.checkLease()
      await run.target.makeTransport({
        uniqueName,
        publisherOf: run.solution,
        components: run.subjects.map(({ component }) => component),
      })
    })
    const digest = await exportAndKeep(run, uniqueName)
    return await run.deps.artifacts.get(digest)
  } finally {
    await run.ctx.step('remove-transport', () => run.target.removeTransport(uniqueName))
  }
}

async function exportAndKeep(run: DispositionRun, uniqueName: string) {
  const started = await run.ctx.step('start-export', () => run.target.startExport(uniqueName, false))
  const end = await followOperation(run, { label: 'export', asyncOperationId: started.asyncOperationId, environment: run.target })
  if (end.state !== 'succeeded') {
    throw new DroverError('export.failed', `Reading the change out of ${run.environment.name} ended as ${end.state}: ${end.message}`, {
      hint: 'Open the solution history of the environment for the platform’s own account, then try again.',
    })
  }
  return run.ctx.step('keep-export', async () => run.deps.artifacts.put(await run.target.downloadExport(started.exportJobId)))
}

/** All that are there: whatever made them is not at work any more. */
async function removeTransports(run: DispositionRun): Promise<void> {
  for (const { uniqueName, isManaged } of await run.target.fetchSolutions()) {
    if (!isManaged && isOwnTransport(uniqueName)) await run.target.removeTransport(uniqueName)
  }
}
