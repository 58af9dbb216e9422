import type { Decision } from '#domain/approval'
import type { Artifact } from '#domain/artifact'
import type { CheckReport } from '#domain/check'
import type { EnvironmentRecord, Incident, StageHold, UpgradeWorkRecord } from '#domain/drift'
import type { Environment, InstalledSolution } from '#domain/environment'
import type {
  Digest,
  EnvironmentId,
  Instant,
  LedgerEvent,
  PersonId,
  PipelineId,
  PromotionId,
  Refusal,
  ReleaseId,
  Result,
  StageId,
  Version,
} from '#domain/kernel'
import type { Configuration, ConfigurationChange, GateKind, PeopleGateKind, Pipeline } from '#domain/pipeline'
import type { DecidingPlace, GateStatus, Loss, Promotion, RecoveryOffer, Sayable, WatchView, OwedItem } from '#domain/promotion'
import type { RecoveryPlan, RecoveryWork, TrainStep } from '#domain/recovery'
import type { CattleRecord } from '#domain/rebuild'
import type { Release } from '#domain/release'
import type { RevertPlan, TweakDecision } from '#domain/drift'
import type { Lookup, Page } from '#engine/ports'
import type { GateCommands } from './validation/gate-commands.ts'
import type { EvidenceCommands } from './evidence/evidence-commands.ts'
import type { GovernanceCommands } from './governance/governance-commands.ts'
import type { HotfixCommands } from './hotfix/hotfix-commands.ts'
import type { PolicyCommands } from './policy/policy-commands.ts'
import type { OwedCommands } from './emergency/owed-commands.ts'
import type { WaiverCommands } from './waiver/waiver-commands.ts'
import type { DirectoryCommands } from './directory/forget-person.ts'
import type { PeopleCommands } from './people/people-commands.ts'
import type { SignInCommands } from './sign-in/open-session.ts'
import type { TokenCommands } from './tokens/token-commands.ts'
import type { ReadinessCommands } from './readiness/readiness-commands.ts'
import type { HotfixView } from './hotfix/list-hotfixes.ts'
import type { TrainCommands } from './train/train-commands.ts'
import type { CreateCommand } from './cattle/create-cattle.ts'
import type { CattleView } from './cattle/list-cattle.ts'
import type { RebuildCommand, RebuildView } from './cattle/rebuild-environment.ts'
import type { Biography, BiographyAsked } from './care/biography.ts'
import type { IncidentCommand } from './care/record-incident.ts'
import type { RestorePointCommand, RestorePointsView, TakenRestorePoint } from './care/restore-points.ts'
import type { MaskingRules } from '#domain/data'
import type { ConfigurationExport, ConfigurationExportCommand } from './data/configuration-export.ts'
import type { ScanCommand, SeedCommand } from './data/seed-commands.ts'
import type { DataWork } from './data/seed-record.ts'
import type { RescueRecord } from './rescue/events.ts'
import type { RestoreCommand, RestoreView } from './rescue/restore-rescue.ts'
import type { RehearseCommand } from './recovery/rehearse.ts'
import type { RecoveryList } from './recovery/rehearsals.ts'
import type { RepairCommand } from './recovery/repair-rows.ts'
import type { RestoreSandboxCommand, RestoreSandboxView } from './recovery/restore-sandbox.ts'
import type { RollbackCommand } from './recovery/rollback.ts'
import type { ReleasePlan } from './planning/plan-release.ts'
import type { DriftView } from './drift/drift-commands.ts'
import type { ObservationView } from './observation/observe-environment.ts'
import type { LeftoverUpgradeCommand } from './upgrades/leftover-upgrade.ts'
import type { ProtectionChange } from './protection/change-protection.ts'
import type { ProtectionView } from './protection/load-protection.ts'
import type { ConflictCommand } from './protection/decide-conflict.ts'
import type { UnmanagedPlanView } from './protection/plan-unmanaged.ts'

export type { Biography } from './care/biography.ts'
export type { DataWork } from './data/seed-record.ts'
export type { RescueRecord, Restore, RestoredTable } from './rescue/events.ts'
export type { RestorePlace, RestoreView } from './rescue/restore-rescue.ts'

/** A configuration as it is in force: immutable, ledgered. */
export interface ConfigurationVersion {
  /** Ledger sequence of the event that applied it. */
  readonly version: number
  readonly appliedAt: Instant
  /** Whoever brought it into force: its second person, where it took one. */
  readonly appliedBy: string
  /** The first of two people, where it took two. */
  readonly proposedBy?: PersonId
  readonly changes: readonly string[]
  readonly configuration: Configuration
}

/** A configuration that waits for a second person. */
export interface ConfigurationProposal {
  /** sha256 of the canonical JSON of the configuration: what is confirmed. */
  readonly digest: Digest
  readonly proposedBy: PersonId
  readonly proposedAt: Instant
  /** The version in force when it was proposed; it can be confirmed only while that is still in force. */
  readonly basedOn: number
  readonly changes: readonly ConfigurationChange[]
  readonly configuration: Configuration
}

/** The durable work that ends in a sealed release: publish, raise, export, commit, check, seal. */
export interface Preparation {
  readonly releaseId: ReleaseId
  readonly solution: string
  /** Of a release of a hotfix. */
  readonly hotfixId?: string
  readonly requestedBy: PersonId
  readonly startedAt: Instant
  readonly steps: readonly { readonly name: string; readonly note: string; readonly finishedAt: Instant }[]
  readonly status:
    | { readonly state: 'running' }
    | { readonly state: 'sealed' }
    | { readonly state: 'refused'; readonly refusal: Refusal; readonly report: CheckReport | undefined }
    | { readonly state: 'errored'; readonly code: string; readonly message: string; readonly hint?: string }
  readonly artifacts: readonly Artifact[]
}

/** A promotion with its gates as they stand now. */
export interface PromotionView {
  readonly promotion: Promotion
  readonly gates: readonly GateStatus[]
  /** The gates on which the asking person may decide now. */
  readonly mayDecide: readonly PeopleGateKind[]
  /** The places in which the asking person may decide now: their own, and those that they take as a deputy. */
  readonly places: readonly DecidingPlace[]
  /** Gates that it went past and that the asking person may give now, afterwards. */
  readonly maySignOff: readonly PeopleGateKind[]
  /** What the asking person may say now of how its pet stood it. */
  readonly maySay: readonly Sayable[]
  /** Data that goes, and whether the asking person may acknowledge it now. */
  readonly losses: readonly (Loss & { readonly mayAcknowledge: boolean })[]
  /** How far the watch over it is; absent where nobody asks for one. */
  readonly watch?: WatchView
  /** The environment of the stage before, where tests of it run; absent of a first stage. */
  readonly previous?: { readonly environmentId: EnvironmentId; readonly name: string; readonly url: string }
  /** What the place is held for because of it. */
  readonly hold?: StageHold
  readonly offers: readonly RecoveryOffer[]
  readonly events: readonly LedgerEvent[]
}

/** What the ledger says is deployed where. */
export interface Deployment {
  readonly environmentId: string
  readonly solution: string
  readonly version: Version
  readonly releaseId: ReleaseId
  readonly promotionId: PromotionId
  readonly digest: Digest
  readonly commit: string
  readonly deployedAt: Instant
  readonly approvals: readonly Decision[]
  /** Changes in the environment that nobody has said anything about; undefined where it was never assessed. */
  readonly openChanges?: number
  /** Whether more may be there, which could not be seen. */
  readonly isPartlySeen?: boolean
  /** How far the watch after it is; absent where nobody asks for one. */
  readonly watch?: WatchView
  /** From the start of the attempt to its end, in milliseconds. */
  readonly durationMs: number
}

export interface Board {
  readonly pipelines: readonly (Pipeline & {
    readonly stagesWithState: readonly {
      readonly stageId: StageId
      readonly environment: Environment
      readonly deployments: readonly Deployment[]
      readonly promotions: readonly PromotionSummary[]
      /** What the place is held for, of the solutions that go along this pipeline. */
      readonly holds: readonly StageHold[]
    }[]
  })[]
  readonly releases: readonly ReleaseSummary[]
  /** Those that are worked on, and those of which something is owed. */
  readonly hotfixes: readonly HotfixView[]
  /** Gates that promotions went past and still owe, the most urgent first. */
  readonly owed: readonly OwedItem[]
}

export interface PromotionSummary {
  readonly promotionId: PromotionId
  readonly releaseId: ReleaseId
  readonly solution: string
  readonly version: Version
  readonly stageId: StageId
  readonly pipelineId: PipelineId
  readonly state: Promotion['status']['state']
  readonly requestedBy: PersonId
  readonly requestedAt: Instant
  /** Of one that waits: gates whose decision takes too long, with commas between. */
  readonly escalated?: string
}

export interface ReleaseSummary {
  readonly releaseId: ReleaseId
  readonly solution: string
  readonly version: Version | undefined
  readonly state: Preparation['status']['state']
  readonly startedAt: Instant
}

/** Which part of a list: `limit` rows after `after`, the `next` of the page before. */
export type PageRequest = Pick<Lookup, 'limit' | 'after'>

/** Every use case; doors call these and nothing else. `actor` is the authenticated person. A "no" is a Refusal in the Result. */
export interface Engine
  extends WaiverCommands,
    OwedCommands,
    EvidenceCommands,
    GateCommands,
    GovernanceCommands,
    HotfixCommands,
    PolicyCommands,
    PeopleCommands,
    TokenCommands,
    SignInCommands,
    DirectoryCommands,
    ReadinessCommands,
    TrainCommands {
  /** What needs a second person is recorded as a proposal and refused; the refusal names its digest. */
  applyConfiguration(command: { readonly configuration: Configuration; readonly actor: PersonId }): Promise<Result<ConfigurationVersion>>
  /** `actor` is the second person, signed in as themselves. */
  confirmConfiguration(command: { readonly digest: Digest; readonly actor: PersonId }): Promise<Result<ConfigurationVersion>>
  /** Asks for a place to go back to a known good release. */
  rollback(command: RollbackCommand): Promise<Result<PromotionView>>
  /** How a place would come back from what is there now; changes nothing. */
  showRecovery(of: { readonly environmentId: EnvironmentId; readonly solution: string }): Promise<Result<RecoveryPlan>>
  /** The stated way back of promotions that were to go in one after the other; asks for nothing. */
  planTrainRecovery(of: {
    readonly environmentId: EnvironmentId
    readonly promotionIds: readonly PromotionId[]
  }): Promise<Result<readonly TrainStep[]>>
  loadProposal(digest: Digest): Promise<ConfigurationProposal | undefined>
  loadConfiguration(): Promise<ConfigurationVersion | undefined>

  prepareRelease(command: { readonly solution: string; readonly actor: PersonId }): Promise<Result<{ readonly releaseId: ReleaseId }>>
  loadPreparation(releaseId: ReleaseId): Promise<Preparation | undefined>
  loadRelease(releaseId: ReleaseId): Promise<Release | undefined>
  listReleases(page: PageRequest): Promise<Page<ReleaseSummary>>
  loadArtifact(digest: Digest): Promise<Uint8Array>

  requestPromotion(command: {
    readonly releaseId: ReleaseId
    readonly stageId: StageId
    readonly actor: PersonId
    /** The unmanaged artifact, into a protective environment (PET-10). */
    readonly isUnmanaged?: boolean
    /** It cannot wait for gates that are made up for afterwards (REL-12). */
    readonly emergency?: { readonly reason: string }
  }): Promise<Result<PromotionView>>
  decideApproval(command: {
    readonly promotionId: PromotionId
    readonly gate: PeopleGateKind
    readonly verdict: Decision['verdict']
    readonly comment: string
    /** Whose place the person takes as their deputy; undefined: their own, or the only one that they may take. */
    readonly onBehalfOf?: PersonId | undefined
    /** Hash of the plan that the person looked at; undefined: whatever the promotion shows now. */
    readonly seen?: string | undefined
    readonly actor: PersonId
  }): Promise<Result<PromotionView>>
  /** A data owner's word that data of one component of the plan may go: so much at the most, for so many days. */
  acknowledgeLoss(command: {
    readonly promotionId: PromotionId
    /** `kind:key` of the component. */
    readonly subject: string
    readonly ceiling: number
    /** Undefined: as long as policy lets it hold. */
    readonly days?: number | undefined
    readonly comment: string
    readonly actor: PersonId
  }): Promise<Result<PromotionView>>
  withdrawPromotion(command: { readonly promotionId: PromotionId; readonly actor: PersonId }): Promise<Result<PromotionView>>
  /** The word of whoever answers for the solution or its data that data is moved: the staged upgrade is applied. */
  finishMigration(command: {
    readonly promotionId: PromotionId
    readonly comment: string
    readonly actor: PersonId
  }): Promise<Result<PromotionView>>
  /** A person's word on an errored or indeterminate promotion: try again, or believe that it is finished as the target shows. */
  resumePromotion(command: {
    readonly promotionId: PromotionId
    readonly reason: string
    readonly actor: PersonId
  }): Promise<Result<PromotionView>>
  /** Plans a release for a stage: reads, records nothing and changes nothing. */
  planRelease(command: { readonly releaseId: ReleaseId; readonly stageId: StageId }): Promise<Result<ReleasePlan>>
  loadPromotion(promotionId: PromotionId, viewer: PersonId | undefined): Promise<PromotionView | undefined>
  listPromotions(page: PageRequest): Promise<Page<PromotionSummary>>

  /** Restores a pet into its recovery sandbox, or says what that would do. */
  restoreSandbox(command: RestoreSandboxCommand): Promise<Result<RestoreSandboxView>>
  /** Begins to hold rows of a recovery sandbox against those of its pet, and to bring back what is gone. */
  repairRows(command: RepairCommand): Promise<Result<RecoveryWork>>
  /** Begins to go a way back on a recovery sandbox. */
  rehearseRecovery(command: RehearseCommand): Promise<Result<RecoveryWork>>
  /** Rehearsals of a pet, which of its solutions lack one, and work on its sandboxes. */
  listRecoveries(environmentId: EnvironmentId): Promise<Result<RecoveryList>>
  loadRecoveryWork(workId: string): Promise<Result<RecoveryWork>>

  /** What was saved before attempts destroyed it, newest first. */
  listRescues(lookup: { readonly environmentId?: string | undefined }): Promise<readonly RescueRecord[]>
  loadRescue(rescueId: string): Promise<RescueRecord | undefined>

  /** Begins to fill an environment of cattle with masked or made-up rows; rows of a pet wait for the word of somebody who answers for them. */
  seedData(command: SeedCommand): Promise<Result<DataWork>>
  /** Begins to look through an environment for what masking should have kept away. */
  scanData(command: ScanCommand): Promise<Result<DataWork>>
  decideData(command: {
    readonly id: string
    readonly verdict: 'approve' | 'reject'
    readonly comment: string
    readonly actor: PersonId
  }): Promise<Result<DataWork>>
  /** Fillings and looks, newest first. */
  listData(lookup: { readonly environmentId?: string | undefined }): Promise<readonly DataWork[]>
  loadData(id: string): Promise<DataWork | undefined>
  /** Masking rules to begin with, for the tables of an environment or of a solution. */
  proposeDataRules(command: { readonly subject: string; readonly locale: string }): Promise<Result<MaskingRules>>
  /** Begins to write it back, or says what would be written. */
  restoreRescue(command: RestoreCommand): Promise<Result<RestoreView>>

  loadBoard(): Promise<Board>
  /** Reads an environment now. */
  inspectEnvironment(
    environmentId: string,
  ): Promise<Result<{ readonly environment: Environment; readonly solutions: readonly InstalledSolution[] }>>

  /** What deploying the unmanaged artifact would do; exports the target's solution and changes nothing in it. */
  planUnmanaged(ask: { readonly releaseId: ReleaseId; readonly stageId: StageId }): Promise<Result<UnmanagedPlanView>>
  /** Records which side of a conflict holds, and plans again. */
  decideConflict(command: ConflictCommand): Promise<Result<UnmanagedPlanView>>
  /** Who and what may change an environment, read now. */
  loadProtection(environmentId: string): Promise<Result<ProtectionView>>
  /** Blocks or allows unmanaged changes; in a pet at the word of two people. */
  changeProtection(command: ProtectionChange): Promise<Result<ProtectionView>>
  /** What happened to an environment, newest first (PET-15). */
  loadBiography(asked: BiographyAsked): Promise<Result<Biography>>
  recordIncident(command: IncidentCommand): Promise<Result<Incident>>
  /** Read now from the platform, with what the ledger says of them. */
  listRestorePoints(asked: { readonly environmentId: EnvironmentId }): Promise<Result<RestorePointsView>>
  takeRestorePoint(command: RestorePointCommand): Promise<Result<TakenRestorePoint>>

  /** Reads all of an environment, keeps it under its digest, and says whose things are and what a first look must name. */
  observeEnvironment(command: { readonly environmentId: EnvironmentId; readonly actor: PersonId }): Promise<Result<ObservationView>>
  /** What the ledger knows of an environment. */
  loadEnvironmentRecord(environmentId: EnvironmentId): Promise<Result<EnvironmentRecord>>
  /** Records what was last seen of an environment as known good. */
  acceptBaseline(command: {
    readonly environmentId: EnvironmentId
    readonly comment: string
    /** The observation that the person looked at; undefined: the newest. */
    readonly seen?: Digest | undefined
    readonly actor: PersonId
  }): Promise<Result<EnvironmentRecord>>

  /** Looks at an environment now and holds it against what is expected of it. */
  watchDrift(command: { readonly environmentId: EnvironmentId; readonly actor: PersonId }): Promise<Result<DriftView>>
  /** As it was last assessed. */
  loadDrift(environmentId: EnvironmentId): Promise<Result<DriftView>>
  /** Gives a held place free for a solution. */
  resumeStage(command: {
    readonly environmentId: EnvironmentId
    readonly solution: string
    /** What was found, and what it is given free for. */
    readonly reason: string
    readonly actor: PersonId
  }): Promise<Result<EnvironmentRecord>>

  /** Registers a deviation as a tweak. */
  acceptDeviation(command: {
    readonly environmentId: EnvironmentId
    readonly deviation: string
    readonly reason: string
    readonly owner: PersonId
    readonly days: number
    readonly decision: TweakDecision
    readonly actor: PersonId
  }): Promise<Result<DriftView>>
  /** Begins to read changes out of an environment and to propose them on a branch of the source repository. */
  adoptDeviations(command: {
    readonly environmentId: EnvironmentId
    readonly deviations: readonly string[]
    readonly actor: PersonId
  }): Promise<Result<DriftView>>
  /** Asks for a change by hand to be taken away; a second person confirms it. */
  revertDeviation(command: {
    readonly environmentId: EnvironmentId
    readonly deviation: string
    readonly reason: string
    readonly actor: PersonId
  }): Promise<Result<{ readonly view: DriftView; readonly plan: RevertPlan | undefined }>>
  confirmRevert(command: {
    readonly environmentId: EnvironmentId
    readonly deviation: string
    readonly actor: PersonId
  }): Promise<Result<DriftView>>

  /** Applies or withdraws an upgrade that others staged and left behind; unless it is confirmed, the refusal tells what that would do. */
  workLeftoverUpgrade(command: LeftoverUpgradeCommand): Promise<Result<UpgradeWorkRecord>>
  /** How far such work is. */
  loadUpgradeWork(of: { readonly environmentId: EnvironmentId; readonly workId: string }): Promise<Result<UpgradeWorkRecord>>

  /** Rebuilds a cattle environment from source and settings, or tells what that would take; never a pet. */
  rebuildEnvironment(command: RebuildCommand): Promise<Result<RebuildView>>
  /** A person's word that what a rebuild waited for is done. */
  resumeRebuild(command: { readonly environmentId: EnvironmentId; readonly actor: PersonId }): Promise<Result<RebuildView>>
  /** How far a rebuild is. */
  loadRebuild(rebuildId: string): Promise<Result<RebuildView>>
  /** Disposable environments: when each ends, and when it was last rebuilt; also those that are being made. */
  listCattle(): Promise<readonly CattleView[]>
  /** Orders a disposable environment from the platform. */
  createCattle(command: CreateCommand): Promise<Result<CattleRecord>>
  /** Puts off the end of a disposable environment. */
  keepEnvironment(command: {
    readonly environmentId: EnvironmentId
    readonly until: Instant
    readonly reason: string
    readonly actor: PersonId
  }): Promise<Result<CattleRecord>>
  /** Removes a disposable environment now, at its typed name; never a pet. */
  removeEnvironment(command: {
    readonly environmentId: EnvironmentId
    readonly typedName: string
    readonly reason: string
    readonly actor: PersonId
  }): Promise<Result<CattleRecord>>

  /** Reads rows of a development environment that a schema chooses; records nothing and changes nothing. */
  exportConfigurationData(command: ConfigurationExportCommand): Promise<Result<ConfigurationExport>>

  readEvents(after: number, limit: number): Promise<readonly LedgerEvent[]>
  watchEvents(onAppended: (sequence: number) => void): Promise<() => Promise<void>>
}

export type { DriftView, GateKind }
