import type { ComponentParameters, ImportMode } from '#domain/plan'
import type { Reason } from '#domain/kernel'
import type { OperationState } from './solution-export.ts'

export interface StagedSolution {
  readonly uploadId: string
  readonly isValid: boolean
  readonly problems: readonly Reason[]
}

export interface ImportStart {
  readonly importJobId: string
  readonly uploadId: string
  readonly mode: ImportMode
  readonly parameters: ComponentParameters
}

export interface ImportResult {
  readonly isPassed: boolean
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  /** Components that failed inside an import that calls itself succeeded (import job result XML). */
  readonly failedComponents: readonly Reason[]
  /** What the platform wrote down component by component, without secrets; absent where it shows none. */
  readonly log?: string
}

/** What an attempt needs to put an artifact into a target. Managed imports arrive published: nothing here publishes all. */
export interface SolutionImport {
  stage(file: Uint8Array): Promise<StagedSolution>
  /**
   * Sends the import once. Throws DroverError `dataverse.unreachable` with `isRetryable` when it is certain that nothing arrived,
   * and `dataverse.ambiguous` when it may have arrived: then ask {@link findImport}, never send again.
   */
  startImport(start: ImportStart): Promise<{ readonly asyncOperationId: string }>
  /** Looks for the job in import jobs, asynchronous operations and solution history. */
  findImport(
    importJobId: string,
    solution: string,
  ): Promise<{ readonly found: boolean; readonly asyncOperationId: string | undefined; readonly isFinished: boolean }>
  fetchOperation(asyncOperationId: string): Promise<OperationState>
  /** Progress in percent, 0 to 100; undefined while the job cannot be read yet. */
  fetchProgress(importJobId: string): Promise<number | undefined>
  fetchImportResult(importJobId: string): Promise<ImportResult>
  setFlowState(flowId: string, state: 'on' | 'off'): Promise<void>
}
