import type { Version } from '#domain/kernel'

export interface PendingChange {
  /** Kind as the layer table names it, for example SavedQuery. */
  readonly kind: string
  readonly id: string
  readonly name: string
  /** The table whose publishing covers it, or the component's own key for kinds that publish alone. */
  readonly publishTarget: string
}

/** What preparing a release needs of a development environment. */
export interface SolutionExport {
  fetchSolution(uniqueName: string): Promise<{ readonly version: Version; readonly isManaged: boolean } | undefined>
  /** Components of the solution that are changed and not published, and those for which nothing can tell. */
  fetchPending(uniqueName: string): Promise<{ readonly pending: readonly PendingChange[]; readonly unknown: readonly string[] }>
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
