import { createHash } from 'node:crypto'
import { ODataError } from '../../errors.ts'
import { putRow } from '../../store/rows.ts'
import type { ReadTransaction, Row, Transaction } from '../../store/store.ts'
import type { AlternateKey, DataColumn, DataDefinition } from './definition.ts'
import { isLookup, targetOf } from './definition.ts'
import { withFileNames } from './file-rows.ts'

/** One row by its columns' logical names; undefined when there is none. */
export function readRow(tx: ReadTransaction, definition: DataDefinition, id: string): Row | undefined {
  const stored = tx.get(definition.store, id)
  return stored === undefined ? undefined : shown(tx, definition, stored)
}

export function readRows(tx: ReadTransaction, definition: DataDefinition): readonly Row[] {
  return tx.list(definition.store).map((stored) => shown(tx, definition, stored))
}

const firstScanned = 64
const mostScanned = 2048

/** The rows behind an id, in the order of their ids; read in portions that grow, as far as somebody asks for them. */
export function* scanRows(tx: ReadTransaction, definition: DataDefinition, after: string | undefined): Iterable<Row> {
  let last = after
  for (let limit = firstScanned; ; limit = Math.min(limit * 2, mostScanned)) {
    const portion = tx.range(definition.store, { limit, ...(last === undefined ? {} : { after: last }) })
    for (const { row } of portion) yield shown(tx, definition, row)
    if (portion.length < limit) return
    last = portion.at(-1)?.id
  }
}

/** Puts a row in place of what was there, with what finds it by its lookups and alternate keys. Throws 412 for a key that is taken. */
export function writeRow(tx: Transaction, definition: DataDefinition, row: Row): void {
  const id = String(row[definition.primaryId])
  const old = readRow(tx, definition, id)
  for (const column of definition.columns)
    if (isFollowed(column)) moveLink(tx, { column, id, from: old?.[column.name], to: row[column.name] })
  for (const key of definition.keys) moveKey(tx, definition, { key, old, row })
  putRow(tx, definition.store, id, packed(definition, row))
}

/** Takes a row away, with what finds it. Knows nothing of other rows. */
export function eraseRow(tx: Transaction, definition: DataDefinition, row: Row): void {
  const id = String(row[definition.primaryId])
  for (const column of definition.columns) {
    if (isFollowed(column)) moveLink(tx, { column, id, from: row[column.name], to: null })
  }
  for (const key of definition.keys) {
    const digest = keyDigest(key, row)
    if (digest !== undefined) tx.remove(keyStore(key.id), digest)
  }
  tx.remove(definition.store, id)
}

/** Ids of the rows whose lookup holds an id. */
export function rowsPointingTo(tx: ReadTransaction, column: DataColumn, id: string): readonly string[] {
  return tx.range(linkStore(column.id), { prefix: `${id} ` }).map((link) => String(link.row['id']))
}

/** The row with the values of an alternate key; undefined when no key has these columns, or no row the values. */
export function rowByKey(tx: ReadTransaction, definition: DataDefinition, values: Row): Row | undefined {
  const names = Object.keys(values)
  const key = definition.keys.find(({ columns }) => columns.length === names.length && columns.every((name) => names.includes(name)))
  const digest = key === undefined ? undefined : keyDigest(key, values)
  const id = key === undefined || digest === undefined ? undefined : tx.get(keyStore(key.id), digest)?.['id']
  return typeof id === 'string' ? readRow(tx, definition, id) : undefined
}

/** Rows that point at users, teams and the like are never looked for: nobody deletes those here. */
function isFollowed(column: DataColumn): boolean {
  return isLookup(column) && column.type !== 'owner' && column.targets.some(({ table }) => !people.has(table))
}

const people: ReadonlySet<string> = new Set(['systemuser', 'team', 'businessunit', 'organization'])

export function linkStore(columnId: string): string {
  return `~link ${columnId}`
}

export function keyStore(keyId: string): string {
  return `~key ${keyId}`
}

function moveLink(
  tx: Transaction,
  link: { readonly column: DataColumn; readonly id: string; readonly from: unknown; readonly to: unknown },
): void {
  const { column, id, from, to } = link
  if (from === to) return
  if (typeof from === 'string') tx.remove(linkStore(column.id), `${from} ${id}`)
  if (typeof to === 'string') tx.put(linkStore(column.id), `${to} ${id}`, { id })
}

interface KeyMove {
  readonly key: AlternateKey
  readonly old: Row | undefined
  readonly row: Row
}

function moveKey(tx: Transaction, definition: DataDefinition, { key, old, row }: KeyMove): void {
  if (!isIndexed(tx, definition, key)) return
  const before = old === undefined ? undefined : keyDigest(key, old)
  const after = keyDigest(key, row)
  if (before === after) return
  if (after !== undefined && tx.get(keyStore(key.id), after) !== undefined) throw keyTaken(definition, key)
  if (before !== undefined) tx.remove(keyStore(key.id), before)
  if (after !== undefined) tx.put(keyStore(key.id), after, { id: row[definition.primaryId] })
}

/**
 * True when the key holds for the rows that are there. A key that came later is made from them the first time that it is needed; where
 * two have the same values it fails, and holds for none, as its index does in the service.
 */
function isIndexed(tx: Transaction, definition: DataDefinition, key: AlternateKey): boolean {
  const state = tx.get(keyStore(key.id), '~state')?.['value']
  if (state !== undefined) return state === 'active'
  const found = new Map<string, unknown>()
  let isUnique = true
  for (const row of readRows(tx, definition)) {
    const digest = keyDigest(key, row)
    if (digest === undefined) continue
    isUnique &&= !found.has(digest)
    found.set(digest, row[definition.primaryId])
  }
  tx.put(keyStore(key.id), '~state', { value: isUnique ? 'active' : 'failed' })
  if (isUnique) for (const [digest, id] of found) tx.put(keyStore(key.id), digest, { id })
  return isUnique
}

/** Undefined for a row without a value in one of the columns: such rows are never equal. Text counts without case. */
function keyDigest(key: AlternateKey, row: Row): string | undefined {
  const values = key.columns.map((name) => row[name])
  if (values.length === 0 || values.some((value) => value === null || value === undefined)) return undefined
  const text = JSON.stringify(values.map((value) => (typeof value === 'string' ? value.toLowerCase() : value)))
  return createHash('sha256').update(text).digest('hex')
}

function keyTaken(definition: DataDefinition, key: AlternateKey): ODataError {
  const columns = key.columns.join(', ')
  return new ODataError(
    412,
    '0x80060892',
    `Entity Key ${key.name} violated. A record of ${definition.logicalName} with the same value for ${columns} already exists. A duplicate record cannot be created.`,
  )
}

function packed(definition: DataDefinition, row: Row): Row {
  const stored: Record<string, unknown> = {}
  for (const column of definition.columns) {
    const value = row[column.name]
    if (value === null || value === undefined) continue
    stored[column.key] = value
    const target = column.targets.length > 1 ? targetOf(column, row) : undefined
    if (target !== undefined) stored[`${column.key}~type`] = target
  }
  return stored
}

function shown(tx: ReadTransaction, definition: DataDefinition, stored: Row): Row {
  return withFileNames(tx, definition, unpacked(definition, stored))
}

// What a deleted column left in the stored row has no column any more and is passed over, and so is a value that points to a table
// that the lookup no longer knows.
function unpacked(definition: DataDefinition, stored: Row): Row {
  const columns = columnsByKey(definition)
  const row: Record<string, unknown> = {}
  for (const key in stored) {
    const column = columns.get(key)
    if (column === undefined) continue
    const target = column.targets.length > 1 ? stored[`${key}~type`] : undefined
    if (target !== undefined) {
      if (!column.targets.some(({ table }) => table === target)) continue
      row[`${column.name}~type`] = target
    }
    row[column.name] = stored[key]
  }
  return row
}

const keyed = new WeakMap<DataDefinition, ReadonlyMap<string, DataColumn>>()

// Rows hold few of many columns: what is stored is looked up, not every column tried.
function columnsByKey(definition: DataDefinition): ReadonlyMap<string, DataColumn> {
  const known = keyed.get(definition)
  if (known !== undefined) return known
  const made = new Map(definition.columns.map((column) => [column.key, column]))
  keyed.set(definition, made)
  return made
}
