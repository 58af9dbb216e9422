import type { Severity } from '#domain/check'
import type { Role } from '#domain/people'
import type { GateKind, PeopleGateKind } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import type { CalendarPolicy } from './calendar-policy.ts'
import type { ChangeClassPolicy } from './change-class-policy.ts'
import type { ChangePolicy } from './change-policy.ts'
import type { GatePolicy } from './gate-policy.ts'
import type { ReadinessPolicy } from './readiness-policy.ts'
import type { RecoveryDemand, RecoveryPolicy } from './recovery-policy.ts'
import type { ConditionalDemand } from './conditions.ts'
import type { Positions } from './positions-policy.ts'
import type { Sourced } from './sourced.ts'
import type { CompletionPolicy, StructurePolicy } from './structure-policy.ts'
import type { TierScoring } from './tier-policy.ts'
import type { EmergencyPolicy } from './emergency-policy.ts'
import type { EvidencePolicy } from './evidence-policy.ts'
import type { HotfixPolicy } from './hotfix-policy.ts'
import type { TrainPolicy } from './train-policy.ts'
import type { WaiverPolicy } from './waiver-policy.ts'
import type { NotificationPolicy } from './notification-policy.ts'
import type { PeoplePolicy } from './people-policy.ts'
import type { RaciPolicy } from './raci-policy.ts'
import type { SignInPolicy } from './sign-in-policy.ts'

/** What one tier asks of a stage. */
export interface TierPolicy {
  /** Severity from which findings block; undefined: findings inform only. */
  readonly checksBlockFrom: Sourced<Severity | undefined>
  /** Gates demanded before any stage after Dev. */
  readonly everyStage: Sourced<readonly GateKind[]>
  /** Gates demanded before a stage whose environment is a pet. */
  readonly pet: Sourced<readonly GateKind[]>
  /** How many different people must be among requester and approvers on the way into a pet. */
  readonly distinctPeople: Sourced<number>
  /** Gates of one promotion that no person may decide two of (ROL-07). */
  readonly separatedGates: Sourced<readonly PeopleGateKind[]>
  readonly reviewWindowHours: Sourced<number>
  /** False: the tier stays in its maker's workspace. */
  readonly mayEnterPet: Sourced<boolean>
  /** True: only managed artifacts go into targets. */
  readonly managedOnly: Sourced<boolean>
  /** How many data owners must acknowledge each table or column whose data goes. */
  readonly lossAcknowledgers: Sourced<number>
  /** True: an upgrade that destroys data is staged first, with a window in which the data is moved (PET-12). */
  readonly stagesUpgrades: Sourced<boolean>
  /** How long what was rescued before a step is kept, in days. */
  readonly rescueKeptDays: Sourced<number>
  /** Before a promotion into a pet: without a restore point it goes on (`wanted`) or ends before anything was changed (`required`). */
  readonly restorePoint: Sourced<'required' | 'wanted'>
  /** How well the way back from a promotion into a pet must be known, and tested; never waived (REL-08). */
  readonly recovery: Sourced<RecoveryDemand>
}

export interface Policy {
  readonly version: string
  /** Age from which a check report no longer opens a gate (PIP-07). */
  readonly checksValidForDays: Sourced<number>
  /** Roles of whom one is enough to prepare a release or ask for a promotion. */
  readonly mayRequest: Sourced<readonly Role[]>
  /** Roles of whom one is needed to be named at a gate. */
  readonly gateRoles: Readonly<Record<PeopleGateKind, Sourced<readonly Role[]>>>
  readonly tiers: Readonly<Record<Tier, TierPolicy>>
  readonly care: CarePolicy
  readonly changes: ChangePolicy
  readonly recoveries: RecoveryPolicy
  readonly hotfix: HotfixPolicy
  readonly tierScoring: TierScoring
  readonly structure: StructurePolicy
  readonly completion: CompletionPolicy
  readonly waivers: WaiverPolicy
  readonly emergencies: EmergencyPolicy
  readonly readiness: ReadinessPolicy
  readonly people: PeoplePolicy
  readonly raci: RaciPolicy
  readonly gates: GatePolicy
  readonly evidence: EvidencePolicy
  readonly sandboxes: SandboxPolicy
  readonly changeClasses: ChangeClassPolicy
  /** Gates that are demanded only where a condition holds, by id. */
  readonly demands: Readonly<Record<string, Sourced<ConditionalDemand>>>
  /** What is held where the sources disagree. */
  readonly positions: Positions
  readonly signIn: SignInPolicy
  readonly notifications: NotificationPolicy
  readonly trains: TrainPolicy
  readonly calendar: CalendarPolicy
}

/** What it takes to bring the rows of a pet into a recovery sandbox, and how long they stay. */
export interface SandboxPolicy {
  /** How many people must want it, one of whom answers for the data of the pet. */
  readonly people: Sourced<number>
  /** How many people must want a repair that makes rows and fills what is empty; one that writes over values takes {@link people}. */
  readonly repairPeople: Sourced<number>
  /** Hours for which the word of the first waits for the second. */
  readonly wordHolds: Sourced<number>
  /** Hours after which a restore that shows no end is left to a person. */
  readonly restoreHours: Sourced<number>
  /** Days after which a restored sandbox is to be cleared away. */
  readonly keptDays: Sourced<number>
  /** Days before that at which people are warned. */
  readonly warnedDays: Sourced<number>
}

/** How environments are watched over. */
export interface CarePolicy {
  /** Hours after which an environment is observed again. */
  readonly observeEveryHours: Sourced<number>
  /** So many hours before {@link foreignImportHours} are over an environment is looked at in any case, so that a look that failed can be repeated. */
  readonly observeMarginHours: Sourced<number>
  /** An unregistered tweak that is older than this many days is a finding (PET-08). */
  readonly unregisteredTweakDays: Sourced<number>
  /** Within how many hours an import that was not ours must have been found (PIP-19). */
  readonly foreignImportHours: Sourced<number>
  /** Longest time for which a tweak may be accepted, in days. */
  readonly tweakDays: Sourced<number>
  /** Longest time for which an acknowledgement of a loss may hold, in days. */
  readonly acknowledgementDays: Sourced<number>
  /** Requests that counting for one plan may take. */
  readonly countingRequests: Sourced<number>
  /** How many people must want a deed that ends something in a pet (PET-02). */
  readonly graveDeedPeople: Sourced<number>
  /** How old the restore point before such a deed may be, in minutes. */
  readonly graveDeedRestorePointMinutes: Sourced<number>
  /** Roles of whom one is enough to write an incident into the biography of an environment; its owner always may. */
  readonly mayRecordIncident: Sourced<readonly Role[]>
  /** Roles of whom one is enough to have a restore point taken by hand; the owner of the environment always may. */
  readonly mayTakeRestorePoint: Sourced<readonly Role[]>
  /** A cattle environment that was not rebuilt for so many days is said to be (PET-03). */
  readonly rebuildDays: Sourced<number>
  /** How many days before its end a disposable environment is warned about (TOP-15). */
  readonly endWarningDays: Sourced<number>
  /** The most by which one word may put off the end of a disposable environment, in days. */
  readonly keepDays: Sourced<number>
}
