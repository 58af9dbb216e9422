import { ODataError } from '../../errors.ts'
import type { ReadTransaction, Transaction } from '../../store/store.ts'
import type { ManyToMany } from '../table.ts'
import { defineTable } from './define.ts'
import type { DataDefinition, PairSide } from './definition.ts'
import { readRow } from './row-store.ts'

/** Rows of the intersect table of a relationship: each pair under both of its ends. */
export function pairStore(relationshipId: string): string {
  return `~pairs ${relationshipId}`
}

/** The many-to-many relationships of a table, as its entity set shows them. */
export function manyToManyOf(definition: DataDefinition): readonly ManyToMany[] {
  return definition.pairs.map((pair) => ({
    name: pair.navigation,
    table: pair.other,
    list: (tx, id) => pairedWith(tx, pair, id),
    associate: (ctx, id, otherId) => ctx.env.write((tx) => joinRows(tx, { definition, pair }, { id, otherId })),
    async disassociate(ctx, id, otherId) {
      await ctx.env.write((tx) => partRows(tx, pair, { id, otherId }))
    },
  }))
}

export function pairedWith(tx: ReadTransaction, pair: PairSide, id: string): readonly string[] {
  return tx.range(pairStore(pair.id), { prefix: `${pair.side} ${id} ` }).map(({ row }) => String(row['other']))
}

/** Ends all pairs of a row that is about to go. */
export function partAll(tx: Transaction, definition: DataDefinition, id: string): void {
  for (const pair of definition.pairs) for (const otherId of pairedWith(tx, pair, id)) partRows(tx, pair, { id, otherId })
}

interface Ends {
  readonly id: string
  readonly otherId: string
}

function joinRows(tx: Transaction, at: { readonly definition: DataDefinition; readonly pair: PairSide }, { id, otherId }: Ends): void {
  const { definition, pair } = at
  requireRow(tx, definition, id)
  const other = defineTable(tx, pair.other)
  if (other !== undefined) requireRow(tx, other, otherId)
  if (pairedWith(tx, pair, id).includes(otherId)) throw new ODataError(412, '0x80040237', 'Cannot insert duplicate key.')
  tx.put(pairStore(pair.id), `${pair.side} ${id} ${otherId}`, { other: otherId })
  tx.put(pairStore(pair.id), `${opposite(pair)} ${otherId} ${id}`, { other: id })
}

function partRows(tx: Transaction, pair: PairSide, { id, otherId }: Ends): void {
  tx.remove(pairStore(pair.id), `${pair.side} ${id} ${otherId}`)
  tx.remove(pairStore(pair.id), `${opposite(pair)} ${otherId} ${id}`)
}

function opposite(pair: PairSide): PairSide['side'] {
  return pair.side === 'first' ? 'second' : 'first'
}

function requireRow(tx: ReadTransaction, definition: DataDefinition, id: string): void {
  if (readRow(tx, definition, id) === undefined)
    throw new ODataError(404, '0x80040217', `Entity '${definition.logicalName}' With Id = ${id} Does Not Exist`)
}
