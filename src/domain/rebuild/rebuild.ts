import type { Decision } from '#domain/approval'
import type { EnvironmentSpec, InstalledSolution } from '#domain/environment'
import type {
  Digest,
  EnvironmentId,
  Instant,
  LedgerEvent,
  NewEvent,
  PersonId,
  PipelineId,
  PromotionId,
  Refusal,
  ReleaseId,
  StageId,
  Version,
} from '#domain/kernel'

/** What the configuration and the ledger say belongs into an environment. */
export type WantedSolution = WantedSource | WantedRelease

/** Unmanaged source in a development environment. */
export interface WantedSource {
  readonly kind: 'source'
  readonly solution: string
  /** Undefined: the newest of the main branch, which is named when it is brought. */
  readonly commit: string | undefined
}

/** Released managed bytes. */
export interface WantedRelease {
  readonly kind: 'release'
  readonly solution: string
  readonly version: Version
  readonly releaseId: ReleaseId
  readonly digest: Digest
  /** The stage whose settings it takes; undefined for what source needs beside it. */
  readonly stage: { readonly pipelineId: PipelineId; readonly stageId: StageId } | undefined
  /** The promotion that brought it here earlier, where another release is deployed now; once it is there again, that is what is deployed. */
  readonly ranBy?: PromotionId
}

/** What only a person can do: who, where, and what exactly. */
export interface HumanStep {
  readonly who: string
  readonly where: string
  readonly what: string
}

/** Something that a rebuild needs, and who sees to it. */
export interface Prerequisite {
  readonly about: 'environment' | 'language' | 'solution' | 'group' | 'application-user' | 'capacity' | 'connection' | 'settings' | 'data'
  readonly subject: string
  /** `machine`: missing, and Drover does it; `unknown`: cannot be told, and so never counts as there. */
  readonly state: 'there' | 'machine' | 'person' | 'unknown'
  readonly message: string
  /** Given where the state is `person`. */
  readonly step?: HumanStep
}

/** A connection of the old environment, by which its successor is found. */
export interface OldConnection {
  readonly id: string
  readonly connectorId: string
  readonly displayName: string | undefined
  readonly owner: string | undefined
}

/** What an environment is rebuilt to, and what that takes. */
export interface RebuildPlan {
  readonly environmentId: EnvironmentId
  readonly name: string
  /** In the order in which they are brought: what others need comes first. */
  readonly solutions: readonly WantedSolution[]
  /** Unmanaged or foreign solutions that are there and are not brought again. */
  readonly goes: readonly Pick<InstalledSolution, 'uniqueName' | 'version' | 'isManaged'>[]
  readonly prerequisites: readonly Prerequisite[]
  /** Why it cannot begin; empty: it can. */
  readonly blockers: readonly Refusal[]
}

/** What the work has to know and could not read any more once the old environment is gone. */
export interface RebuildOrder {
  readonly plan: RebuildPlan
  /** Id of the old environment at the platform; undefined: it was gone before. */
  readonly oldPlatformId: string | undefined
  /** What the new one shall be; undefined: it could not be told. */
  readonly spec: EnvironmentSpec | undefined
  readonly isManaged: boolean
  readonly connections: readonly OldConnection[]
  /** Logical name of a connection reference → id of the connection that it had. */
  readonly bindings: Readonly<Record<string, string>>
  /** What solutions here need of others that nobody brings; absent in older ledgers, and where nothing is needed. */
  readonly applications?: NeededApplications
  /** Fillings of the old environment that are done again in the new one, in order; absent in older ledgers. */
  readonly fillings?: readonly Filling[]
}

/** Solutions of others that the new environment has to have, and by which applications of the platform they come. */
export interface NeededApplications {
  /** Unique names of solutions. */
  readonly solutions: readonly string[]
  /** Unique names of applications that the old environment had. */
  readonly had: readonly string[]
}

/** How an environment was filled with rows, as far as it has to be known to do that again. */
export interface Filling {
  /** Of the filling in the ledger: its rules and its seed stand there. */
  readonly id: string
  readonly tables: readonly string[]
  /** Name of the environment that the rows are from; absent: they are made up. */
  readonly from?: string
  /** Whether an owner of that environment's data has to agree anew: what its rows say now is not what they said then. */
  readonly needsWord: boolean
  /** Why it may not be done again, in a sentence. */
  readonly refused?: string
}

/** What became of the connection ids that drover.yaml names for the environment. */
export type RebuildSettings =
  /** Whoever ordered the rebuild may apply a configuration: a version of their own holds the new ids. */
  | { readonly state: 'in-force'; readonly version: number }
  /** Recorded, and waits for the word of somebody who may; `why` is what the configuration said to whoever ordered it. */
  | { readonly state: 'waiting'; readonly why: string }

/** A connection of the old environment and the one that stands for it in the new one. */
export interface MappedConnection {
  readonly from: string
  readonly to: string
  readonly connectorId: string
  readonly displayName: string | undefined
}

/** A package that is in the environment now. */
export interface BroughtSolution {
  readonly solution: string
  readonly version: Version
  readonly digest: Digest
  readonly isManaged: boolean
}

/** A release that was deployed in the environment before, and is again, as the promotion tells it that brought it first. */
export interface DeployedAgain {
  readonly environmentId: EnvironmentId
  readonly lane: string
  readonly solution: string
  readonly version: Version
  readonly releaseId: ReleaseId
  readonly promotionId: PromotionId
  readonly digest: Digest
  readonly approvals: readonly Decision[]
  /** Of the attempt that brought it first, in milliseconds. */
  readonly durationMs: number
}

/** Whether the environment is what it should be, by solution. */
export interface Comparison {
  readonly solution: string
  readonly isEqual: boolean
  /** How it was told, or what differs; the first few. */
  readonly notes: readonly string[]
}

export type RebuildStatus =
  | { readonly state: 'running' }
  /** All that the machine can do without them is done. */
  | { readonly state: 'waiting'; readonly steps: readonly HumanStep[] }
  | { readonly state: 'done'; readonly comparisons: readonly Comparison[] }
  /** The world said no; resumed, it goes on where it was. */
  | { readonly state: 'failed'; readonly refusal: Refusal }
  | { readonly state: 'errored'; readonly code: string; readonly message: string; readonly hint?: string }
  | { readonly state: 'indeterminate'; readonly message: string }

/** The document behind `drover env rebuild`. Its stream is `rebuild/<id>`. */
export interface RebuildRecord {
  readonly id: string
  readonly environmentId: EnvironmentId
  readonly lane: string
  readonly by: PersonId
  readonly startedAt: Instant
  readonly order: RebuildOrder
  /** How often it was started: 1, and one more for each time that it was resumed. */
  readonly run: number
  readonly status: RebuildStatus
  readonly steps: readonly { readonly name: string; readonly note: string; readonly finishedAt: Instant }[]
  /** What was brought already, in order. */
  readonly brought: readonly BroughtSolution[]
  /** Imports that it sent: they are nobody else's. */
  readonly imports: readonly { readonly solution: string; readonly importJobId: string }[]
  /** Whether anything was asked of the platform that changes the environment. */
  readonly hasBegun: boolean
  /** Id of the new environment at the platform, once it is there. */
  readonly newPlatformId: string | undefined
  readonly mapped: readonly MappedConnection[]
  /** Undefined: the settings name nothing that has another id now, or that is not known yet. */
  readonly settings: RebuildSettings | undefined
  readonly finishedAt: Instant | undefined
  /** How long machines worked, and how long it waited for people; up to the last entry. */
  readonly machineMs: number
  readonly humanMs: number
  /** When the present stretch of work or waiting began. */
  readonly since: Instant
}

interface RebuildEventData {
  'rebuild-started': {
    readonly rebuildId: string
    readonly environmentId: EnvironmentId
    readonly lane: string
    readonly order: RebuildOrder
  }
  /** Written before a request that must not be sent blindly again, and when something of it is learned. `solution` is that of an import, `id` its job. */
  'rebuild-request': { readonly what: string; readonly state: string; readonly id?: string; readonly solution?: string }
  'rebuild-step': { readonly name: string; readonly note: string }
  'rebuild-environment-made': { readonly platformId: string; readonly url: string }
  'rebuild-connections-mapped': { readonly mapped: readonly MappedConnection[] }
  'rebuild-settings': RebuildSettings
  /** `deployed`: what is deployed there from now on, where that is another release than before; since when, the entry tells. */
  'rebuild-solution-brought': BroughtSolution & { readonly note: string; readonly deployed?: DeployedAgain }
  'rebuild-waiting': { readonly steps: readonly HumanStep[] }
  'rebuild-resumed': { readonly run: number }
  'rebuild-done': { readonly comparisons: readonly Comparison[] }
  'rebuild-failed': { readonly refusal: Refusal }
  'rebuild-errored': { readonly code: string; readonly message: string; readonly hint?: string }
  'rebuild-indeterminate': { readonly message: string }
}

type RebuildEventType = keyof RebuildEventData
export type NewRebuildEvent = { [T in RebuildEventType]: NewEvent<T, RebuildEventData[T]> }[RebuildEventType]
export type RebuildEvent = { [T in RebuildEventType]: LedgerEvent<T, RebuildEventData[T]> }[RebuildEventType]

export function rebuildStream(id: string): string {
  return `rebuild/${id}`
}
