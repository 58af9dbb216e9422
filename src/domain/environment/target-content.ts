import type { Instant } from '#domain/kernel'
import type { ObservedComponent, Unseen } from './observed-component.ts'

/**
 * How many there are of something in a target, never truer than the way it was counted. `isPartial`: there may be rows that the identity may not
 * see, so that reading them would not find them either.
 */
export type Count =
  | { readonly kind: 'exact'; readonly n: number; readonly method: string; readonly asOf: Instant }
  | { readonly kind: 'at-least'; readonly n: number; readonly method: string; readonly asOf: Instant; readonly isPartial?: true }
  | { readonly kind: 'unknown'; readonly why: string }

/** Something in a target that needs a component and is not part of what is deployed. */
export interface ObservedDependant {
  /** `kind:key` of the component that is needed. */
  readonly required: string
  /** Its own id in this environment, lower case; undefined where nobody told. Names are not enough: columns of two tables may share one. */
  readonly id?: string | undefined
  readonly kind: string
  readonly name: string
  /** Unique name of the solution that brought it; `Active` for unmanaged work. */
  readonly solution: string
  /** Whether the platform itself drops the dependency when the component goes. */
  readonly isRemovable: boolean
}

/** What a plan must know of the content of its target: read for one solution, before each plan and again before an attempt. */
export interface TargetContent {
  /** Components that the target's solution holds, also those left behind by earlier updates, and those of the release that are there through others. */
  readonly components: readonly ObservedComponent[]
  readonly dependants: readonly ObservedDependant[]
  readonly unseen: readonly Unseen[]
}
