import type { Caller } from '../operations/operation.ts'
import type { EnvironmentStore, Transaction } from '../store/store.ts'

/** What holds the one writer's place of an environment; the names stand in the service's lock messages (web-api A.5, H). */
export const lockNames = [
  'Import',
  'Uninstall',
  'PublishAll',
  'Publish',
  'EntityCustomization',
  'WorkflowSetState',
  'DeleteAndPromote',
] as const
export type LockName = (typeof lockNames)[number]

export type JobOutcome =
  | { readonly result: 'succeeded'; readonly notes?: readonly ComponentNote[] }
  | { readonly result: 'failed'; readonly code: string; readonly message: string; readonly component?: string }

/** What an operation that succeeded says of one component, or of all when none is named (web-api B.5). */
export interface ComponentNote extends ComponentFailure {
  /** `kind:key`. */
  readonly component: string | undefined
  readonly result: 'warning' | 'failure'
}

/** One solution operation. Its `commit` and the rows that say it ended are one transaction. */
export interface JobRequest {
  readonly env: EnvironmentStore
  readonly caller: Caller
  /** Undefined for work that takes no place (export). */
  readonly lock: LockName | undefined
  readonly messageName: string
  readonly operationName: string
  readonly operationType: number
  readonly history: JobHistory | undefined
  readonly importJob: ImportJobRow | undefined
  /** Reading that goes before; what it throws fails the job. */
  prepare?(): Promise<void>
  /**
   * Does the work. What it throws undoes all of it; a failed outcome that it returns keeps what it wrote. `failing` names components
   * that a fault lets fail by themselves: a message that can succeed in spite of them leaves them undone.
   */
  commit(tx: Transaction, failing: FailingComponents): JobOutcome
  /** The import job's data document for what became of it. */
  describe?(outcome: JobOutcome, end: JobEnd): string
}

export interface JobEnd {
  readonly startedAt: Date
  readonly stoppedAt: Date
  readonly failing: FailingComponents
}

/** Components that fail inside an operation that succeeds; undefined for those that do not. */
export type FailingComponents = (kind: string, key: string) => ComponentFailure | undefined

export interface ComponentFailure {
  /** Hex code and text of its result. */
  readonly code: string
  readonly message: string
}

/** What can be made to go wrong with jobs (faults). */
export interface JobFaults {
  /** Milliseconds of the service that a job takes which takes `usual` by itself. */
  duration(job: { readonly environment: string; readonly message: string }, usual: number): number
  /** Somebody else who takes the place when this operation asks for it. */
  otherHolder(environment: string, wanted: LockName): OtherHolder | undefined
  failing(job: { readonly environment: string; readonly message: string }): FailingComponents
}

/** A holder of the place that is no job here: another administrator, or servicing by the platform. */
export interface OtherHolder {
  readonly holder: LockName
  /** Milliseconds of the service. */
  readonly ms: number
  /** What the solution history shows. */
  readonly solution: string
}

export interface JobHistory {
  readonly solution: string
  readonly version: string
  readonly publisher: string
  readonly isManaged: boolean
  readonly isPatch: boolean
  readonly isOverwrite: boolean
  /** msdyn_operation and msdyn_suboperation. */
  readonly operation: number
  readonly suboperation: number
}

export interface ImportJobRow {
  readonly id: string
  readonly solution: string
  readonly operationContext: string
}

export interface Jobs {
  /** Accepts an asynchronous operation. Throws the service's lock error while another writer runs. */
  start(request: JobRequest): Promise<{ readonly asyncOperationId: string }>
  /** Runs an operation while the caller waits. Throws what made it fail. */
  runNow(request: JobRequest): Promise<void>
  /** The writer that holds an environment now. */
  holder(environment: string): LockName | undefined
  /** Holds the lock for a direct edit (PATCH of a flow's state, of a form). Throws the lock error when taken. */
  withLock<T>(environment: string, lock: LockName, work: () => Promise<T>): Promise<T>
  /** Ends what was in flight when the process died: nothing of it was committed. */
  recover(env: EnvironmentStore): Promise<void>
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>
}

/** The jobs of a process, for those that run it. */
export interface JobRunner extends Jobs {
  /** Lets somebody else have the place for a while. Throws the lock error when it is taken. */
  occupy(env: EnvironmentStore, other: OtherHolder): Promise<void>
  /** Sends other holders away; for the end of the process. */
  stop(): Promise<void>
}
