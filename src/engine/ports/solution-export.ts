import type { Version } from '#domain/kernel'

export interface PendingChange {
  /** Kind as the layer table names it, for example SavedQuery. */
  readonly kind: string
  readonly id: string
  readonly name: string
  /** The table whose publishing covers it, or the component's own key for kinds that publish alone. */
  readonly publishTarget: string
}

/** What of a solution may wait to be published. */
export interface PendingWork {
  /** Known to differ from what is published. */
  readonly pending: readonly PendingChange[]
  /** The solution's own components of which nothing tells whether they differ; publishing them harms nobody. */
  readonly untold: readonly PendingChange[]
  /** Names of shared components of which nothing tells it either; publishing them would publish other teams' work. */
  readonly shared: readonly string[]
}

/** What preparing a release needs of a development environment. */
export interface SolutionExport {
  fetchSolution(uniqueName: string): Promise<{ readonly version: Version; readonly isManaged: boolean } | undefined>
  fetchPending(uniqueName: string): Promise<PendingWork>
  /** Publishes just these; never everybody's pending work. */
  publish(changes: readonly PendingChange[]): Promise<void>
  raiseVersion(uniqueName: string, version: Version): Promise<void>
  /** Starts an asynchronous export and returns the ids to follow it by. */
  startExport(uniqueName: string, isManaged: boolean): Promise<{ readonly asyncOperationId: string; readonly exportJobId: string }>
  /** One look at an asynchronous operation. */
  fetchOperation(asyncOperationId: string): Promise<OperationState>
  downloadExport(exportJobId: string): Promise<Uint8Array>
}

export type OperationState =
  | { readonly state: 'waiting' }
  | { readonly state: 'succeeded' }
  /** `code` is the platform's error code in hex, for example 0x8004801D. */
  | { readonly state: 'failed'; readonly code: string | undefined; readonly message: string }
  | { readonly state: 'absent' }
