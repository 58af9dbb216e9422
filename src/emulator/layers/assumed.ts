import type { ReadTransaction, Transaction } from '../store/store.ts'
import type { NamedComponent } from './find-component.ts'
import { identitiesOf } from './find-component.ts'

const table = '~assumed'

/**
 * Sets a scene: these components count as being there unmanaged, as in the environment where a package was exported. They have no
 * definition and cannot be exported; only a package's need of a component of `Active` is met by them.
 */
export function assumeUnmanaged(tx: Transaction, components: readonly NamedComponent[]): void {
  for (const component of components) for (const id of identitiesOf(component)) tx.put(table, id.toLowerCase(), { id: id.toLowerCase() })
}

export function isAssumed(tx: ReadTransaction, component: NamedComponent): boolean {
  return identitiesOf(component).some((id) => tx.get(table, id.toLowerCase()) !== undefined)
}
