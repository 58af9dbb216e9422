import { ODataError } from '../errors.ts'
import { notSupported } from '../odata/refuse.ts'
import type { Key } from '../odata/resource-path.ts'
import type { Row } from '../store/store.ts'
import { findRow } from '../tables/rows.ts'
import type { ApiCall } from './api-call.ts'
import { parsePayload } from './payload.ts'
import { contextShape, etag, presentRow } from './present.ts'
import type { Source } from './read.ts'
import { appliedHeader, requireRow, viewOf } from './read.ts'
import type { Reply } from './reply.ts'
import { jsonReply } from './reply.ts'

/** `POST <set>`: 204 with OData-EntityId, or 201 with the row when the client prefers the representation. */
export async function createRecord(call: ApiCall, source: Source): Promise<Reply> {
  const { table, find } = source
  if (table.create === undefined) throw notSupported(`creating rows of '${table.setName}'`)
  const body = await call.readBody()
  const values = call.context.env.read((tx) => parsePayload({ tx, table, find }, body))
  const id = await table.create(call.context, values)
  return writtenReply(call, source, { id, status: 201 })
}

/** `PATCH <set>(<key>)`: an update, or an upsert where the table can create. */
export async function updateRecord(call: ApiCall, source: Source, key: Key): Promise<Reply> {
  const { table, find } = source
  const body = await call.readBody()
  const row = call.context.env.read((tx) =>
    isUpsert(call, source, key) && key.kind === 'id' ? findRow(tx, table, key.id) : requireRow(tx, table, key),
  )
  const values = call.context.env.read((tx) => parsePayload({ tx, table, find }, body))
  if (row === undefined) return upsert(call, source, { key, values })
  checkConditions(call, row)
  if (table.update === undefined) throw notSupported(`changing rows of '${table.setName}'`)
  await table.update(call.context, row, values)
  return writtenReply(call, source, { id: String(row[table.primaryId]), status: 200 })
}

/** `DELETE <set>(<key>)` */
export async function deleteRecord(call: ApiCall, source: Source, key: Key): Promise<Reply> {
  const { table } = source
  const row = call.context.env.read((tx) => requireRow(tx, table, key))
  checkConditions(call, row)
  if (table.remove === undefined) throw notSupported(`deleting rows of '${table.setName}'`)
  await table.remove(call.context, row)
  return { status: 204, headers: { 'odata-version': '4.0' } }
}

function isUpsert(call: ApiCall, source: Source, key: Key): boolean {
  return key.kind === 'id' && source.table.create !== undefined && call.headers['if-match'] === undefined
}

async function upsert(
  call: ApiCall,
  source: Source,
  what: { readonly key: Key; readonly values: Record<string, unknown> },
): Promise<Reply> {
  const { table } = source
  if (table.create === undefined || what.key.kind !== 'id') throw notSupported(`creating rows of '${table.setName}'`)
  const id = await table.create(call.context, { ...what.values, [table.primaryId]: what.key.id })
  return writtenReply(call, source, { id, status: 201 })
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

function writtenReply(call: ApiCall, source: Source, written: { readonly id: string; readonly status: 200 | 201 }): Reply {
  const entity = `${call.serviceRoot}/${source.table.setName}(${written.id})`
  if (!call.preferences.isRepresentationWanted) {
    return { status: 204, headers: { 'odata-version': '4.0', 'odata-entityid': entity, location: entity } }
  }
  return call.context.env.read((tx) => {
    const row = findRow(tx, source.table, written.id)
    // A component that is saved and not yet published has no row that others see.
    if (row === undefined) return { status: 204, headers: { 'odata-version': '4.0', 'odata-entityid': entity, location: entity } }
    const view = viewOf(call, source, tx)
    const body = { '@odata.context': `${call.serviceRoot}/$metadata#${contextShape(view)}/$entity`, ...presentRow(view, row) }
    return jsonReply(written.status, body, { ...appliedHeader(call), location: entity })
  })
}
