import type { Transaction } from '../store/store.ts'
import type { ComponentState } from './component-state.ts'
import { listComponents } from './component-state.ts'
import type { Dependency } from './dependencies.ts'
import { blockersOf, withInsides } from './dependencies.ts'
import { leaveSolutions } from './membership.ts'
import { deleteComponent } from './stack.ts'

/** Deletes an unmanaged component with all that lives in it, out of every solution. Deletes nothing and gives what needs it, if anything does. */
export function deleteUnmanaged(tx: Transaction, state: ComponentState): readonly Dependency[] {
  const all = listComponents(tx)
  const doomed = withInsides(state, all)
  const blockers = blockersOf(tx, doomed, all)
  if (blockers.length > 0) return blockers
  leaveSolutions(tx, doomed)
  for (const gone of doomed) deleteComponent(tx, gone)
  return []
}
