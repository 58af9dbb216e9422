import type { Environment } from '#domain/environment'
import type { AttemptId, PromotionId, Refusal } from '#domain/kernel'
import type { Configuration, Stage } from '#domain/pipeline'
import type { PromotionRequest } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { ActiveLayer, DurableContext, EnvironmentInspection, SolutionExport, SolutionImport } from '#engine/ports'
import type { WorkerDependencies } from '../dependencies.ts'

/** What every step of an attempt works with. */
export interface AttemptRun {
  readonly deps: WorkerDependencies
  readonly ctx: DurableContext
  readonly promotionId: PromotionId
  readonly attemptId: AttemptId
  readonly request: PromotionRequest
  /** Import jobs of earlier attempts, newest first: what became of them is asked before anything is sent. */
  readonly earlierJobs: readonly string[]
  readonly release: Release
  readonly configuration: Configuration
  readonly stage: Stage
  readonly environment: Environment
  readonly target: SolutionExport & SolutionImport & EnvironmentInspection
  /** Throws `fence.lost` when this worker may no longer act on the target. */
  checkLease(): Promise<void>
}

/** What the steps hand on; every field is JSON, since it is recorded. */
export interface AttemptFacts {
  readonly layersBefore: readonly ActiveLayer[]
  readonly uploadId: string
  readonly importJobId: string
  /** An import that an earlier attempt of this promotion started, and that the target knows. */
  readonly earlierImport: { readonly importJobId: string; readonly asyncOperationId: string | null } | null
}

/** How a step ends: done with a note, or the end of the attempt. */
export type StepEnd =
  | { readonly end: 'done'; readonly note: string; readonly facts?: Partial<AttemptFacts> }
  | { readonly end: 'failed'; readonly refusal: Refusal }
  | { readonly end: 'indeterminate'; readonly message: string }

/** One kind of deployment step. What it does to the world it does inside `run.ctx.step`. */
export type AttemptStep = (run: AttemptRun, facts: AttemptFacts) => Promise<StepEnd>
