import type { ObservedUser, ReleasedComponent, Unseen } from '#domain/environment'
import type { Digest, EnvironmentId, Instant, PersonId, PromotionId, ReleaseId, Version } from '#domain/kernel'

/** Whose a component or solution is. `drover`: made by Drover's own steps; `by-hand`: unmanaged work of people in the environment. */
export type Origin = 'ours' | 'other-team' | 'vendor' | 'microsoft' | 'platform' | 'by-hand' | 'drover' | 'unknown'

/**
 * How a deviation is to be taken (PET-07). `by-design`: what may differ (values, bindings, flow states, owners, sharing, layers that the
 * platform makes); `tweak`: registered and not expired; `foreign-solution`: brought by others, only named; `unregistered`: nobody has said
 * yet what shall become of it; `broken`: what Drover deployed is not there as it was deployed.
 */
export type DeviationClass = 'by-design' | 'tweak' | 'foreign-solution' | 'unregistered' | 'broken'

/** One difference between what is expected of an environment and what it shows. */
export interface Deviation {
  /** The same as long as it is about the same thing: `kind:key`, or `solution:name`. */
  readonly id: string
  readonly class: DeviationClass
  /** Of a component: its kind, key and name; of a solution only the name. */
  readonly subject: { readonly kind: string | undefined; readonly key: string; readonly name: string; readonly table: string | undefined }
  /** Governed solution that it concerns; undefined for what is none of ours. */
  readonly solution: string | undefined
  readonly origin: Origin
  /** In one sentence, for somebody who is no developer. */
  readonly message: string
  /** Attributes that differ, in the platform's words. */
  readonly changed: readonly string[]
  /** Identifies what the difference consists of: an accepted deviation that changes again is a new one. */
  readonly digest: string
  readonly who: ObservedUser | undefined
  readonly when: Instant | undefined
  /** When it was first there as it is now, as far as is known: when it was changed, or else when it was first assessed. */
  readonly since: Instant
  /** Id of the tweak that covers it. */
  readonly tweakId: string | undefined
  /** Why it is in its class. */
  readonly reason: string
}

/** What shall become of a tweak in the end (PET-08). */
export type TweakDecision = 'back-port' | 'keep' | 'remove'

/** A registered production-only change. */
export interface Tweak {
  readonly id: string
  /** Id of the deviation that it covers, and what that consisted of. */
  readonly deviation: string
  readonly digest: string
  readonly name: string
  readonly solution: string | undefined
  readonly reason: string
  readonly owner: PersonId
  readonly decision: TweakDecision
  readonly acceptedBy: PersonId
  readonly acceptedAt: Instant
  readonly expiresAt: Instant
}

/** An environment's state accepted as known good. */
export interface Baseline {
  /** Digest of the observation, which is kept with the artifacts. */
  readonly observation: Digest
  readonly observedAt: Instant
  readonly acceptedBy: PersonId
  readonly acceptedAt: Instant
  readonly comment: string
  /** Deviations that were there: id → digest. They are known good until they change. */
  readonly deviations: Readonly<Record<string, string>>
  /** Unique name → version of every solution that was there. */
  readonly solutions: Readonly<Record<string, Version>>
}

/** What Drover has put into an environment, as the ledger says. */
export interface ExpectedDeployment {
  readonly solution: string
  readonly version: Version
  readonly releaseId: ReleaseId
  readonly promotionId: PromotionId
  readonly deployedAt: Instant
  readonly importJobIds: readonly string[]
  /** Where it was brought unmanaged: `kind:key` of what was left out of it, because somebody had changed it there. */
  readonly unmanaged?: { readonly leftOut: readonly string[] }
  /** Where it was put back by an update, which removes nothing: the release that it was put back over. */
  readonly putBackOver?: ReleaseId
}

/** The dispositions that take work, as they stand with one deviation; accepting it makes a {@link Tweak}. */
export type DispositionState = AdoptState | RevertState

interface DispositionBase {
  /** Who asked for it. */
  readonly by: PersonId
  /** Digest of the deviation that it is about; when that changes again, it is about something that is no more. */
  readonly digest: string
  readonly note: string
}

/** Read out as source and proposed on a branch; `released` as long as the release that is deployed carries it. */
export interface AdoptState extends DispositionBase {
  readonly kind: 'adopt'
  readonly state: 'running' | 'proposed' | 'released' | 'failed'
  /** Id of the work: transport and branch are named after it. */
  readonly workId: string
  readonly branch: string | undefined
  /** Among the artifacts: what was shipped, and what the environment exported; by both it can be told whether a later release carries it. */
  readonly proof?: { readonly shipped: Digest; readonly exported: Digest } | undefined
  /** Governed solution whose component it is. */
  readonly solution: string
  /** The release that carries it. */
  readonly releaseId?: ReleaseId | undefined
  /** The deployed release that it was last held against. */
  readonly judgedBy?: ReleaseId | undefined
}

/** `proposed` waits for a second person. */
export interface RevertState extends DispositionBase {
  readonly kind: 'revert'
  /** The adoption that it follows, where the layer was left over from one. */
  readonly after?: AdoptState | undefined
  /** Id of the work, once it was confirmed. */
  readonly workId?: string | undefined
  readonly state: 'proposed' | 'running' | 'done' | 'failed'
  /** What the component was before, among the rescues. */
  readonly savedAs?: Digest | undefined
  /** The request that removes the layer is, or was, on its way; it is never sent again. */
  readonly isSent?: boolean | undefined
}

/** How far an environment is from what is expected of it, as it was last assessed. */
export interface DriftAssessment {
  readonly environmentId: EnvironmentId
  readonly observation: Digest
  readonly observedAt: Instant
  /** All but those of class `by-design`, which are only counted. */
  readonly deviations: readonly Deviation[]
  readonly byDesign: number
  /**
   * Layers by hand that say what the release below them says, since they were adopted: no deviations, but they hide what the next release
   * changes there, so they can be reverted.
   */
  readonly leftovers?: readonly Deviation[]
  /** What a release that was gone back from had brought and an update did not take away: it goes on acting, and nobody has to say anything of it. */
  readonly leftBehind?: readonly ReleasedComponent[]
  /** What could not be seen, where deviations may be that are not listed. */
  readonly unseen?: readonly Unseen[]
}
