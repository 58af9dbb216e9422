import type { ObservedState } from '#domain/environment'

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
  /** Active layers on components of the solution. */
  fetchActiveLayers(solution: string): Promise<readonly ActiveLayer[]>
}
