import type {
  EnvironmentId,
  Instant,
  LedgerEvent,
  NewEvent,
  PersonId,
  PromotionId,
  Refusal,
  ReleaseId,
  StageId,
  Version,
} from '#domain/kernel'
import type { VersionLane } from './version-lane.ts'

/** What a hotfix is about; fixed when it is started. */
export interface HotfixStart {
  readonly hotfixId: string
  readonly solution: string
  /** Why production cannot wait for main. */
  readonly reason: string
  readonly startedBy: PersonId
  readonly production: { readonly environmentId: EnvironmentId; readonly stageId: StageId; readonly lane: string }
  /** Where it is made, and where it is tested: cattle that nothing else goes through. */
  readonly dev: EnvironmentId
  readonly test: EnvironmentId
  /** What production ran when it was started. */
  readonly base: {
    readonly releaseId: ReleaseId
    readonly promotionId: PromotionId
    readonly version: Version
    readonly commit: string
    /** Undefined where the tag could not be set (yet); the commit is what counts. */
    readonly tag: string | undefined
  }
  readonly versions: VersionLane
  /** Branch of the source repository, from the commit that production runs. */
  readonly branch: string
  /** Id of the work that makes the pair ready. */
  readonly workId: string
}

/** A hotfix as the ledger tells it. */
export interface Hotfix extends HotfixStart {
  readonly startedAt: Instant
  readonly preparation: {
    readonly state: 'running' | 'ready' | 'failed'
    readonly steps: readonly { readonly name: string; readonly note: string; readonly finishedAt: Instant }[]
    /** Why it failed. */
    readonly refusal?: Refusal
  }
  /** Releases that were sealed of it, oldest first. */
  readonly releases: readonly { readonly releaseId: ReleaseId; readonly version: Version; readonly sealedAt: Instant }[]
  /** Absent until a release of it is in production. */
  readonly shipped?: Shipped
  /** Absent until it was brought to main for the first time. */
  readonly merge?: HotfixMerge
  /** Where main's say holds over the hotfix's; absent: nobody decided anything. */
  readonly decisions?: readonly ConflictDecision[]
  /** The release of main that has its content. */
  readonly carried?: { readonly releaseId: ReleaseId; readonly version: Version; readonly at: Instant }
  readonly abandoned?: { readonly by: PersonId; readonly at: Instant; readonly reason: string }
}

/** A release of it that is in production, the newest one. */
export interface Shipped {
  readonly releaseId: ReleaseId
  readonly promotionId: PromotionId
  readonly version: Version
  readonly at: Instant
  readonly requestedBy: PersonId
}

/** Whose word it is that main's say holds in one component, and why. */
export interface ConflictDecision {
  /** `kind:key`. */
  readonly component: string
  /** Paths in it that both sides changed; empty where it could not be merged at all. */
  readonly conflicts: readonly string[]
  /** The release of the hotfix whose say was weighed. */
  readonly of: ReleaseId
  readonly reason: string
  readonly by: PersonId
  readonly at: Instant
}

/** How far bringing it to main is. */
export interface HotfixMerge {
  readonly workId: string
  readonly by: PersonId
  /** The release of the hotfix that is brought. */
  readonly releaseId: ReleaseId
  /** Whether it goes into the Dev environment itself, too. */
  readonly intoDev: boolean
  /** Whether what the hotfix took out goes there with the rows and values in it; absent: only where nothing is in it. */
  readonly withRows?: boolean
  readonly state: 'running' | 'done' | 'failed'
  /** Undefined where Dev says it all already. */
  readonly branch?: string | undefined
  readonly note: string
  readonly components: readonly { readonly component: string; readonly outcome: string; readonly note: string }[]
  /** What both sides changed, each in its own way: Dev's say was kept. */
  readonly conflicts: readonly { readonly component: string; readonly where: string }[]
}

/**
 * `preparing`: the pair is being made ready; `failed`: that did not work; `open`: it can be worked on; `owed`: it is in production and no release
 * of main has its content; `merged`: one has; `abandoned`: it never went to production.
 */
export type HotfixState = 'preparing' | 'failed' | 'open' | 'owed' | 'merged' | 'abandoned'

export function stateOfHotfix({ abandoned, carried, shipped, preparation }: Hotfix): HotfixState {
  if (abandoned !== undefined) return 'abandoned'
  if (shipped !== undefined) return carried === undefined ? 'owed' : 'merged'
  if (preparation.state === 'running') return 'preparing'
  return preparation.state === 'failed' ? 'failed' : 'open'
}

/** States in which its Dev and Test are its own. */
export const workingStates: readonly HotfixState[] = ['preparing', 'failed', 'open']

interface HotfixEventData {
  'hotfix-started': { readonly start: HotfixStart }
  'hotfix-step': { readonly name: string; readonly note: string }
  /** Written before an import is sent, and when something of it is learned; says nothing of the record itself. */
  'hotfix-import-recorded': { readonly importJobId: string; readonly state: string }
  'hotfix-prepared': { readonly workId: string }
  'hotfix-preparation-failed': { readonly workId: string; readonly refusal: Refusal }
  'hotfix-preparation-restarted': { readonly workId: string }
  'hotfix-merge-started': Pick<HotfixMerge, 'workId' | 'releaseId' | 'intoDev' | 'withRows'>
  'hotfix-merge-ended': Pick<HotfixMerge, 'workId' | 'branch' | 'note' | 'components' | 'conflicts'> & { readonly state: 'done' | 'failed' }
  'hotfix-conflict-decided': Omit<ConflictDecision, 'by' | 'at'>
  /** `of`: the release of the hotfix whose content was compared. */
  'hotfix-carried': { readonly releaseId: ReleaseId; readonly version: Version; readonly of: ReleaseId }
  'hotfix-abandoned': { readonly reason: string }
}

export type HotfixEventType = keyof HotfixEventData
export type NewHotfixEvent = { [T in HotfixEventType]: NewEvent<T, HotfixEventData[T]> }[HotfixEventType]
export type HotfixEvent = { [T in HotfixEventType]: LedgerEvent<T, HotfixEventData[T]> }[HotfixEventType]

export function hotfixStream(hotfixId: string): string {
  return `hotfix/${hotfixId}`
}
