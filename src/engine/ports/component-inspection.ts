import type {
  InstalledSolution,
  Observation,
  ObservedComponent,
  ObservedConnectorPolicy,
  ObservedDataPolicy,
  ObservedDependant,
  ObservedLayer,
  ObservedSolution,
  Unseen,
} from '#domain/environment'
import type { Instant } from '#domain/kernel'

/** That a solution holds a component: a row of `solutioncomponents`, or what stands for it. */
export interface Membership {
  /** Lower case. */
  readonly componentId: string
  readonly type: number
  /** Lower case. */
  readonly solutionId: string
  /** With all its parts, whoever made them and whenever: those have no rows of their own. */
  readonly isWhole: boolean
}

/** A component whose definition was changed, whoever did it. */
export interface ChangedComponent {
  readonly kind: string
  /** Lower case. */
  readonly id: string
  readonly modified: NonNullable<ObservedComponent['modified']>
}

/** Everything of an {@link Observation} that is not about solutions and their components. */
export type Surroundings = Pick<
  Observation,
  | 'platformVersion'
  | 'identity'
  | 'flows'
  | 'bindings'
  | 'variables'
  | 'roles'
  | 'operations'
  | 'dataPolicies'
  | 'protection'
  | 'auditing'
  | 'unpublished'
  | 'unseen'
>

/**
 * Reads what an environment consists of; changes nothing. Each function is one sort of question, so that the caller decides what is worth
 * asking; what may not be read is told as {@link Unseen} and never thrown, unless the environment cannot be reached at all.
 */
export interface ComponentInspection {
  fetchSolutions(): Promise<readonly ObservedSolution[]>
  /** What a solution holds, parts of tables included, without layers. `solutions` of each names only this one. */
  fetchHoldings(
    solution: Pick<InstalledSolution, 'id' | 'uniqueName'>,
  ): Promise<{ readonly components: readonly ObservedComponent[]; readonly unseen: readonly Unseen[] }>
  /** All memberships, or those that changed since; only those of these solutions (ids), where they are given. */
  fetchMemberships(since: Instant | undefined, solutionIds?: readonly string[]): Promise<readonly Membership[]>
  /**
   * Which components were changed since (or at that time), as far as their kinds can be asked in few requests. `kinds` are those whose
   * changes are all among them; what is known of a component of any other kind must be read again.
   */
  fetchChanged(since: Instant): Promise<{
    readonly changed: readonly ChangedComponent[]
    readonly kinds: readonly string[]
    readonly unseen: readonly Unseen[]
  }>
  /** Layers of each, some requests at a time; `onRead` is told of each as soon as it is read, `undefined` where they cannot be. */
  fetchLayers(
    components: readonly Pick<ObservedComponent, 'kind' | 'id'>[],
    onRead: (component: Pick<ObservedComponent, 'kind' | 'id'>, layers: readonly ObservedLayer[] | undefined) => Promise<void>,
  ): Promise<void>
  /**
   * What the Active layer of a component is now, and the whole definition as it has it, by attribute in lower case (undefined inside: unreadable);
   * undefined where it has no such layer, or none can be read.
   */
  fetchActiveDefinition(
    component: Pick<ObservedComponent, 'kind' | 'id'>,
  ): Promise<{ readonly layer: ObservedLayer; readonly attributes: Readonly<Record<string, unknown>> | undefined } | undefined>
  /** Those of the named components (`kind`, `key`) that are there, whoever brought them. */
  findComponents(
    wanted: readonly Pick<ObservedComponent, 'kind' | 'key' | 'table'>[],
  ): Promise<{ readonly components: readonly ObservedComponent[]; readonly unseen: readonly Unseen[] }>
  /** What needs each of these and is not among them. `solutions`: those whose upgrade deletes them. */
  fetchDependants(
    components: readonly ObservedComponent[],
    solutions?: readonly Pick<InstalledSolution, 'id' | 'uniqueName'>[],
  ): Promise<{ readonly dependants: readonly ObservedDependant[]; readonly unseen: readonly Unseen[] }>
  fetchSurroundings(): Promise<Surroundings>
  /** Data policies that apply to the environment, where they can be read. */
  fetchDataPolicies(): Promise<{ readonly policies: readonly ObservedDataPolicy[]; readonly unseen: readonly Unseen[] }>
  /** Advanced connector policies that are assigned to the environment or to its environment group, where they can be read. */
  fetchConnectorPolicies(): Promise<{ readonly policies: readonly ObservedConnectorPolicy[]; readonly unseen: readonly Unseen[] }>
  /** Requests that were sent to the environment since it was opened, sign-in not counted. */
  countRequests(): number
}
