import type { ApprovalBinding, Decision } from '#domain/approval'
import type { FlowState, RecoveryWayKind, UpgradeDeed } from '#domain/environment'
import type {
  AttemptId,
  Digest,
  EnvironmentId,
  Instant,
  LedgerEvent,
  NewEvent,
  PersonId,
  PipelineId,
  PromotionId,
  Reason,
  Refusal,
  ReleaseId,
  StageId,
  Version,
} from '#domain/kernel'
import type { ConditionKind, GateDefinition, GateKind, PeopleGateKind } from '#domain/pipeline'
import type { Plan, RescueItem, StepKind } from '#domain/plan'
import type { RecoveryPlan } from '#domain/recovery'
import type { Escalation } from './escalation.ts'
import type { Tier } from '#domain/solution'
import type { Waiver } from '#domain/waiver'
import type { SignOff } from './owed.ts'
import type { Validation } from './validation.ts'

/**
 * What a promotion is for. `recovery` returns a stage to a known good state, from the promotion `of` where one went wrong; `hotfix` services
 * what production runs, beside the next release.
 */
export type PromotionIntent =
  | { readonly kind: 'release' }
  | {
      readonly kind: 'recovery'
      readonly way: RecoveryWayKind
      readonly of: PromotionId | undefined
      readonly reason: string
      /** What it goes back to was brought by others: a release has its version, which proves neither its content nor that it passed any gate there. */
      readonly isOfOthers?: true
      /** Of an uninstallation: the name of the environment, as whoever asked for it typed it. */
      readonly typedName?: string
    }
  | {
      readonly kind: 'hotfix'
      readonly hotfixId: string
      readonly reason: string
      /** Gates of the stage that are not waited for (PIP-06); those of people are owed within so many working days after it arrived. */
      readonly notWaitedFor: readonly GateDefinition[]
      readonly signOffWorkingDays: number
      /** Dates that are no working days, as policy had them when it was asked for; absent: none. */
      readonly holidays?: readonly string[]
    }
  /** A release that goes past gates which people would open later: a reason, a second person, an end, and every gate still owed (REL-12). */
  | {
      readonly kind: 'emergency'
      readonly reason: string
      readonly notWaitedFor: readonly GateDefinition[]
      readonly signOffWorkingDays: number
      readonly holidays?: readonly string[]
      /** An attempt must have begun until then. */
      readonly expiresAt: Instant
    }

/** What a promotion is about; fixed when it is requested. */
export interface PromotionRequest {
  readonly promotionId: PromotionId
  readonly releaseId: ReleaseId
  readonly solution: string
  readonly version: Version
  readonly tier: Tier
  readonly pipelineId: PipelineId
  readonly stageId: StageId
  readonly environmentId: EnvironmentId
  readonly requestedBy: PersonId
  readonly requestedAt: Instant
  /** Ledger sequence of the configuration version in force. */
  readonly configurationVersion: number
  /** The gates of the stage, and those that the tier adds. */
  readonly gates: readonly GateDefinition[]
  readonly plan: Plan
  readonly boundTo: ApprovalBinding
  /** Why the machine gates that were evaluated at the request are open, in words. */
  readonly evidence: readonly { readonly gate: GateKind; readonly reason: string }[]
  /** Hours that must pass between request and start (0 where the tier asks none). */
  readonly reviewWindowHours: number
  /** Version of the policy that demanded these gates (AUD-05). */
  readonly policyVersion: string
  /** Absent: a release as any other. */
  readonly intent?: PromotionIntent
  /** Of a release that travels with others: which train, and at which place of it, from 1. */
  readonly train?: { readonly trainId: string; readonly position: number }
  /** How the target comes back from it, as known when it was asked for; absent where nothing asks for it. */
  readonly recovery?: RecoveryPlan
  /** What the tier asks of the people: how many different ones, and which gates no person may decide two of (ROL-07). */
  readonly separation: {
    readonly distinctPeople: number
    readonly separatedGates: readonly PeopleGateKind[]
    /** Who made the release, and which gates they may not decide, whoever asked; absent where the tier keeps none apart. */
    readonly creator?: { readonly by: PersonId; readonly decidesNot: readonly PeopleGateKind[] }
  }
}

export type StepOutcome = 'done' | 'skipped'

export interface StepRecord {
  readonly step: StepKind
  readonly startedAt: Instant
  readonly finishedAt: Instant | undefined
  readonly outcome: StepOutcome | undefined
  readonly note: string | undefined
}

export interface Attempt {
  readonly id: AttemptId
  readonly startedAt: Instant
  readonly finishedAt: Instant | undefined
  readonly steps: readonly StepRecord[]
  /** Ids of outside jobs, chosen or learned before they can be lost. */
  readonly jobs: {
    readonly importJobId: string | undefined
    readonly asyncOperationId: string | undefined
    /** Undefined while the job is only chosen. */
    readonly importState: ImportState | undefined
    /** The platform's own log of the import, kept as it was when the import ended; absent where it showed none. */
    readonly importLog?: Digest
    /** Absent until it is about to apply or withdraw a staged upgrade. */
    readonly upgrade?: UpgradeJob
    /** Absent until it is about to take a solution away. */
    readonly uninstall?: UninstallJob
  }
  /** Undefined until it has looked, and when it follows the import of an attempt before it. */
  readonly before: TargetBefore | undefined
  /** Absent unless it ended later than the stage took promotions; what had begun was carried to its end. */
  readonly outlasted?: OutlastedWindow
}

/** By how much an attempt was longer than the time in which its stage took promotions. */
export interface OutlastedWindow {
  readonly closedAt: Instant
  readonly byMs: number
}

/** What became of a job: sent and of no known end; certainly not arrived; or its end, read from the target. */
export type JobState = 'sent' | 'not-arrived' | 'passed' | 'failed'

/** Of an import also `in-part`: its result names failures, and what did not fail may be there. One that `failed` was rolled back. */
export type ImportState = JobState | 'in-part'

/** What became of the start that applies or withdraws a staged upgrade; in the words of an import. */
export interface UpgradeJob {
  readonly deed: UpgradeDeed
  readonly state: JobState
  readonly asyncOperationId?: string
}

/** What became of the start that uninstalls a solution; in the words of an import. */
export interface UninstallJob {
  readonly state: JobState
  readonly asyncOperationId?: string
}

/** The time between staging an upgrade and applying it, in which data is moved (PET-12). */
export interface Migration {
  /** The attempt that staged it. */
  readonly attemptId: AttemptId
  readonly openedAt: Instant
  /** What was decided last: undefined while data is moved. Attempts that start afterwards do that. */
  readonly decided: { readonly deed: UpgradeDeed; readonly by: PersonId; readonly comment: string; readonly at: Instant } | undefined
}

/** What the target showed before an attempt changed anything in it. */
export interface TargetBefore {
  /** Active layers with changes, on any component that the solution may share. */
  readonly layers: readonly { readonly kind: string; readonly componentId: string }[]
  readonly flows: readonly { readonly id: string; readonly state: FlowState }[]
}

/** The tag that a promotion to production leaves could not be set, up to now. */
export interface TagFailure {
  readonly message: string
  readonly tries: number
  readonly lastTriedAt: Instant
}

/** A data owner's word that data of one table or column may go. */
export interface LossAcknowledgement {
  /** `kind:key` of the component that is destroyed. */
  readonly subject: string
  readonly by: PersonId
  readonly at: Instant
  /** So many rows or values at the most. */
  readonly ceiling: number
  readonly expiresAt: Instant
  readonly comment: string
  /** The artifact that it was given for. */
  readonly artifact: Digest
}

/** A named person's word that a promotion may go in although nobody can tell these lines of its plan. */
export interface UnknownAcknowledgement {
  readonly by: PersonId
  readonly at: Instant
  readonly comment: string
  /** The lines as they were shown. */
  readonly of: readonly Reason[]
  /** The artifact that it was given for. */
  readonly artifact: Digest
}

/** What was saved before an attempt destroyed it. */
export interface Rescue {
  readonly id: string
  readonly savedAt: Instant
  readonly keepUntil: Instant
  readonly items: readonly (RescueItem & {
    readonly rows: number
    /** Of the stored, encrypted bytes. */
    readonly digest: Digest
    readonly size: number
  })[]
}

/** What an unmanaged deployment overwrote is nowhere else: it is exported before, and kept with the artifacts. */
export interface WayBack {
  readonly attemptId: AttemptId
  /** Undefined where nothing was installed. */
  readonly exported: Digest | undefined
  /** What is sent, beside the sealed artifact that it was made from. */
  readonly sends: Digest | undefined
  readonly sealed: Digest
}

/**
 * failed: the world said no; errored: we broke, may be retried; indeterminate: nobody can tell yet, a person decides.
 */
export type PromotionState =
  | { readonly state: 'pending' }
  | { readonly state: 'running'; readonly attempt: Attempt }
  /** The upgrade is staged, and data can be moved until somebody says that it is done (PET-12). */
  | { readonly state: 'migrating'; readonly attempt: Attempt; readonly since: Instant; readonly reasons: readonly Reason[] }
  | { readonly state: 'succeeded'; readonly attempt: Attempt; readonly verification: readonly string[] }
  /** Resumable: the import is in, and what came after it was refused. */
  | { readonly state: 'failed'; readonly attempt: Attempt; readonly refusal: Refusal; readonly isResumable: boolean }
  | { readonly state: 'errored'; readonly attempt: Attempt; readonly code: string; readonly message: string }
  | { readonly state: 'indeterminate'; readonly attempt: Attempt; readonly message: string }
  | { readonly state: 'rejected'; readonly by: PersonId; readonly comment: string }
  | { readonly state: 'withdrawn'; readonly by: PersonId }

export interface Promotion {
  readonly request: PromotionRequest
  readonly decisions: readonly Decision[]
  readonly status: PromotionState
  /** Attempts before the one in `status`. */
  readonly earlierAttempts: readonly Attempt[]
  readonly acknowledgements: readonly LossAcknowledgement[]
  readonly rescues: readonly Rescue[]
  /** Of unmanaged work: what was there before the import; absent until it is kept, and in every other mode. */
  readonly wayBack?: WayBack
  /** Undefined until its upgrade is staged, and in every mode that stages none. */
  readonly migration: Migration | undefined
  /** What changed in the plan after people had decided on it, and lapsed their decisions: they are asked about this alone. */
  readonly renewed: { readonly at: Instant; readonly differences: readonly Reason[]; readonly noted: readonly Reason[] } | undefined
  readonly tag: string | undefined
  /** Undefined when the tag is set, or none was tried. */
  readonly tagFailure: TagFailure | undefined
  /** Words that were given afterwards at gates that it had not waited for; absent: none. */
  readonly signOffs?: readonly SignOff[]
  /** The waivers that were leaned on when the newest attempt began, as they were then; absent: none. */
  readonly leansOn?: readonly Waiver[]
  /** What people said of it after it had gone in; absent: nothing. */
  readonly validations?: readonly Validation[]
  /** Who answers for what nobody can tell of its plan; absent: nobody does. */
  readonly unknownAcknowledged?: readonly UnknownAcknowledgement[]
  /** Decisions that took too long, and who was told; absent: none. */
  readonly escalations?: readonly Escalation[]
}

/** A gate, or whether the request still holds, as it stands: open, pending (may still open) or closed (will not), each with its reasons. */
export interface GateStatus {
  readonly kind: ConditionKind
  readonly state: 'open' | 'pending' | 'closed'
  readonly reasons: readonly Reason[]
  /** Something of what it looked at could not be told: where it is open, it is not to be shown as if all were well. */
  readonly hasUnknown?: boolean
  /** Of one that is not open: whether somebody has to do something (`fix`), or it clears with time or the work of others alone (`wait`). */
  readonly next?: 'fix' | 'wait'
  /** Who is accountable for it, by name or role (RACI); absent: nobody was told. */
  readonly accountable?: string
  /** The waiver by which it is open. */
  readonly waiverId?: string
}

interface PromotionEventData {
  'promotion-requested': { readonly request: PromotionRequest }
  'approval-decided': { readonly decision: Decision }
  'promotion-withdrawn': { readonly by: PersonId }
  'loss-acknowledged': { readonly acknowledgement: LossAcknowledgement }
  'unknown-acknowledged': { readonly acknowledgement: UnknownAcknowledgement }
  /**
   * The target was seen again. What is material in the plan changed by `differences`, if any, and decisions bound to the plan before lapse;
   * `noted` changed besides. With an attempt: it ends here, and the promotion waits for decisions again.
   */
  'plan-renewed': {
    readonly plan: Plan
    readonly boundTo: ApprovalBinding
    readonly recovery?: RecoveryPlan
    readonly differences: readonly Reason[]
    readonly noted: readonly Reason[]
    readonly attemptId?: AttemptId
  }
  /** A decision takes longer than policy gives it. */
  'gate-escalated': { readonly escalation: Escalation }
  'way-back-kept': { readonly attemptId: AttemptId; readonly wayBack: WayBack }
  /** The request that deletes a component is about to be sent: whoever finds this already there asks first what became of it. */
  'removal-sent': { readonly attemptId: AttemptId; readonly component: string; readonly id: string }
  'rescue-saved': { readonly attemptId: AttemptId; readonly rescue: Rescue }
  /** The holding solution is in; the attempt ends here, and a later one applies the upgrade. With reasons: it could not, for these. */
  'migration-opened': { readonly attemptId: AttemptId; readonly reasons?: readonly Reason[] }
  'migration-finished': { readonly by: PersonId; readonly comment: string }
  /** The staged upgrade is to be deleted; when it is, the promotion is withdrawn. */
  'migration-withdrawn': { readonly by: PersonId }
  /** `resumes` and `reason` are there when a person had it tried again; one that `followsOnly` sends no import of its own. */
  'attempt-started': {
    readonly attemptId: AttemptId
    readonly resumes?: AttemptId
    readonly reason?: string
    readonly followsOnly?: boolean
    /** The waivers that it leans on, as they are now. */
    readonly waivers?: readonly Waiver[]
  }
  /** The stage takes nothing now: the attempt ends before it changed anything, and the promotion waits, with all that people said of it. */
  'attempt-postponed': { readonly attemptId: AttemptId; readonly reasons: readonly Reason[] }
  /** The attempt goes on, or has ended, after the stage stopped taking promotions. */
  'window-outlasted': { readonly attemptId: AttemptId; readonly outlasted: OutlastedWindow }
  'step-started': { readonly attemptId: AttemptId; readonly step: StepKind }
  /** The ids were chosen or learned; recorded so that they are never lost. */
  'job-recorded': {
    readonly attemptId: AttemptId
    readonly importJobId?: string
    readonly asyncOperationId?: string
    readonly importState?: ImportState
    readonly importLog?: Digest
    readonly upgrade?: UpgradeJob
    readonly uninstall?: UninstallJob
  }
  'target-observed': { readonly attemptId: AttemptId; readonly before: TargetBefore }
  'step-finished': { readonly attemptId: AttemptId; readonly step: StepKind; readonly outcome: StepOutcome; readonly note?: string }
  'attempt-succeeded': { readonly attemptId: AttemptId; readonly verification: readonly string[] }
  'attempt-failed': { readonly attemptId: AttemptId; readonly refusal: Refusal; readonly isResumable?: boolean }
  'attempt-errored': { readonly attemptId: AttemptId; readonly code: string; readonly message: string }
  'attempt-indeterminate': { readonly attemptId: AttemptId; readonly message: string }
  'promotion-tagged': { readonly tag: string; readonly commit: string }
  'promotion-validated': { readonly validation: Validation }
  'promotion-tag-failed': { readonly message: string }
  'sign-off-given': { readonly signOff: SignOff }
}

export type PromotionEventType = keyof PromotionEventData
export type NewPromotionEvent = { [T in PromotionEventType]: NewEvent<T, PromotionEventData[T]> }[PromotionEventType]
export type PromotionEvent = { [T in PromotionEventType]: LedgerEvent<T, PromotionEventData[T]> }[PromotionEventType]
