import { randomUUID } from 'node:crypto'
import type { ComponentState } from '../layers/component-state.ts'
import { busyTables } from '../store/busy-rows.ts'
import { currentNumber, nextNumber } from '../store/rows.ts'
import type { ReadTransaction, Transaction } from '../store/store.ts'

const forgotten = '~forgotten'
const kinds: ReadonlySet<string> = new Set(['Entity', 'Attribute', 'OptionSet', 'EntityRelationship', 'EntityKey'])

/** Names the state of all definitions of tables, columns, choices, relationships and keys: equal stamps, equal definitions. */
export function definitionsStamp(tx: ReadTransaction): string {
  return String(tx.get(busyTables.stamps, 'definitions')?.['value'] ?? '')
}

/** Gives the definitions a new stamp. Not a counter: an environment that is reset or restored must never meet an old stamp again. */
export function markDefinitions(tx: Transaction, kind: string): void {
  if (kinds.has(kind)) tx.put(busyTables.stamps, 'definitions', { value: randomUUID(), version: currentNumber(tx, 'version') })
}

/** The version number of the environment before the definition that was written last. */
export function definitionsVersion(tx: ReadTransaction): number {
  return Number(tx.get(busyTables.stamps, 'definitions')?.['version'] ?? 0)
}

/** A definition that is gone, and the version number at which it went. */
export interface DeletedDefinition {
  /** Its object id. */
  readonly id: string
  readonly kind: string
  readonly version: number
}

const deleted = '~deleteddefinition'

/** What went after a version. */
export function listDeletedDefinitions(tx: ReadTransaction, after: number): readonly DeletedDefinition[] {
  // Rows of this table are written by forgetData only.
  const rows = tx.list(deleted) as readonly unknown[] as readonly DeletedDefinition[]
  return rows.filter(({ version }) => version > after)
}

/** Data whose definition is gone and that still takes up room. */
export interface ForgottenData {
  readonly id: string
  readonly kind: string
  /** `table` or `table.column`, or a relationship's name. */
  readonly key: string
  /** Id of the last row of the table that is free of it already. */
  readonly after?: string
}

/** Data goes for good with its table, column, relationship or key (facts-2 §8); nothing can reach it once the definition is gone. */
export function forgetData(tx: Transaction, state: Pick<ComponentState, 'kind' | 'key' | 'id'>): void {
  if (!kinds.has(state.kind)) return
  putForgotten(tx, { id: state.id, kind: state.kind, key: state.key })
  if (state.kind === 'Entity') endHanging(tx, state.key)
  tx.put(deleted, state.id, { id: state.id, kind: state.kind, version: nextNumber(tx, 'version') })
}

/** Notes on rows of a table that goes, their parties and shares go too (unverified of the service: they hang on rows that are no more). */
function endHanging(tx: Transaction, table: string): void {
  for (const { id, row } of tx.range('principalobjectaccess', {}))
    if (row['objecttypecode'] === table) tx.remove('principalobjectaccess', id)
  for (const { name, to, others } of hanging) {
    for (const { id, row } of tx.range(`~data ${name}`, {})) {
      if (row[`${to}~type`] !== table) continue
      tx.remove(`~data ${name}`, id)
      for (const lookup of [to, ...others]) tx.remove(`~link ${name}.${lookup}`, `${String(row[lookup])} ${id}`)
    }
  }
}

/** Tables of the platform whose rows hang on rows of others: the lookup that they hang by, and the others that are followed. */
const hanging = [
  { name: 'annotation', to: 'objectid', others: [] },
  { name: 'activityparty', to: 'activityid', others: ['partyid'] },
] as const

export function putForgotten(tx: Transaction, data: ForgottenData): void {
  tx.put(forgotten, data.id, { ...data })
}

export function listForgotten(tx: ReadTransaction): readonly ForgottenData[] {
  // Rows of this table are written by forgetData only.
  return tx.list(forgotten) as readonly unknown[] as readonly ForgottenData[]
}

export function endForgotten(tx: Transaction, data: ForgottenData): void {
  tx.remove(forgotten, data.id)
}
