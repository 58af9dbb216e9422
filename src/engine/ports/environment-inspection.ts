import type { ObservedState } from '#domain/environment'
import type { PlannedValue } from '#domain/plan'

/** Kinds that Drover's own steps can touch, by imports with values and bindings and by switching flows: of these, layers are read. */
export const layeredKinds = [
  'Workflow',
  'connectionreference',
  'SystemForm',
  'EnvironmentVariableDefinition',
  'EnvironmentVariableValue',
  'CanvasApp',
  'Connector',
] as const

export interface ActiveLayer {
  readonly kind: string
  readonly name: string
  readonly componentId: string
  /** Logical name of the table that it belongs to, where the environment tells. */
  readonly table?: string | undefined
  /** Keys of the changed attributes; empty for the harmless rows that real environments are full of. */
  readonly changed: readonly string[]
}

/** Reads an environment; changes nothing. */
export interface EnvironmentInspection {
  observe(needs: { readonly solution: string; readonly connectionIds: readonly string[] }): Promise<ObservedState>
  /** Schema names of the variables whose value is not the wanted one; neither value leaves the adapter. */
  findOtherValues(wanted: readonly PlannedValue[]): Promise<readonly string[]>
  /** Active layers on those components of the solution that are of {@link layeredKinds}. */
  fetchActiveLayers(solution: string): Promise<readonly ActiveLayer[]>
}
