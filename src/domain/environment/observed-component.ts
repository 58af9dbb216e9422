import type { Instant } from '#domain/kernel'
import { layerKindOf } from '#domain/solution'

/** The one unmanaged layer on top of every stack, shared by all unmanaged solutions. */
export const activeLayer = 'Active'

/** What one solution says about a component in an environment. */
export interface ObservedLayer {
  /** Unique name of the solution; {@link activeLayer} for the unmanaged layer, `System` for the platform's own. */
  readonly solution: string
  /** Unique or display name of its publisher, as the environment tells. */
  readonly publisher: string | undefined
  /** 1 is the lowest. */
  readonly order: number
  /** When it was last written; undefined when it never was, or the environment does not tell. */
  readonly writtenAt: Instant | undefined
  /** Keys of the attributes that it lists as changed, all of them; undefined when they cannot be read. Empty in rows that say nothing. */
  readonly changed: readonly string[] | undefined
  /** Hex sha256 of what it changes, bookkeeping left out: the same as long as nobody edits the component again. */
  readonly digest: string
}

/** A component that is in an environment. */
export interface ObservedComponent {
  /** Layer-table name, for example SystemForm. */
  readonly kind: string
  /** Identity that is stable between environments, as solution files have it: logical name, `table.column`, unique name, or guid in lower case. */
  readonly key: string
  /** Id in this environment, lower case. */
  readonly id: string
  /** Its number in this environment. */
  readonly type: number
  /** For people. */
  readonly name: string
  /** Logical name of the table that it belongs to. */
  readonly table: string | undefined
  /** Unique names of the installed solutions that hold it, as far as they were asked. */
  readonly solutions: readonly string[]
  /** Whether the environment says that there is an Active row; such a row alone is no change. */
  readonly hasActiveRow: boolean
  /** Whether others than the publisher of its base may change it, as the environment says; absent where that was not told. */
  readonly isCustomizable?: boolean
  /** Of a table: kinds that others than the publisher of its base may not make in it, as the environment says; absent where that was not asked. */
  readonly closedTo?: readonly string[]
  /** From the lowest to the highest; undefined when they were not read, because nothing said that they could matter. */
  readonly layers: readonly ObservedLayer[] | undefined
  /** Who last changed its definition and when, where the environment tells: tables and columns do not say who. */
  readonly modified: { readonly by: string | undefined; readonly at: Instant } | undefined
}

/** Something that could not be seen, with the reason and what would help; what depends on it is unknown. */
export interface Unseen {
  readonly what: string
  readonly why: string
  /** Layer-table name, where it concerns components of that kind alone. */
  readonly kind?: string
  /** What nothing can be said to be in order about without it; absent where it only leaves something untold. */
  readonly hides?: 'changes' | 'imports' | 'bindings' | 'protection'
}

/** Names a component across environments, as differences and plans do: the same for one of a solution file, whose kind is its own word. */
export function componentKey(component: Pick<ObservedComponent, 'kind' | 'key'>): string {
  return `${layerKindOf(component.kind)}:${component.key}`
}
