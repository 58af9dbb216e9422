import type { ComponentState } from '../../layers/component-state.ts'
import { componentId } from '../../layers/component-state.ts'
import { canvasAppRefusal } from '../../policies/app-refusal.ts'
import type { Transaction } from '../../store/store.ts'
import type { OperationContext } from '../operation.ts'
import { ImportFlaw } from './flaw.ts'

/** Throws when a data policy forbids a canvas app that an import saved: the import fails as a whole (release-facts §4.3; the code is unverified). */
export function refuseForbiddenApps(tx: Transaction, ctx: OperationContext, states: Iterable<ComponentState>): void {
  for (const state of states) {
    const app = state.kind === 'CanvasApp' ? tx.get('canvasapp', state.id) : undefined
    const refusal = app === undefined ? undefined : canvasAppRefusal(tx, ctx.tenant, { environment: ctx.env.name, app })
    if (refusal !== undefined) throw new ImportFlaw('0x80040216', refusal, componentId(state.kind, state.key))
  }
}
