import type { ObservedComponent } from '#domain/environment'

export type WantedComponent = Pick<ObservedComponent, 'kind' | 'key' | 'table'>

/** A wanted component that is there. */
export interface FoundComponent {
  readonly component: WantedComponent
  /** Lower case. */
  readonly id: string
  readonly name: string
  /** Undefined where it is not told. */
  readonly isCustomizable: boolean | undefined
  /** Of a table: kinds that others may not make in it. */
  readonly closedTo?: readonly string[]
}
