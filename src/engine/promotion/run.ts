import type { Environment } from '#domain/environment'
import type { AttemptId, Digest, PromotionId, Reason, Refusal } from '#domain/kernel'
import type { Configuration, Stage } from '#domain/pipeline'
import type { Plan } from '#domain/plan'
import type { ArrivedImport, Migration, PromotionRequest, TargetBefore } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { DurableContext, OpenEnvironment } from '#engine/ports'
import type { Pace, WorkerDependencies } from '../dependencies.ts'

/** What every step of an attempt works with. */
export interface AttemptRun {
  readonly deps: WorkerDependencies
  readonly ctx: DurableContext
  readonly promotionId: PromotionId
  readonly attemptId: AttemptId
  readonly request: PromotionRequest
  /** Imports that earlier attempts sent, newest first: what became of them is asked before anything is sent. */
  readonly earlierImports: readonly ArrivedImport[]
  /** What it was asked for under has changed: what earlier attempts sent is carried to its end, and nothing new is sent. */
  readonly followsOnly: boolean
  /** An upgrade that an earlier attempt staged, and what is to become of it. */
  readonly migration: Migration | undefined
  /** As the ledger holds it; whether it is what was approved is for the first step to say. */
  readonly release: Release
  readonly configuration: Configuration
  readonly stage: Stage
  readonly environment: Environment
  /** As it was when the attempt began, so that a replay takes the same steps. */
  readonly pace: Pace
  readonly target: OpenEnvironment
  /** Throws `fence.lost` when this worker may no longer act on the target. */
  checkLease(): Promise<void>
}

/** What bringing data and access works with: an attempt, or a rebuild, which has no promotion to its name. */
export interface BringingRun
  extends Pick<AttemptRun, 'deps' | 'ctx' | 'attemptId' | 'release' | 'configuration' | 'stage' | 'environment' | 'target' | 'checkLease'> {
  readonly request: Pick<PromotionRequest, 'solution' | 'version' | 'releaseId' | 'tier'> & {
    readonly plan: Pick<Plan, 'mode' | 'data' | 'access'>
  }
  /** Undefined: nothing that is there may be overwritten or deleted, since nobody keeps what was saved of it. */
  readonly promotionId: PromotionId | undefined
}

/** What loading configuration data works with: a release, or source in a rebuilt environment, which has neither a stage nor a release. */
export interface LoadingRun
  extends Pick<BringingRun, 'deps' | 'ctx' | 'attemptId' | 'configuration' | 'environment' | 'target' | 'promotionId' | 'checkLease'> {
  readonly release: Pick<Release, 'solution' | 'configurationData'>
  readonly request: Pick<PromotionRequest, 'solution' | 'version' | 'tier'> & { readonly plan: Pick<Plan, 'mode' | 'data'> }
}

/** An import at work, and the attempt that started it. `asyncOperationId` is null while no operation is known to follow. */
export interface FollowedImport {
  readonly attemptId: AttemptId
  readonly importJobId: string
  readonly asyncOperationId: string | null
}

/** What the steps hand on; every field is JSON, since it is recorded. */
export interface AttemptFacts {
  /** What the target showed before anything was changed; null when the ledger does not hold it. */
  readonly before: TargetBefore | null
  /** Of unmanaged work: the export of what was there when this attempt looked; null where nothing was installed. */
  readonly wayBack?: Digest | null
  readonly uploadId: string
  /** Empty until the import has passed. */
  readonly importJobId: string
  /** The target applies the staged upgrade already, or has done so, whoever started that. */
  readonly isUpgradeBegun?: boolean
  /** An import that an earlier attempt of this promotion started, and that the target knows. */
  readonly earlierImport: FollowedImport | null
}

/** How a step ends: done with a note, or the end of the attempt. */
export type StepEnd =
  | { readonly end: 'done'; readonly note: string; readonly facts?: Partial<AttemptFacts> }
  | { readonly end: 'failed'; readonly refusal: Refusal }
  | { readonly end: 'indeterminate'; readonly message: string }
  /** The plan was made again and is another one: the ledger says so already, and people decide on that. */
  | { readonly end: 'renewed' }
  /** The staged upgrade cannot be applied yet: data can be moved further. */
  | { readonly end: 'migrating'; readonly reasons: readonly Reason[] }

/** One kind of deployment step. What it does to the world it does inside `run.ctx.step`. */
export type AttemptStep = (run: AttemptRun, facts: AttemptFacts) => Promise<StepEnd>
