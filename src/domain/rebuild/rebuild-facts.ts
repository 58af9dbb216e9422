import type {
  AdministeredEnvironment,
  ApplicationPackage,
  Environment,
  InstalledSolution,
  MissingSecret,
  ObservedBinding,
  ObservedConnection,
} from '#domain/environment'
import type { Refusal } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { MissingDependency } from '#domain/solution'
import type { Filling, WantedSolution } from './rebuild.ts'

/** A wanted solution with what is known of its package and its settings here. */
export interface WantedFacts {
  readonly wanted: WantedSolution
  readonly dependencies: readonly MissingDependency[]
  /** Language codes of its labels. */
  readonly languages: readonly number[]
  /** Ids of the connections that its references are bound to by settings, or were bound to. */
  readonly connectionIds: readonly string[]
  /** What its settings here lack, in words; empty for source, whose variables are people's own. */
  readonly missingSettings: readonly { readonly subject: string; readonly message: string }[]
}

/** What was read of the environment as it is; undefined where it does not answer, for example because it is gone already. */
export interface PresentFacts {
  readonly solutions: readonly InstalledSolution[]
  readonly bindings: readonly ObservedBinding[]
  readonly connections: readonly ObservedConnection[]
  readonly missingSecrets: readonly MissingSecret[]
}

export type ApplicationFacts =
  | { readonly kind: 'told'; readonly packages: readonly ApplicationPackage[] }
  | { readonly kind: 'unseen'; readonly why: string }

export interface RebuildFacts {
  readonly environment: Environment
  readonly configuration: Configuration
  readonly wanted: readonly WantedFacts[]
  /** Solutions that belong here and of which nothing can be brought, with the reason. */
  readonly unobtainable: readonly Refusal[]
  readonly present: PresentFacts | undefined
  /** As the administration of the tenant shows it. */
  readonly administered: AdministeredEnvironment | undefined
  /** Base currency of the new one; undefined where nobody can tell it. */
  readonly currency: string | undefined
  /** All that the administration shows. */
  readonly listed: readonly AdministeredEnvironment[]
  /** What the platform may install there. */
  readonly applications: ApplicationFacts
  /** How the environment was filled with rows, in order; each is done again. */
  readonly fillings: readonly Filling[]
  /** Why the administration could not be asked; undefined: it answered. */
  readonly administrationFault: string | undefined
}
