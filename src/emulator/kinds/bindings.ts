import { findByObjectId, writeComponent } from '../layers/component-state.ts'
import { patchRow } from '../store/rows.ts'
import type { Transaction } from '../store/store.ts'

export interface Binding {
  readonly connectionId: string | null
  /** True when an import binds it through ComponentParameters, which makes no layer; a PATCH makes an Active one (facts-2 §6.1). */
  readonly isImport: boolean
  readonly at: string
}

/** Binds a connection reference. A binding made by hand hides those of later imports, as any Active layer does. */
export function bindConnection(tx: Transaction, referenceId: string, binding: Binding): void {
  const state = findByObjectId(tx, referenceId)
  const row = tx.get('connectionreference', referenceId)
  if (state === undefined || row === undefined) return
  const isByHand = state.active?.changes.some((change) => change.Key === 'connectionid') === true
  if (binding.isImport) {
    const connectionid = isByHand ? row.connectionid : binding.connectionId
    patchRow(tx, 'connectionreference', referenceId, {
      '~importedconnectionid': binding.connectionId,
      connectionid,
      modifiedon: binding.at,
    })
    return
  }
  if (state.layers.length > 0) {
    const changes = [
      ...(state.active?.changes ?? []).filter((change) => change.Key !== 'connectionid'),
      { Key: 'connectionid', Value: binding.connectionId },
    ]
    writeComponent(tx, { ...state, active: { digest: state.active?.digest, overwrittenAt: binding.at, changes } })
  }
  patchRow(tx, 'connectionreference', referenceId, { connectionid: binding.connectionId, modifiedon: binding.at })
}
