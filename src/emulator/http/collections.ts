import { ODataError } from '../errors.ts'
import { notSupported, unknownSegment } from '../odata/refuse.ts'
import type { Row } from '../store/store.ts'
import { findTable } from '../tables/registry.ts'
import { findRow } from '../tables/rows.ts'
import type { Column, Table, WriteContext } from '../tables/table.ts'
import { lookupChanges } from './payload.ts'

/** One collection of one row. */
export interface CollectionPlace {
  readonly table: Table
  readonly id: string
  readonly collection: string
}

/** Puts a row into a collection: by its lookup, or as a pair of many to many. */
export async function addToCollection(ctx: WriteContext, place: CollectionPlace, otherId: string): Promise<void> {
  const relation = place.table.manyToMany?.find((item) => item.name === place.collection)
  if (relation !== undefined) return relation.associate(ctx, place.id, otherId)
  const { other, column, row } = rowInPlace(ctx, place, otherId)
  await writable(other)(ctx, row, lookupChanges(column, { table: place.table.logicalName, id: place.id }))
}

/** Takes a row out of a collection; it is not deleted. */
export async function removeFromCollection(ctx: WriteContext, place: CollectionPlace, otherId: string): Promise<void> {
  const relation = place.table.manyToMany?.find((item) => item.name === place.collection)
  if (relation !== undefined) return relation.disassociate(ctx, place.id, otherId)
  const { other, column, row } = rowInPlace(ctx, place, otherId)
  await writable(other)(ctx, row, lookupChanges(column, null))
}

function rowInPlace(
  ctx: WriteContext,
  place: CollectionPlace,
  otherId: string,
): { readonly other: Table; readonly column: Column; readonly row: Row } {
  const navigation = place.table.collections?.find((item) => item.name === place.collection)
  if (navigation === undefined) throw unknownSegment(place.collection)
  return ctx.env.read((tx) => {
    const other = findTable(tx, navigation.table)
    const column = other?.columns.find((item) => item.name === navigation.lookup)
    if (other === undefined || column === undefined) throw notSupported(`the table '${navigation.table}'`)
    const row = findRow(tx, other, otherId)
    if (row === undefined) throw new ODataError(404, '0x80040217', `Entity '${other.logicalName}' With Id = ${otherId} Does Not Exist`)
    return { other, column, row }
  })
}

function writable(table: Table): NonNullable<Table['update']> {
  if (table.update === undefined) throw notSupported(`changing rows of '${table.setName}'`)
  return table.update
}
