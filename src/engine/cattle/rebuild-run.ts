import type { Environment } from '#domain/environment'
import type { Configuration } from '#domain/pipeline'
import type { NewRebuildEvent, RebuildRecord } from '#domain/rebuild'
import type { DurableContext } from '#engine/ports'
import type { Pace, WorkerDependencies } from '../dependencies.ts'
import type { AdministrationRun } from './make-anew.ts'
import type { PutRun } from './put-package.ts'

/** Which rebuild, and the how manyth run of its work: a resumed one has steps of its own. */
export interface RebuildInput {
  readonly rebuildId: string
  readonly run: number
}

/** What every part of a rebuild works with; recorded when the run began, so that a replay takes the same steps. */
export interface RebuildFacts {
  /** As it was when this run began. */
  readonly rebuild: RebuildRecord
  readonly configuration: Configuration
  readonly environment: Environment
  readonly pace: Pace
}

export interface RebuildRun extends RebuildFacts {
  readonly deps: WorkerDependencies
  readonly ctx: DurableContext
  readonly run: number
  checkLease(): Promise<void>
  /** Appends to the stream of the rebuild; tells whether anything was new. */
  append(events: readonly NewRebuildEvent[]): Promise<boolean>
}

/** Records in words that a part is done; once a run. */
export function noteStep({ run }: Pick<RebuildRun, 'run'>, name: string, note: string): NewRebuildEvent {
  return { type: 'rebuild-step', data: { name, note }, key: `${run}:step:${name}` }
}

/** The run as imports into one environment see it. */
export function putRun(run: RebuildRun): PutRun {
  const { deps, ctx, pace, environment } = run
  return {
    ...{ deps, ctx, pace, environment },
    target: deps.environments.open(environment),
    checkLease: () => run.checkLease(),
    record: (key, { solution, importJobId, state }) =>
      run.append([{ type: 'rebuild-request', data: { what: 'import', solution, state, id: importJobId }, key: `${run.run}:${key}` }]),
  }
}

/** The run as work on the whole environment sees it. */
export function administrationRun(run: RebuildRun): AdministrationRun {
  const { deps, ctx, pace, environment } = run
  return {
    ...{ deps, ctx, pace, administration: deps.administrations.open(environment) },
    checkLease: () => run.checkLease(),
    record: (key, data) => run.append([{ type: 'rebuild-request', data, key: `${run.run}:${key}` }]),
  }
}
