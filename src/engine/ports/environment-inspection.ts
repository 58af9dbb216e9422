import type { ObservedState } from '#domain/environment'
import type { PlannedValue } from '#domain/plan'

export interface ActiveLayer {
  readonly kind: string
  readonly name: string
  readonly componentId: string
  /** Keys of the changed attributes; empty for the harmless rows that real environments are full of. */
  readonly changed: readonly string[]
}

/** Reads an environment; changes nothing. */
export interface EnvironmentInspection {
  observe(needs: { readonly solution: string; readonly connectionIds: readonly string[] }): Promise<ObservedState>
  /** Schema names of the variables whose value is not the wanted one; neither value leaves the adapter. */
  findOtherValues(wanted: readonly PlannedValue[]): Promise<readonly string[]>
  /** Active layers on components of the solution. */
  fetchActiveLayers(solution: string): Promise<readonly ActiveLayer[]>
}
