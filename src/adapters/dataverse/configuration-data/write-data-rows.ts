import type { ConfigurationLink } from '#domain/data'
import type { DataJoin, DataRefusal, DataWrite } from '#engine/ports'
import type { BatchAnswer, BatchRequest } from '../batch.ts'
import type { DataverseClient } from '../client.ts'
import { sendPatiently, whyRefused } from '../rows/write-rows.ts'
import type { DataTable, PlacedTable } from './definitions.ts'
import { placeTable } from './definitions.ts'
import { navigationOf } from './read-data-rows.ts'
import { writeValue } from './values.ts'

/** A row takes the service some tens of milliseconds (unverified): a batch should end well within its two minutes. */
const inBatch = 200

/**
 * Each names the row that it makes, or the version that it changes, so that sending it again does no harm. A new row is told which columns have no
 * value, so that no default takes their place (unverified for the service; reading back tells).
 */
export async function writeDataRows(
  client: DataverseClient,
  table: DataTable,
  writes: readonly DataWrite[],
): Promise<readonly DataRefusal[]> {
  if (writes.length === 0) return []
  const placed = await placeTable(client, table)
  const answers = await sendAll(
    client,
    writes.map((write) => requestFor(placed, write)),
  )
  return writes.flatMap(({ id, kind }, at): DataRefusal[] => {
    const answer = answers[at]
    if (answer === undefined || isTaken(answer) || (kind === 'delete' && answer.status === 404)) return []
    const message = answer.status === 412 ? 'somebody was quicker: it is another row than was looked at' : whyRefused(answer, undefined)
    return [{ id, message, isConflict: answer.status === 412 }]
  })
}

function requestFor(placed: PlacedTable, { id, kind, values, etag }: DataWrite): BatchRequest {
  const path = `${placed.definition.setName}(${id})`
  const match = { 'If-Match': etag === undefined || etag === '' ? '*' : etag }
  if (kind === 'delete') return { method: 'DELETE', path, headers: match }
  const body = Object.assign(
    {},
    ...placed.columns.flatMap((column) => {
      const value = values[column.name]
      return value === undefined || (value === null && kind === 'create' && column.sort === 'reference')
        ? []
        : [writeValue(placed, column, value)]
    }),
  ) as Readonly<Record<string, unknown>> // members of one body, joined
  return { method: 'PATCH', path, headers: kind === 'create' ? { 'If-None-Match': '*' } : match, body }
}

/** 412 and 404: joined or parted already. */
export async function joinDataRows(
  client: DataverseClient,
  { table, link }: { readonly table: DataTable; readonly link: ConfigurationLink },
  joins: readonly DataJoin[],
): Promise<readonly DataRefusal[]> {
  if (joins.length === 0) return []
  const placed = await placeTable(client, table)
  const navigation = navigationOf(placed, table, link)
  const set = placed.sets.get(link.target)
  if (navigation === undefined || set === undefined) {
    const message = `there is no relationship ${link.relationship}`
    return joins.map(({ sourceId }) => ({ id: sourceId, message, isConflict: false }))
  }
  const root = `${client.environment.url.replace(/\/+$/, '')}/api/data/v9.2`
  const requests = joins.map(({ kind, sourceId, targetId }): BatchRequest => {
    const source = `${placed.definition.setName}(${sourceId})/${navigation}`
    if (kind === 'part') return { method: 'DELETE', path: `${source}(${targetId})/$ref` }
    return { method: 'POST', path: `${source}/$ref`, body: { '@odata.id': `${root}/${set}(${targetId})` } }
  })
  const answers = await sendAll(client, requests)
  return joins.flatMap(({ kind, sourceId }, at): DataRefusal[] => {
    const answer = answers[at]
    const isDone = answer === undefined || isTaken(answer) || answer.status === (kind === 'join' ? 412 : 404)
    return isDone ? [] : [{ id: sourceId, message: whyRefused(answer, undefined), isConflict: false }]
  })
}

function isTaken({ status }: BatchAnswer): boolean {
  return status >= 200 && status < 300
}

async function sendAll(client: DataverseClient, requests: readonly BatchRequest[]): Promise<readonly BatchAnswer[]> {
  const answers: BatchAnswer[] = []
  for (let at = 0; at < requests.length; at += inBatch) answers.push(...(await sendPatiently(client, requests.slice(at, at + inBatch))))
  return answers
}
