import { z } from 'zod'
import type { ConfigurationLink, DataReference, OutsideRow, TargetRow } from '#domain/data'
import { DroverError } from '#domain/kernel'
import type { Row } from '#engine/ports'
import type { BatchAnswer, BatchRequest } from '../batch.ts'
import { sendBatch } from '../batch.ts'
import type { DataverseClient } from '../client.ts'
import { fetchSets, fetchTable } from '../rows/definitions.ts'
import type { PairDefinition } from '../rows/definitions.ts'
import { toRow, travelling } from '../rows/read-rows.ts'
import { parseJson } from '../token.ts'
import type { DataTable, PlacedTable } from './definitions.ts'
import { placeTable } from './definitions.ts'
import { lookupTable, nameInReplies, readValue } from './values.ts'

const row = z.record(z.string(), z.unknown())
const rows = z.object({ value: z.array(row), '@odata.nextLink': z.string().optional() })
const annotated = { Prefer: `odata.include-annotations="${lookupTable}"` }

/** Requests in a batch: 1,000 at the most [facts-2 1.7]; fewer leave room for those of other work. */
const inBatch = 200

/** Each row by its id, in batches; those that are not there are left out. */
export async function fetchDataRows(client: DataverseClient, table: DataTable, ids: readonly string[]): Promise<readonly TargetRow[]> {
  if (ids.length === 0) return []
  const placed = await placeTable(client, table)
  const answers = await readAll(
    client,
    ids.map((id) => ({ method: 'GET', path: `${placed.definition.setName}(${id})?$select=${selectOf(placed)}`, headers: annotated })),
  )
  const found = answers.flatMap((answer) => {
    if (answer.status === 404) return []
    return answer.status === 200 ? [row.parse(parseJson(answer.text))] : unreadable(client, table, answer)
  })
  return withLinks(client, placed, table, found)
}

export async function fetchWholeRows(client: DataverseClient, table: string, ids: readonly string[]): Promise<readonly Row[]> {
  const definition = await fetchTable(client, table)
  if (definition === undefined) return []
  const columns = travelling(definition, undefined)
  const answers = await readAll(
    client,
    ids.map((id) => ({ method: 'GET', path: `${definition.setName}(${id})`, headers: annotated })),
  )
  return answers.flatMap((answer) => {
    if (answer.status === 404) return []
    if (answer.status !== 200) return unreadable(client, { name: table }, answer)
    return [toRow(definition, columns, row.parse(parseJson(answer.text)))]
  })
}

/** All of them by pages, or those that the filter of the schema chooses. */
export async function listDataRows(client: DataverseClient, table: DataTable): Promise<readonly TargetRow[]> {
  if (table.filter !== undefined) return fetchDataRows(client, table, await listFiltered(client, table, table.filter))
  const placed = await placeTable(client, table)
  const found: Readonly<Record<string, unknown>>[] = []
  let path: string | undefined = `${placed.definition.setName}?$select=${selectOf(placed)}`
  while (path !== undefined) {
    const page: z.infer<typeof rows> = await client.call({
      operation: 'ReadRows',
      path,
      reply: rows,
      headers: { Prefer: `odata.maxpagesize=${client.limits.pageSize},${annotated.Prefer}` },
    })
    found.push(...page.value)
    path = page['@odata.nextLink']
  }
  return withLinks(client, placed, table, found)
}

/** A whole `<fetch>` or only a `<filter>` [release-facts 1.2]; of either only which rows it chooses is used. */
async function listFiltered(client: DataverseClient, table: DataTable, filter: string): Promise<readonly string[]> {
  const definition = await fetchTable(client, table.name)
  if (definition === undefined) return []
  const attribute = `<attribute name="${table.primaryId}" />`
  const fetchXml = filter.includes('<fetch') ? filter : `<fetch><entity name="${table.name}">${attribute}${filter}</entity></fetch>`
  const path = `${definition.setName}?fetchXml=${encodeURIComponent(fetchXml)}`
  const page: z.infer<typeof rows> = await client.call({ operation: 'ReadRows', path, reply: rows })
  if (page['@odata.nextLink'] !== undefined) {
    throw new DroverError(
      'data.too-many-rows',
      `The filter of ${table.name} chooses more rows than one page holds; that is data, and no configuration.`,
      {
        hint: 'Choose fewer rows in data_schema.xml.',
      },
    )
  }
  return page.value.map((each) => String(each[table.primaryId]).toLowerCase())
}

/** Ids that fit each, two at the most. */
export async function findDataRows(
  client: DataverseClient,
  wanted: readonly (DataReference | OutsideRow)[],
): Promise<readonly (readonly string[])[]> {
  if (wanted.length === 0) return []
  const names = [...new Set(wanted.map(({ table }) => table))]
  const sets = await fetchSets(client, names)
  const primary = new Map<string, string>()
  for (const name of names) primary.set(name, (await fetchTable(client, name))?.primaryId ?? `${name}id`)
  const asked = wanted.flatMap((one, at) => {
    const set = sets.get(one.table)
    const id = primary.get(one.table) ?? ''
    if (set === undefined) return []
    const path = 'key' in one ? `${set}?$select=${id}&$top=2&$filter=${keyFilter(one)}` : `${set}(${one.id})?$select=${id}`
    return [{ at, id, request: { method: 'GET', path } satisfies BatchRequest }]
  })
  const answers = await readAll(
    client,
    asked.map(({ request }) => request),
  )
  const found: (readonly string[])[] = wanted.map(() => [])
  for (const [index, { at, id }] of asked.entries()) {
    const answer = answers[index]
    if (answer?.status !== 200) continue
    const reply = row.parse(parseJson(answer.text))
    const list = Array.isArray(reply['value']) ? rows.parse(reply).value : [reply]
    found[at] = list.map((each) => String(each[id]).toLowerCase())
  }
  return found
}

function keyFilter({ key }: OutsideRow): string {
  const parts = Object.entries(key).map(([name, value]) =>
    typeof value === 'number' ? `${name} eq ${value}` : `${name} eq '${value.replaceAll("'", "''")}'`,
  )
  return encodeURIComponent(parts.join(' and '))
}

export async function countPointing(
  client: DataverseClient,
  { table, column }: { readonly table: string; readonly column: string },
  ids: readonly string[],
): Promise<number> {
  const definition = await fetchTable(client, table)
  if (definition === undefined) return 0
  const answers = await readAll(
    client,
    ids.map((id) => ({
      method: 'GET',
      path: `${definition.setName}?$select=${definition.primaryId}&$filter=_${column}_value%20eq%20${id}`,
    })),
  )
  let count = 0
  for (const answer of answers) {
    if (answer.status !== 200) return unreadable(client, { name: table }, answer)
    count += rows.parse(parseJson(answer.text)).value.length
  }
  return count
}

function selectOf({ definition, columns }: PlacedTable): string {
  return [definition.primaryId, ...columns.map(nameInReplies)].join(',')
}

async function withLinks(
  client: DataverseClient,
  placed: PlacedTable,
  table: DataTable,
  found: readonly Readonly<Record<string, unknown>>[],
): Promise<readonly TargetRow[]> {
  const ids = found.map((each) => String(each[placed.definition.primaryId]).toLowerCase())
  const linked: Record<string, readonly string[]>[] = ids.map(() => ({}))
  for (const link of table.links) {
    const navigation = navigationOf(placed, table, link)
    if (navigation === undefined) continue
    const answers = await readAll(
      client,
      ids.map((id) => ({ method: 'GET', path: `${placed.definition.setName}(${id})/${navigation}?$select=${link.targetPrimaryId}` })),
    )
    for (const [at, answer] of answers.entries()) {
      if (answer.status !== 200) return unreadable(client, table, answer)
      const page = rows.parse(parseJson(answer.text))
      const of = linked[at]
      if (of !== undefined) of[link.relationship] = page.value.map((each) => String(each[link.targetPrimaryId]).toLowerCase()).sort()
    }
  }
  return found.map((reply, at) => ({
    id: ids[at] ?? '',
    etag: String(reply['@odata.etag'] ?? ''),
    values: Object.fromEntries(
      placed.columns.flatMap((column) => {
        const value = readValue(placed, column, reply)
        return value === undefined ? [] : [[column.name, value] as const]
      }),
    ),
    links: linked[at] ?? {},
  }))
}

/** Collection of the rows that this table's rows are joined with; undefined where the environment has no such relationship. */
export function navigationOf({ pairs }: PlacedTable, table: { readonly name: string }, link: ConfigurationLink): string | undefined {
  const pair: PairDefinition | undefined = pairs.find(({ schemaName }) => schemaName.toLowerCase() === link.relationship.toLowerCase())
  if (pair === undefined) return undefined
  return pair.first.table === table.name ? pair.first.navigation : pair.second.navigation
}

async function readAll(client: DataverseClient, requests: readonly BatchRequest[]): Promise<readonly BatchAnswer[]> {
  const answers: BatchAnswer[] = []
  for (let at = 0; at < requests.length; at += inBatch)
    answers.push(...(await sendBatch(client, 'ReadBatch', requests.slice(at, at + inBatch))))
  return answers
}

function unreadable(client: DataverseClient, table: { readonly name: string }, answer: BatchAnswer): never {
  throw new DroverError(
    'data.unreadable',
    `${client.environment.name} does not let rows of ${table.name} be read: status ${answer.status}.`,
    {
      hint: 'Give the application user the right to read and write the tables of the configuration data.',
      isRetryable: answer.status === 429 || answer.status === 503,
    },
  )
}
