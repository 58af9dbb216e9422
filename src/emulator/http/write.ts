import { ODataError } from '../errors.ts'
import { notSupported } from '../odata/refuse.ts'
import type { Key } from '../odata/resource-path.ts'
import type { Row } from '../store/store.ts'
import { Reading, findRow } from '../tables/rows.ts'
import type { Changes } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import { insertRow } from './deep-insert.ts'
import type { Payload } from './payload.ts'
import { parsePayload, payloadError } from './payload.ts'
import { contextShape, etag, presentRow } from './present.ts'
import type { Source } from './read.ts'
import { appliedHeader, viewOf } from './read.ts'
import type { Reply } from './reply.ts'
import { jsonReply, noContent } from './reply.ts'
import { keyColumns, requireRow, rowOfKey } from './row-of-key.ts'

/** `POST <set>`: 204 with OData-EntityId, or 201 with the row when the client prefers the representation. */
export async function createRecord(call: ApiCall, source: Source): Promise<Reply> {
  if (source.table.create === undefined) throw notSupported(`creating rows of '${source.table.setName}'`)
  const id = await insertRow(call.context, source.table, await readPayload(call, source))
  return writtenReply(call, source, { id, status: 201 })
}

/** `PATCH <set>(<key>)`: an update, or an upsert where the table can create. */
export async function updateRecord(call: ApiCall, source: Source, key: Key): Promise<Reply> {
  const { table } = source
  const payload = await readPayload(call, source)
  const row = call.context.env.read((tx) => (isUpsert(call, source) ? rowOfKey(tx, table, key) : requireRow(tx, table, key)))
  if (row === undefined) {
    const id = await insertRow(call.context, table, { ...payload, changes: { ...payload.changes, ...keyChanges(source, key) } })
    return writtenReply(call, source, { id, status: 201 })
  }
  if (payload.before.length + payload.after.length + payload.bound.length > 0)
    throw payloadError(
      table.setName,
      'Deep update is not supported: a row is changed by itself, and its related rows by requests of their own.',
    )
  return changeRow(call, source, { row, changes: payload.changes })
}

/** Changes a row that was found, on the conditions of the request's headers. */
export async function changeRow(
  call: ApiCall,
  source: Source,
  { row, changes }: { readonly row: Row; readonly changes: Changes },
): Promise<Reply> {
  const { table } = source
  checkConditions(call, row)
  if (table.update === undefined) throw notSupported(`changing rows of '${table.setName}'`)
  await table.update(call.context, row, changes)
  return writtenReply(call, source, { id: String(row[table.primaryId]), status: 200 })
}

/** `DELETE <set>(<key>)` */
export async function deleteRecord(call: ApiCall, source: Source, key: Key): Promise<Reply> {
  const { table } = source
  const row = call.context.env.read((tx) => requireRow(tx, table, key))
  checkConditions(call, row)
  if (table.remove === undefined) throw notSupported(`deleting rows of '${table.setName}'`)
  await table.remove(call.context, row)
  return noContent()
}

/** The body of a request, read for the source's table. */
export async function readPayload(call: ApiCall, source: Source): Promise<Payload> {
  const body = await call.readBody()
  return call.context.env.read((tx) => parsePayload({ reading: new Reading(tx, source.find), table: source.table }, body))
}

// With If-Match a row must be there already.
function isUpsert(call: ApiCall, source: Source): boolean {
  return source.table.create !== undefined && call.headers['if-match'] === undefined
}

function keyChanges(source: Source, key: Key): Changes {
  if (key.kind === 'id') return { [source.table.primaryId]: key.id }
  return Object.fromEntries(keyColumns(source.table, key).map(({ column, value }) => [column.name, value]))
}

function checkConditions(call: ApiCall, row: Row): void {
  const wanted = call.headers['if-match']
  if (wanted !== undefined && wanted !== '*' && wanted !== etag(row)) {
    throw new ODataError(412, '0x80060882', "The version of the existing record doesn't match the RowVersion property provided.")
  }
  if (call.headers['if-none-match'] === '*') {
    throw new ODataError(412, '0x80040237', 'A record with matching key values already exists.')
  }
}

/** The reply to a row that was written: its address, or the row itself where the client prefers that. */
export function writtenReply(call: ApiCall, source: Source, written: { readonly id: string; readonly status: 200 | 201 }): Reply {
  const entity = `${call.serviceRoot}/${source.table.setName}(${written.id})`
  const address = noContent({ 'odata-entityid': entity, location: entity })
  if (!call.preferences.isRepresentationWanted) return address
  return call.context.env.read((tx) => {
    const row = findRow(tx, source.table, written.id)
    // A component that is saved and not yet published has no row that others see.
    if (row === undefined) return address
    const view = viewOf(call, source, tx)
    const body = { '@odata.context': `${call.serviceRoot}/$metadata#${contextShape(view)}/$entity`, ...presentRow(view, row) }
    return jsonReply(written.status, body, { ...appliedHeader(call), location: entity })
  })
}
