import type { ChangeClass } from '#domain/difference'
import type { Count } from '#domain/environment'
import type { Certainty } from './plan.ts'

/** What goes with a component. */
export type LossKind =
  | 'rows'
  | 'values'
  | 'links'
  | 'role-assignments'
  | 'column-security'
  | 'process-instances'
  | 'variable-value'
  | 'sharing'
  | 'run-history'

/** Data or a right that is lost when a component goes. Only rows, values and links can be rescued. */
export interface PlannedLoss {
  readonly kind: LossKind
  readonly count: Count
}

/** Whether a change can be undone afterwards: as it was; without what the losses name; or not at all. */
export type ComesBack = 'yes' | 'with-loss' | 'never'

/** What happens to one component of the target; what comes or goes with a larger one is counted there. */
export interface PlannedComponent {
  readonly kind: string
  readonly key: string
  readonly name: string
  readonly table: string | undefined
  /** `hide`: the release brings another definition, and users will not see it, because a layer above wins. */
  readonly effect: 'create' | 'change' | 'hide' | 'destroy'
  readonly certainty: Certainty
  readonly class: ChangeClass | undefined
  /** In one sentence. */
  readonly message: string
  /** Components that come or go with it. */
  readonly includes: number
  /** Of what is hidden: unique name of the solution whose layer wins; `Active` for a change by hand. */
  readonly winner: string | undefined
  readonly comesBack: ComesBack
  readonly losses: readonly PlannedLoss[]
  /** Id of the registered tweak that it touches. */
  readonly tweakId: string | undefined
}
