import type { Decision } from '#domain/approval'
import type { Artifact } from '#domain/artifact'
import type { CheckReport } from '#domain/check'
import type { ChangeRequest, StageHold } from '#domain/drift'
import type { Environment } from '#domain/environment'
import type {
  Digest,
  EnvironmentId,
  Instant,
  LedgerEvent,
  PersonId,
  PipelineId,
  PromotionId,
  Reason,
  Refusal,
  ReleaseId,
  StageId,
  Version,
} from '#domain/kernel'
import type { RolesSince } from '#domain/people'
import type { Configuration, ConfigurationChange, GateKind, PeopleGateKind, Pipeline } from '#domain/pipeline'
import type { DecidingPlace, GateStatus, Loss, Promotion, RecoveryOffer, Sayable, WatchView, OwedItem } from '#domain/promotion'
import type { Lookup } from '#engine/ports'
import type { ConfigurationCommands } from './configuration-commands.ts'
import type { ReleaseCommands } from './preparation/release-commands.ts'
import type { PromotionCommands } from './promotion/promotion-commands.ts'
import type { RecoveryCommands } from './recovery/recovery-commands.ts'
import type { RescueCommands } from './rescue/rescue-commands.ts'
import type { DataCommands } from './data/data-commands.ts'
import type { ProtectionCommands } from './protection/protection-commands.ts'
import type { CareCommands } from './care/care-commands.ts'
import type { ObservationCommands } from './observation/observation-commands.ts'
import type { DeviationCommands } from './drift/deviation-commands.ts'
import type { UpgradeCommands } from './upgrades/upgrade-commands.ts'
import type { CattleCommands } from './cattle/cattle-commands.ts'
import type { GateCommands } from './validation/gate-commands.ts'
import type { EvidenceCommands } from './evidence/evidence-commands.ts'
import type { GovernanceCommands } from './governance/governance-commands.ts'
import type { HotfixCommands } from './hotfix/hotfix-commands.ts'
import type { PolicyCommands } from './policy/policy-commands.ts'
import type { OwedCommands } from './emergency/owed-commands.ts'
import type { WaiverCommands } from './waiver/waiver-commands.ts'
import type { DirectoryCommands } from './directory/forget-person.ts'
import type { NotificationCommands } from './notifications/notification-commands.ts'
import type { PeopleCommands } from './people/people-commands.ts'
import type { SignInCommands } from './sign-in/open-session.ts'
import type { TokenCommands } from './tokens/token-commands.ts'
import type { ReadinessCommands } from './readiness/readiness-commands.ts'
import type { HotfixView } from './hotfix/list-hotfixes.ts'
import type { Train } from '#domain/train'
import type { Waiting } from './queries/waiting.ts'
import type { TrainCommands } from './train/train-commands.ts'
import type { DriftView } from './drift/drift-commands.ts'

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
  /** Since when people have their roles; absent of a version that was just applied. */
  readonly rolesSince?: RolesSince
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
  /** What a yes to it as it stands names: {@link seenText}. */
  readonly seen: string
  /** What nobody can tell of its plan, and whether the asking person may answer for it now. */
  readonly unknown: readonly Reason[]
  readonly mayAcknowledgeUnknown: boolean
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
  /** Releases that travel together, and are not all in yet. */
  readonly trains: readonly Train[]
  readonly releases: readonly ReleaseSummary[]
  /** Those that are worked on, and those of which something is owed. */
  readonly hotfixes: readonly HotfixView[]
  /** Gates that promotions went past and still owe, the most urgent first. */
  readonly owed: readonly OwedItem[]
  /** What owners of solutions are asked to take into the source, the one that waits longest first; absent where nothing waits. */
  readonly changeRequests?: readonly ChangeRequest[]
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
  extends CareCommands,
    CattleCommands,
    ConfigurationCommands,
    DataCommands,
    DeviationCommands,
    DirectoryCommands,
    EvidenceCommands,
    GateCommands,
    GovernanceCommands,
    HotfixCommands,
    ObservationCommands,
    NotificationCommands,
    OwedCommands,
    PeopleCommands,
    PolicyCommands,
    PromotionCommands,
    ProtectionCommands,
    ReadinessCommands,
    RecoveryCommands,
    ReleaseCommands,
    RescueCommands,
    SignInCommands,
    TokenCommands,
    TrainCommands,
    UpgradeCommands,
    WaiverCommands {
  loadBoard(): Promise<Board>
  /** What waits for a word of that person. */
  listWaiting(viewer: PersonId): Promise<Waiting>
  readEvents(after: number, limit: number): Promise<readonly LedgerEvent[]>
  watchEvents(onAppended: (sequence: number) => void): Promise<() => Promise<void>>
}

export type { DriftView, GateKind }
