import type { Row } from '../../store/store.ts'
import type { ColumnFacts, Option } from './column-facts.ts'
import type { DeleteBehaviour } from './relation-facts.ts'

/** A table that a lookup may point to, and the navigation property that leads there. */
export interface LookupTarget {
  readonly table: string
  readonly navigation: string
}

export interface DataColumn extends ColumnFacts {
  /**
   * Key in the stored row: the column's metadata id, so that a deleted column forgets its values and a later one of the same name
   * starts empty; the plain name for columns of the platform, which nobody can delete.
   */
  readonly key: string
  /** Names the column among those of all tables. */
  readonly id: string
  readonly choices: readonly Option[]
  readonly targets: readonly LookupTarget[]
}

export interface AlternateKey {
  readonly id: string
  readonly name: string
  readonly columns: readonly string[]
}

/** A lookup of another table (or this) that points here. */
export interface Child {
  readonly name: string
  readonly collection: string
  readonly table: string
  readonly column: string
  readonly onDelete: DeleteBehaviour
}

/** A many-to-many relationship seen from one of its sides. */
export interface PairSide {
  readonly id: string
  readonly name: string
  readonly navigation: string
  readonly other: string
  readonly side: 'first' | 'second'
}

/** All that rows of one table need to know of it. */
export interface DataDefinition {
  readonly logicalName: string
  readonly schemaName: string
  readonly setName: string
  readonly displayName: string
  readonly primaryId: string
  readonly primaryName: string | undefined
  readonly ownership: 'user' | 'organization'
  /** Name of the store's table that holds its rows. */
  readonly store: string
  readonly columns: readonly DataColumn[]
  readonly byName: ReadonlyMap<string, DataColumn>
  readonly keys: readonly AlternateKey[]
  readonly children: readonly Child[]
  readonly pairs: readonly PairSide[]
}

export function isLookup(column: Pick<DataColumn, 'type'>): boolean {
  return column.type === 'lookup' || column.type === 'customer' || column.type === 'owner'
}

/** The table that a lookup's value points to; undefined when the lookup is empty. */
export function targetOf(column: DataColumn, row: Row): string | undefined {
  if (typeof row[column.name] !== 'string') return undefined
  const named = row[`${column.name}~type`]
  return typeof named === 'string' ? named : column.targets[0]?.table
}
