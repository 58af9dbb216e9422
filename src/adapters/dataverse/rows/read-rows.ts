import { z } from 'zod'
import { DroverError } from '#domain/kernel'
import { notesTable, partiesTable, sharesTable } from '#domain/plan'
import type { Row, RowSelection, Shape } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import type { ColumnDefinition, PairDefinition, TableDefinition } from './definitions.ts'
import { fetchPairs, fetchTable, findPair, isOneAbsent } from './definitions.ts'
import { contentColumns, hasContent } from './file-columns.ts'
import { readPairPages } from './pairs.ts'

const page = z.object({ value: z.array(z.record(z.string(), z.unknown())), '@odata.nextLink': z.string().optional() })
export const lookupTable = 'Microsoft.Dynamics.CRM.lookuplogicalname'

/** Kinds of column whose content is somewhere else than in the row: files and images are sent apart, parties are rows of their own. */
const elsewhere = new Set(['File', 'Image', 'PartyList', 'CalendarRules'])
const referring = new Set(['Lookup', 'Owner', 'Customer'])

export function isReference(column: ColumnDefinition): boolean {
  return referring.has(column.type)
}

/** The columns of a selection that travel with rows; all that the table has when none are named. */
export function travelling(definition: TableDefinition, columns: readonly string[] | undefined): readonly ColumnDefinition[] {
  const wanted = columns === undefined ? [...definition.columns.values()] : columns.flatMap((name) => definition.columns.get(name) ?? [])
  return wanted.filter(({ type, name }) => !elsewhere.has(type) && name !== definition.primaryId)
}

export async function fetchShape(client: DataverseClient, of: RowSelection): Promise<Shape> {
  const { table, columns } = of
  const nothing = { missing: [], contents: [], unread: [], joins: [] }
  if (isHanging(of)) {
    const owner = await fetchTable(client, of.regarding)
    return { isThere: table === partiesTable ? owner?.isActivity === true : owner !== undefined, ...nothing }
  }
  const definition = await fetchTable(client, table)
  const pair = await findPair(client, table, definition)
  if (definition === undefined || pair !== undefined) return { isThere: pair !== undefined, ...nothing }
  const wanted = columns ?? [...definition.columns.keys()]
  return {
    isThere: true,
    missing: wanted.filter((name) => !definition.columns.has(name)),
    contents: contentColumns(definition, columns).map(({ name }) => name),
    unread: wanted.filter((name) => isUnread(definition.columns.get(name), columns === undefined)),
    joins: columns === undefined ? await fetchJoins(client, table) : [],
  }
}

/** Whether the rows are of a table of the platform that hangs on rows of any table. What joins rows to others is a table of its own. */
export function isHanging<S extends Pick<RowSelection, 'table' | 'regarding'>>(of: S): of is S & { readonly regarding: string } {
  return of.regarding !== undefined && [notesTable, partiesTable, sharesTable].includes(of.table)
}

/** Also those that somebody made there by hand, which no release tells of. */
async function fetchJoins(client: DataverseClient, table: string): Promise<Shape['joins']> {
  const pairs = (await fetchPairs(client)).filter(({ first, second }) => first.table === table || second.table === table)
  return pairs.map(({ intersect, schemaName }) => ({ table: intersect, relationship: schemaName }))
}

/** Party lists of whole rows are read with their parties. */
function isUnread(column: ColumnDefinition | undefined, isWhole: boolean): boolean {
  const type = column?.type ?? ''
  return elsewhere.has(type) && !hasContent(column) && !(isWhole && type === 'PartyList')
}

/**
 * Pages of rows. No order is asked for: without one the service sorts by the primary id and its cookie names the last one, so that rows which come
 * or go meanwhile move no others (page-results of the Web API documentation); an order of our own would lose its place when a row goes.
 */
export async function* readRows(client: DataverseClient, selection: RowSelection): AsyncIterable<readonly Row[]> {
  const definition = await fetchTable(client, selection.table)
  const pair = await findPair(client, selection.table, definition)
  if (pair !== undefined) {
    yield* readPairs(client, pair)
    return
  }
  if (definition === undefined) throw absent(client, `table ${selection.table}`)
  const lost = selection.columns?.find((name) => !definition.columns.has(name))
  if (lost !== undefined) throw absent(client, `column ${lost} of table ${selection.table}`)
  const columns = travelling(definition, selection.columns)
  // Nothing of these columns is in the rows: there is nothing to read.
  if (columns.length === 0 && selection.columns !== undefined) return
  const isSelection = selection.columns !== undefined
  const path = firstPath(definition, columns, isSelection)
  for await (const page of readPages(client, path, client.limits.pageSize)) {
    const rows = page.map((row) => toRow(definition, columns, row))
    yield isSelection ? rows.filter((row) => Object.keys(row).length > 1) : rows
  }
}

/** Replies of all pages, with the tables that lookups point to. */
export async function* readPages(
  client: DataverseClient,
  first: string,
  pageSize: number,
): AsyncIterable<readonly Readonly<Record<string, unknown>>[]> {
  let path: string | undefined = first
  while (path !== undefined) {
    const reply: z.infer<typeof page> = await client.call({
      operation: 'ReadRows',
      path,
      reply: page,
      headers: { Prefer: `odata.maxpagesize=${pageSize},odata.include-annotations="${lookupTable}"` },
      isLong: true,
    })
    yield reply.value
    path = reply['@odata.nextLink']
  }
}

async function* readPairs(client: DataverseClient, pair: PairDefinition): AsyncIterable<readonly Row[]> {
  const [first, second] = await Promise.all([fetchTable(client, pair.first.table), fetchTable(client, pair.second.table)])
  if (first === undefined || second === undefined) {
    // The definition of a relationship may stand alone; it joins nothing where a table of it is not there.
    if (await isOneAbsent(client, [pair.first.table, pair.second.table])) return
    throw absent(client, `relationship ${pair.schemaName}`)
  }
  for await (const pairs of readPairPages(client, { pair, first, second }))
    yield pairs.map((each) => ({ [pair.first.column]: each.first, [pair.second.column]: each.second }))
}

/**
 * An address has 32 KB at most [web-api]: of hundreds of columns at once all rows are asked for, and those without a value in any of them
 * are left out here.
 */
const longestAddress = 30_000
/** How many conditions one query may have is unverified; this many was never refused (ours). */
const mostConditions = 100

function firstPath(definition: TableDefinition, columns: readonly ColumnDefinition[], isSelection: boolean): string {
  if (!isSelection) return definition.setName
  const names = columns.map(nameInReplies)
  const selected = `${definition.setName}?$select=${[definition.primaryId, ...names].join(',')}`
  if (selected.length > longestAddress) return definition.setName
  const filtered = `${selected}&$filter=${encodeURIComponent(names.map((name) => `${name} ne null`).join(' or '))}`
  return names.length > mostConditions || filtered.length > longestAddress ? selected : filtered
}

export function nameInReplies(column: ColumnDefinition): string {
  return isReference(column) ? `_${column.name}_value` : column.name
}

export function toRow(definition: TableDefinition, columns: readonly ColumnDefinition[], reply: Readonly<Record<string, unknown>>): Row {
  const values = columns.flatMap((column): [string, unknown][] => {
    const name = nameInReplies(column)
    const value = reply[name]
    if (value === null || value === undefined) return []
    if (!isReference(column)) return [[column.name, value]]
    const table = reply[`${name}@${lookupTable}`] ?? onlyTarget(definition, column)
    return table === undefined ? [] : [[column.name, { table, id: value }]]
  })
  return { [definition.primaryId]: reply[definition.primaryId], ...Object.fromEntries(values) }
}

function onlyTarget(definition: TableDefinition, column: ColumnDefinition): string | undefined {
  const targets = [...definition.navigation.keys()].filter((key) => key.startsWith(`${column.name}>`))
  return targets.length === 1 ? targets[0]?.slice(column.name.length + 1) : undefined
}

function absent(client: DataverseClient, what: string): DroverError {
  return new DroverError('rows.absent', `${client.environment.name} has no ${what} to read rows of.`, {
    hint: 'Look at the environment: somebody may have deleted it since the plan was made. Make the plan again.',
  })
}
