import type { Environment } from '#domain/environment'
import type { Conditions, Policy } from '#domain/policy'
import type {
  Administrations,
  Anchors,
  Archiving,
  ArtifactStore,
  Clock,
  Directory,
  DurableStarter,
  Environments,
  Fence,
  Hashing,
  Ids,
  Ledger,
  Log,
  Masking,
  NotificationStore,
  ObservationStore,
  PullRequests,
  ReadModel,
  RescueStore,
  Signing,
  SourceControl,
  TokenUses,
} from '#engine/ports'

/** What the use cases need of the world; wired once in app. */
export interface EngineDependencies {
  readonly ledger: Ledger
  /** With the names of people: see directory/personal-details. */
  readonly readModel: ReadModel
  readonly directory: Directory
  readonly tokenUses: TokenUses
  readonly artifacts: ArtifactStore
  readonly observations: ObservationStore
  readonly rescues: RescueStore
  readonly environments: Environments
  readonly administrations: Administrations
  readonly masking: Masking
  readonly signing: Signing
  readonly starter: DurableStarter
  readonly clock: Clock
  readonly ids: Ids
  readonly hashing: Hashing
  readonly policy: Policy
  /** Version of Drover, which reports of checks name. */
  readonly version?: string
  /** Evaluates the conditions of the policy. */
  readonly conditions: Conditions
  /** Absent: no host is asked about pull requests. */
  readonly pullRequests?: PullRequests
  /** What people were told outside; absent: nobody is told. */
  readonly notifications?: NotificationStore
  /** The repository that a configuration names; absent where nothing reads it. */
  openSourceControl?(repository: string): SourceControl
  readonly log: Log
  /** Waits where a durable sleep is not to be had. */
  pause(ms: number): Promise<void>
}

/** What durable work needs besides. */
export interface WorkerDependencies extends EngineDependencies {
  readonly fence: Fence
  readonly anchors: Anchors
  /** Absent: nothing is archived. */
  readonly archiving?: Archiving
  /** The repository that a configuration names. */
  openSourceControl(repository: string): SourceControl
  /** How patiently work on an environment waits. */
  paceOf(environment: Environment): Pace
}

/** How durable work waits, in milliseconds. The shipped values are in {@link shippedPace}. */
export interface Pace {
  /** Between two looks at an asynchronous operation. */
  readonly pollMs: number
  /** How long an import job may stay invisible after its start before "absent" counts as an answer. */
  readonly settleMs: number
  /** How long an operation may show no end before the attempt is held as indeterminate. */
  readonly operationTimeoutMs: number
  /** How often a start that certainly did not arrive is sent again. */
  readonly startAttempts: number
  /** Between two such starts, and before the first that follows one which was turned away for now. */
  readonly retryMs: number
  /** How long a start that is turned away for now (busy, throttled) is tried again. */
  readonly turnedAwayMs: number
}

/**
 * Poll and settle: an import job can be unreadable for its first seconds (dataverse-web-api H, third-party observation, unverified);
 * operation time-out: above the longest documented import of two hours is never seen by us (unverified). Another import may hold the
 * lock of an environment for long; half an hour is our choice.
 */
export const shippedPace: Pace = {
  pollMs: 2_000,
  settleMs: 15_000,
  operationTimeoutMs: 7_200_000,
  startAttempts: 3,
  retryMs: 5_000,
  turnedAwayMs: 1_800_000,
}
