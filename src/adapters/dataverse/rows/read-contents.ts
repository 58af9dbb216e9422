import { DroverError, errorCode } from '#domain/kernel'
import type { FileContent, RowSelection } from '#engine/ports'
import type { DataverseClient, Part } from '../client.ts'
import type { ColumnDefinition, TableDefinition } from './definitions.ts'
import { fetchTable } from './definitions.ts'
import type { ContentPlace } from './file-columns.ts'
import { contentColumns, contentPath, fetchHolder, idColumn } from './file-columns.ts'
import { readPages } from './read-rows.ts'

/** Bytes that are asked for at once: what the service recommends (learn.microsoft.com/power-apps/developer/data-platform/file-column-data). */
export const chunkSize = 4 * 1024 * 1024

/** Failures that say nothing about whether the content can be had in another way. */
const final = new Set([
  'dataverse.not-found',
  'dataverse.forbidden',
  'dataverse.unauthorized',
  'dataverse.unreachable',
  'dataverse.throttled',
])

/** Row by row, in parts, so that no content is in memory as a whole where the environment gives parts. */
export async function* readContents(client: DataverseClient, { table, columns }: RowSelection): AsyncIterable<FileContent> {
  const definition = await fetchTable(client, table)
  if (definition === undefined) {
    throw new DroverError('rows.absent', `${client.environment.name} has no table ${table} to read contents of.`, {
      hint: 'Look at the environment: somebody may have deleted it since the plan was made. Make the plan again.',
    })
  }
  for (const column of contentColumns(definition, columns)) yield* readColumn(client, definition, column)
}

async function* readColumn(client: DataverseClient, definition: TableDefinition, column: ColumnDefinition): AsyncIterable<FileContent> {
  const names = [definition.primaryId, idColumn(column), ...(column.type === 'File' ? [`${column.name}_name`] : [])]
  const filter = encodeURIComponent(`${idColumn(column)} ne null`)
  const path = `${definition.setName}?$select=${names.join(',')}&$filter=${filter}`
  for await (const rows of readPages(client, path, client.limits.pageSize)) {
    for (const row of rows) {
      const place = { definition, column, id: String(row[definition.primaryId]) }
      const opened = await openContent(client, place, row[idColumn(column)])
      if (opened === undefined) continue
      const fileName = row[`${column.name}_name`] ?? opened.fileName
      yield { ...opened, fileName: typeof fileName === 'string' && fileName !== '' ? fileName : column.name }
    }
  }
}

/** The content of one place, `contentId` of which its row told; undefined where it has gone since. */
export async function openContent(
  client: DataverseClient,
  place: ContentPlace,
  contentId: unknown,
): Promise<(Omit<FileContent, 'fileName'> & { readonly fileName: string | undefined }) | undefined> {
  const full = place.column.type === 'Image' ? await fetchFirst(client, place, '?size=full') : undefined
  // An image of which no whole is kept answers 204, and gives its thumbnail alone (image-column-data, "Download images").
  const isThumbnail = full?.status === 204
  const query = full === undefined || isThumbnail ? '' : '?size=full'
  const first = full === undefined || isThumbnail ? await fetchFirst(client, place, '') : full
  if (first === undefined || first.status === 204) return refuseEmpty(client, place, contentId)
  const size = sizeOf(first)
  return {
    ...{ id: place.id, column: place.column.name, size },
    ...(isThumbnail ? { isThumbnail: true as const } : {}),
    fileName: nameIn(first),
    bytes: readParts(client, { place, contentId, query, first, size }),
  }
}

/** The first part; undefined where there is nothing at the address. What cannot be had in parts is asked for as a whole. */
async function fetchFirst(client: DataverseClient, place: ContentPlace, query: string): Promise<Part | undefined> {
  try {
    return await fetchPart(client, `${contentPath(place)}/$value${query}`, 0)
  } catch (error) {
    if (errorCode(error) === 'dataverse.not-found') return undefined
    if (final.has(errorCode(error))) throw error
    return client.callPart({ ...download, path: `${contentPath(place)}/$value${query}` })
  }
}

const download = { operation: 'ReadRows', headers: { Accept: '*/*' }, isLong: true } as const

function fetchPart(client: DataverseClient, path: string, from: number): Promise<Part> {
  return client.callPart({ ...download, path, headers: { ...download.headers, Range: `bytes=${from}-${from + chunkSize - 1}` } })
}

interface Reading {
  readonly place: ContentPlace
  readonly contentId: unknown
  readonly query: string
  readonly first: Part
  readonly size: number
}

/** Throws where somebody put another content there in between: of two halves nobody could tell what was whole. */
async function* readParts(client: DataverseClient, { place, contentId, query, first, size }: Reading): AsyncIterable<Uint8Array> {
  yield first.bytes
  let at = first.bytes.length
  while (at < size) {
    const part = await fetchPart(client, `${contentPath(place)}/$value${query}`, at)
    if (part.status !== 206 || part.bytes.length === 0 || sizeOf(part) !== size) throw changed(client, place)
    yield part.bytes
    at += part.bytes.length
  }
  if (at !== size) throw changed(client, place)
  if (at === first.bytes.length) return
  const now = await fetchHolder(client, place)
  if (now?.[idColumn(place.column)] !== contentId) throw changed(client, place)
}

function sizeOf({ status, headers, bytes }: Part): number {
  const said = Number(headers.get('x-ms-file-size') ?? /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1])
  return status === 206 && Number.isSafeInteger(said) ? said : bytes.length
}

/** Of a file with other than plain characters the row tells the name; how they stand in the header is unverified. */
function nameIn({ headers }: Part): string | undefined {
  const name = headers.get('x-ms-file-name')
  if (name === null) return undefined
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** Gone since its row was read, or there and not to be had. */
async function refuseEmpty(client: DataverseClient, place: ContentPlace, contentId: unknown): Promise<undefined> {
  const now = await fetchHolder(client, place)
  const there = now?.[idColumn(place.column)]
  if (there === undefined || there === null) return undefined
  if (there !== contentId) throw changed(client, place)
  throw new DroverError(
    'rows.content-unreadable',
    `${client.environment.name} does not give what column ${place.column.name} of ${place.definition.table} holds in row ${place.id}.`,
    { hint: 'Look at that row: where its file cannot be opened there either, clear the column in it, then try again.' },
  )
}

function changed(client: DataverseClient, { definition, column, id }: ContentPlace): DroverError {
  return new DroverError(
    'rows.content-changed',
    `What column ${column.name} of ${definition.table} holds in row ${id} of ${client.environment.name} was changed while it was read.`,
    { hint: 'Try again; where people work on these rows all the while, agree on a time with them.', isRetryable: true },
  )
}
