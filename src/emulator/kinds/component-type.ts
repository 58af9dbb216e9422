import { putRow } from '../store/rows.ts'
import type { ReadTransaction, Transaction } from '../store/store.ts'
import { kindInfo, kindTable } from './kind-table.ts'

const table = 'solutioncomponentdefinition'

/**
 * The componenttype number of a kind. Kinds without a fixed one get the next free code from 10000 of this environment,
 * and a solutioncomponentdefinition that says so (web-api B.2, facts-2 §1.2).
 */
export function componentType(tx: Transaction, kind: string): number {
  const fixed = kindInfo(kind).type ?? listedNumber(kind)
  if (fixed !== undefined) return fixed
  const known = findComponentType(tx, kind)
  if (known !== undefined) return known
  const next = 10_000 + tx.list(table).filter((row) => Number(row.solutioncomponenttype) >= 10_000).length
  const info = kindInfo(kind)
  putRow(tx, table, info.name, {
    solutioncomponentdefinitionid: info.name,
    solutioncomponenttype: next,
    name: info.name,
    primaryentityname: info.table,
  })
  return next
}

/** As {@link componentType}, without giving a new code. */
export function findComponentType(tx: ReadTransaction, kind: string): number | undefined {
  const info = kindInfo(kind)
  const known = tx.get(table, info.name)?.solutioncomponenttype
  return info.type ?? listedNumber(kind) ?? (typeof known === 'number' ? known : undefined)
}

/** The kind with a componenttype number in this environment. */
export function kindOfType(tx: ReadTransaction, type: number): string | undefined {
  const fixed = kindTable.find((info) => info.type === type)?.name ?? (type === 371 ? 'Connector' : undefined)
  if (fixed !== undefined) return fixed
  const name = tx.list(table).find((row) => row.solutioncomponenttype === type)?.name
  return typeof name === 'string' ? name : undefined
}

/** A manifest number that nobody has published a name for stays readable as a kind. */
function listedNumber(kind: string): number | undefined {
  const number = /^ComponentType(\d+)$/.exec(kind)?.[1]
  return number === undefined ? undefined : Number(number)
}
