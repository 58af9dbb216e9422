import type { Writer } from '../layers/stack.ts'
import { putRow } from '../store/rows.ts'
import { forgetValues, noteValue } from './runtime-values.ts'
import type { Row, Transaction } from '../store/store.ts'

/** Sets the current value of a variable: always an unmanaged row, by design (facts-2 §4). Returns its id. */
export function putVariableValue(
  tx: Transaction,
  value: { readonly schemaName: string; readonly value: string },
  by: Writer & { readonly userId: string },
): string {
  const definition = tx
    .list('environmentvariabledefinition')
    .find((row) => String(row.schemaname).toLowerCase() === value.schemaName.toLowerCase())
  const definitionId = definition?.environmentvariabledefinitionid
  const old = tx.list('environmentvariablevalue').find((row) => row.environmentvariabledefinitionid === definitionId)
  const id = typeof old?.environmentvariablevalueid === 'string' ? old.environmentvariablevalueid : by.guid()
  const row: Row = {
    ...old,
    environmentvariablevalueid: id,
    environmentvariabledefinitionid: definitionId ?? null,
    schemaname: definition?.schemaname ?? value.schemaName,
    value: value.value,
    ismanaged: false,
    componentstate: 0,
    statecode: 0,
    statuscode: 1,
    ownerid: old?.ownerid ?? by.userId,
    createdon: old?.createdon ?? by.at,
    createdby: old?.createdby ?? by.userId,
    modifiedon: by.at,
    modifiedby: by.userId,
  }
  putRow(tx, 'environmentvariablevalue', id, row)
  if (typeof definitionId === 'string') noteValue(tx, definitionId, { value: value.value, at: by.at })
  return id
}

/** Values go with their definition (the relationship cascades its deletion: metadata of the service). */
export function removeValuesOf(tx: Transaction, definitionId: string): void {
  for (const row of tx.list('environmentvariablevalue')) {
    if (row.environmentvariabledefinitionid === definitionId) tx.remove('environmentvariablevalue', String(row.environmentvariablevalueid))
  }
  forgetValues(tx, definitionId)
}
