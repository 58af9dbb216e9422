import type { ObservedState } from '#domain/environment'
import type { PlannedValue } from '#domain/plan'

/** Reads an environment; changes nothing. */
export interface EnvironmentInspection {
  /** `all`: every connection that the identity sees. */
  observe(needs: { readonly solution: string; readonly connectionIds: readonly string[] | 'all' }): Promise<ObservedState>
  /** Schema names of the variables whose value is not the wanted one; neither value leaves the adapter. */
  findOtherValues(wanted: readonly PlannedValue[]): Promise<readonly string[]>
}
