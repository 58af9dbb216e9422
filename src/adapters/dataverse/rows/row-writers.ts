import { DroverError } from '#domain/kernel'
import type { Row, RowReference } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import type { BatchAnswer, BatchRequest } from '../batch.ts'
import type { CurrentRow } from './current-rows.ts'
import { fetchMe, makerOf } from './current-rows.ts'
import type { ColumnDefinition, PairDefinition, TableDefinition } from './definitions.ts'
import { fetchSets, fetchTable } from './definitions.ts'
import { isReference, nameInReplies, travelling } from './read-rows.ts'

/** What one kind of writing asks for. */
export interface Writer {
  idOf(row: Row): string
  /** Columns, by their names in replies, that have to be known of rows that are there now; undefined: nothing has to be. */
  readonly looksAt: readonly string[] | undefined
  /** A collection that has to be known of them, too, with what is asked of its rows. */
  readonly expands?: string
  readonly definition: TableDefinition | undefined
  decide(row: Row, now: CurrentRow | undefined): Decision
  /** An answer that is as good as success. */
  isDone(answer: BatchAnswer): boolean
  /** Columns that a row has a value for and its table does not have: what is written is less than was saved. */
  lacksOf?(row: Row): readonly string[]
}

/** What is sent for one row. */
export interface Decision {
  readonly request: BatchRequest | undefined
  /** The same in parts, each to be tried alone: one that cannot be set must not keep the others from being set. */
  readonly parts: readonly BatchRequest[]
  /** Whether something stays as people have it now. */
  readonly leaves: boolean
}

export const nothingToSend: Decision = { request: undefined, parts: [], leaves: false }
export const leftAlone: Decision = { request: undefined, parts: [], leaves: true }

/** Of whole rows, or of a selection of columns. */
export function writerOf(
  client: DataverseClient,
  write: { readonly part: 'values' | 'links'; readonly columns: readonly string[] | undefined },
  definition: TableDefinition,
): Promise<Writer> {
  if (write.part === 'links') return linksWriter(client, definition, write.columns)
  return write.columns === undefined ? rowsWriter(client, definition) : Promise.resolve(valuesWriter(definition, write.columns))
}

/**
 * Makes rows that are gone. One that is there and was made by somebody else never went: it stays as it is. One that an earlier restore made is filled
 * where it is empty, since columns may have come back after it.
 */
async function rowsWriter(client: DataverseClient, definition: TableDefinition): Promise<Writer> {
  const me = await fetchMe(client)
  const plain = plainColumns(definition, undefined).filter(({ mayCreate }) => mayCreate)
  const { mayFill, fill } = filling(definition, plain)
  return {
    idOf: (row) => String(row[definition.primaryId]),
    looksAt: [...makerOf(definition), ...mayFill.map(nameInReplies)],
    definition,
    decide(row, now) {
      if (now !== undefined) return isMadeBy(now, me) ? fill(row, now) : leftAlone
      const createdon = row['createdon'] === undefined ? {} : { overriddencreatedon: row['createdon'] }
      const body = { ...bodyOf(definition, plain, row), ...createdon }
      return alone({ method: 'PATCH', path: pathOf(definition, row), headers: { 'If-None-Match': '*' }, body })
    },
    isDone: isSuccess,
    lacksOf: (row) => Object.keys(row).filter((name) => !name.startsWith('@') && !definition.columns.has(name)),
  }
}

/** Fills empty columns of rows that are there. */
function valuesWriter(definition: TableDefinition, columns: readonly string[]): Writer {
  const { mayFill, fill } = filling(definition, plainColumns(definition, columns))
  return {
    idOf: (row) => String(row[definition.primaryId]),
    looksAt: orNothing(mayFill.map(nameInReplies)),
    definition,
    decide: fill,
    isDone: isSuccess,
  }
}

/** What fills the empty ones of these columns, as far as they may be set. */
function filling(definition: TableDefinition, columns: readonly ColumnDefinition[]) {
  const mayFill = columns.filter(({ mayUpdate }) => mayUpdate)
  function fill(row: Row, now: CurrentRow | undefined): Decision {
    const empty = mayFill.filter((column) => isEmpty(now, nameInReplies(column)))
    const leaves = mayFill.some((column) => !empty.includes(column) && isOther(now, column, row[column.name]))
    const body = bodyOf(definition, empty, row)
    if (Object.keys(body).length === 0) return leaves ? leftAlone : nothingToSend
    return { ...alone({ method: 'PATCH', path: pathOf(definition, row), headers: { 'If-Match': etagOf(now) }, body }), leaves }
  }
  return { mayFill, fill }
}

function plainColumns(definition: TableDefinition, columns: readonly string[] | undefined): readonly ColumnDefinition[] {
  return travelling(definition, columns).filter(
    (column) => (!isReference(column) && !['State', 'Status'].includes(column.type)) || column.name === 'transactioncurrencyid',
  )
}

function bodyOf(definition: TableDefinition, columns: readonly ColumnDefinition[], row: Row): Readonly<Record<string, unknown>> {
  const entries = columns.flatMap(({ name }): [string, unknown][] => {
    const value = row[name]
    if (value === undefined || value === null || name === 'overriddencreatedon') return []
    if (!isRowReference(value)) return [[name, value]]
    return [[`${definition.navigation.get(`${name}>${value.table}`) ?? name}@odata.bind`, `/transactioncurrencies(${value.id})`]]
  })
  return Object.fromEntries(entries)
}

/** Sets what points to other rows. Of whole rows only those that were made anew by us, and there the owner while it is still our identity. */
async function linksWriter(client: DataverseClient, definition: TableDefinition, columns: readonly string[] | undefined): Promise<Writer> {
  const me = await fetchMe(client)
  const isWhole = columns === undefined
  const references = travelling(definition, columns).filter((column) => isReference(column) && column.mayUpdate)
  const sets = await fetchSets(client, [...new Set([...definition.navigation.keys()].map((key) => key.slice(key.indexOf('>') + 1)))])
  function bind(name: string, value: RowReference): Readonly<Record<string, unknown>> {
    const set = sets.get(value.table)
    const navigation = definition.navigation.get(`${name}>${value.table}`)
    return set === undefined || navigation === undefined ? { [name]: value.id } : { [`${navigation}@odata.bind`]: `/${set}(${value.id})` }
  }
  function mayBeSet(now: CurrentRow | undefined, column: ColumnDefinition): boolean {
    return isEmpty(now, nameInReplies(column)) || (isWhole && column.name === 'ownerid' && isId(now?.[nameInReplies(column)], me))
  }
  /** One part for each lookup, and one for state and reason, which belong together. */
  function partsOf(row: Row, now: CurrentRow | undefined): readonly Readonly<Record<string, unknown>>[] {
    const bound = references.flatMap((column) => {
      const value = row[column.name]
      return isRowReference(value) && mayBeSet(now, column) && isOther(now, column, value) ? [bind(column.name, value)] : []
    })
    const { statecode, statuscode } = row
    const isStill = now !== undefined && now['statecode'] === statecode && now['statuscode'] === (statuscode ?? now['statuscode'])
    if (!isWhole || statecode === undefined || isStill) return bound
    return [...bound, { statecode, ...(statuscode === undefined ? {} : { statuscode }) }]
  }
  return {
    idOf: (row) => String(row[definition.primaryId]),
    looksAt: orNothing([...references.map(nameInReplies), ...(isWhole ? [...makerOf(definition), ...stateOf(definition)] : [])]),
    definition,
    decide(row, now) {
      if (isWhole && now !== undefined && !isMadeBy(now, me)) return leftAlone
      const parts = partsOf(row, now)
      const leaves = references.some((column) => !mayBeSet(now, column) && isOther(now, column, row[column.name]))
      if (parts.length === 0) return leaves ? leftAlone : nothingToSend
      const request = (body: Readonly<Record<string, unknown>>, etag: string): BatchRequest => ({
        ...{ method: 'PATCH', path: pathOf(definition, row), headers: { 'If-Match': etag }, body },
      })
      return {
        request: request(Object.assign({}, ...parts), etagOf(now)),
        parts: parts.length < 2 ? [] : parts.map((part) => request(part, '*')),
        leaves,
      }
    },
    isDone: isSuccess,
  }
}

/** A look for no columns would tell nothing that is asked. */
function orNothing(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : names
}

function stateOf({ columns }: TableDefinition): readonly string[] {
  return ['statecode', 'statuscode'].filter((name) => columns.has(name))
}

/** Of a table that does not tell who made a row, all are taken for ours: then only what is empty is filled. */
export function isMadeBy(now: CurrentRow, me: string): boolean {
  return now['_createdby_value'] === undefined || isId(now['_createdby_value'], me)
}

function isEmpty(now: CurrentRow | undefined, name: string): boolean {
  return now === undefined || now[name] === undefined || now[name] === null
}

/** Whether a saved value differs from what is there now. Nothing saved differs from nothing. */
export function isOther(now: CurrentRow | undefined, column: ColumnDefinition, saved: unknown): boolean {
  if (saved === undefined || saved === null) return false
  const there = now?.[nameInReplies(column)]
  return isRowReference(saved) ? !isId(there, saved.id) : JSON.stringify(there) !== JSON.stringify(saved)
}

function isId(value: unknown, id: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === id.toLowerCase()
}

export function pathOf({ setName, primaryId }: TableDefinition, row: Row): string {
  return `${setName}(${String(row[primaryId])})`
}

/** A row that is not there, or does not tell its version, is asked for as it may be: what is gone is not made by that. */
function etagOf(now: CurrentRow | undefined): string {
  const etag = now?.['@odata.etag']
  return typeof etag === 'string' && etag !== '' ? etag : '*'
}

function alone(request: BatchRequest): Decision {
  return { request, parts: [], leaves: false }
}

/** Joins the two rows of each pair. */
export async function pairWriter(client: DataverseClient, pair: PairDefinition): Promise<Writer> {
  const [first, second] = await Promise.all([fetchTable(client, pair.first.table), fetchTable(client, pair.second.table)])
  if (first === undefined || second === undefined) {
    throw new DroverError('rows.absent', `${client.environment.name} does not have both tables that ${pair.schemaName} joins.`, {
      hint: 'Bring the version of the solution that has them first, then restore again.',
    })
  }
  const root = `${client.environment.url.replace(/\/+$/, '')}/api/data/v9.2`
  const ends = (row: Row): readonly [string, string] => [String(row[pair.first.column]), String(row[pair.second.column])]
  return {
    idOf: (row) => ends(row).join(' + '),
    looksAt: undefined,
    definition: undefined,
    decide(row) {
      const [one, other] = ends(row)
      const path = `${first.setName}(${one})/${pair.first.navigation}/$ref`
      return alone({ method: 'POST', path, body: { '@odata.id': `${root}/${second.setName}(${other})` } })
    },
    // 412: they are joined already.
    isDone: (answer) => isSuccess(answer) || answer.status === 412,
  }
}

export function isSuccess(answer: BatchAnswer): boolean {
  return answer.status >= 200 && answer.status < 300
}

export function isRowReference(value: unknown): value is RowReference {
  return typeof value === 'object' && value !== null && 'table' in value && 'id' in value
}
