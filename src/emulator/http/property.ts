import { ODataError } from '../errors.ts'
import { notSupported, unknownSegment } from '../odata/refuse.ts'
import type { Key, Segment } from '../odata/resource-path.ts'
import { parseKey } from '../odata/resource-path.ts'
import type { Row } from '../store/store.ts'
import { Reading, scalar } from '../tables/rows.ts'
import type { Column, LookupNavigation, Table } from '../tables/table.ts'
import { columnByWireName, lookupNavigation } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import { answerFileContent } from './file-content.ts'
import { insertIntoCollection } from './deep-insert.ts'
import { checkedValue, parsePayload, payloadError } from './payload.ts'
import type { Source } from './read.ts'
import { readCollection, readCount, readRecord } from './read.ts'
import { answerCollectionReference, answerLookupReference } from './references.ts'
import type { Reply } from './reply.ts'
import { jsonReply, noContent, wrongVerb } from './reply.ts'
import { requireRow } from './row-of-key.ts'
import { changeRow, readPayload, writtenReply } from './write.ts'

/** A row with what stands behind it in the address. */
interface Place {
  readonly row: Row
  readonly segment: Segment
  readonly rest: readonly Segment[]
}

/** `<set>(<key>)/<property>…`: a column, the row behind a lookup, the rows of a collection, or the references to them. */
export async function answerProperty(
  call: ApiCall,
  source: Source,
  address: { readonly key: Key; readonly segments: readonly Segment[] },
): Promise<Reply> {
  const [segment, ...rest] = address.segments
  if (segment === undefined) throw unknownSegment('')
  if (segment.name.startsWith('Microsoft.Dynamics.CRM.')) throw notSupported(`the bound operation '${segment.name}'`)
  const { table } = source
  const row = call.context.env.read((tx) => requireRow(tx, table, address.key))
  const place: Place = { row, segment, rest }
  const column = columnByWireName(table, segment.name)
  if (column !== undefined) return answerColumn(call, source, { ...place, column })
  const lookup = lookupNavigation(table, segment.name)
  if (lookup !== undefined) return answerLookup(call, source, { ...place, lookup })
  return answerCollection(call, source, place)
}

async function answerColumn(call: ApiCall, source: Source, place: Place & { readonly column: Column }): Promise<Reply> {
  const { row, column, rest, segment } = place
  const isRaw = rest[0]?.name === '$value'
  if (rest.length > (isRaw ? 1 : 0)) throw unknownSegment(rest[isRaw ? 1 : 0]?.name ?? '')
  if (column.isFile === true && (isRaw || call.method !== 'GET')) return answerFileContent(call, source, { row, column, isRaw })
  if (call.method === 'GET') return isRaw ? rawValue(row, column) : shownValue(call, source, place)
  if (isRaw) throw notSupported(`${call.method} of '$value'`)
  if (call.method !== 'PUT' && call.method !== 'DELETE') throw wrongVerb(call.method)
  if (column.target !== undefined)
    throw payloadError(source.table.setName, `The lookup '${segment.name}' is changed through its navigation property.`)
  const body = call.method === 'PUT' ? await call.readBody() : { value: null }
  if (!('value' in body)) throw payloadError(source.table.setName, "The body of a single property is an object with the member 'value'.")
  await changeRow(call, source, { row, changes: { [column.name]: checkedValue(source.table, column, body['value']) } })
  return noContent()
}

function shownValue(call: ApiCall, { table }: Source, { row, column, segment }: Place & { readonly column: Column }): Reply {
  const value = scalar(row, column)
  if (value === null) return noContent()
  const context = `${call.serviceRoot}/$metadata#${table.setName}(${String(row[table.primaryId])})/${segment.name}`
  return jsonReply(200, { '@odata.context': context, value })
}

function rawValue(row: Row, column: Column): Reply {
  const value = scalar(row, column)
  return value === null
    ? noContent()
    : { status: 200, headers: { 'content-type': 'text/plain', 'odata-version': '4.0' }, body: String(value) }
}

function answerLookup(call: ApiCall, source: Source, place: Place & { readonly lookup: LookupNavigation }): Reply | Promise<Reply> {
  const { row, lookup, rest } = place
  const [next] = rest
  if (next?.name === '$ref') return answerLookupReference(call, source, { row, lookup })
  if (call.method !== 'GET') throw wrongVerb(call.method)
  const behind = call.context.env.read((tx) => new Reading(tx, source.find).behind(row, lookup.column))
  if (behind === undefined || !lookup.tables.includes(behind.table.logicalName)) return noContent()
  const key: Key = { kind: 'id', id: String(behind.row[behind.table.primaryId]) }
  const other: Source = { table: behind.table, find: source.find }
  return next === undefined ? readRecord(call, other, key) : answerProperty(call, other, { key, segments: rest })
}

function answerCollection(call: ApiCall, source: Source, { row, segment, rest }: Place): Reply | Promise<Reply> {
  const { table } = source
  const other = call.context.env.read((tx) => collectionTable(new Reading(tx, source.find), table, segment.name))
  const id = String(row[table.primaryId])
  const place = { table, id, collection: segment.name }
  const [next, ...more] = rest
  if (next?.name === '$ref' && more.length === 0) return answerCollectionReference(call, source, { place, other, key: segment.inside })
  const inCollection: Source = {
    table: other,
    find: source.find,
    rows: (tx) => new Reading(tx, source.find).related(table, row, segment.name),
  }
  if (segment.inside !== undefined) return answerMember(call, inCollection, { key: parseKey(segment.inside), segments: rest })
  if (next?.name === '$count' && call.method === 'GET') return readCount(call, inCollection)
  if (next !== undefined) throw unknownSegment(next.name)
  if (call.method === 'GET') return readCollection(call, inCollection)
  if (call.method === 'PUT' && other.isPart === true) return replaceCollection(call, inCollection, { row, place })
  if (call.method === 'POST' && other.isPart !== true) return createInCollection(call, { table: other, find: source.find }, place)
  throw wrongVerb(call.method)
}

// A row that is named in a collection must be one of it.
function answerMember(
  call: ApiCall,
  source: Source,
  address: { readonly key: Key; readonly segments: readonly Segment[] },
): Reply | Promise<Reply> {
  if (call.method !== 'GET') throw notSupported(`${call.method} of a row by way of a collection (address it by its own set)`)
  const row = call.context.env.read((tx) => requireRow(tx, source.table, address.key))
  const { primaryId } = source.table
  const isMember = call.context.env.read((tx) => source.rows?.(tx).some((item) => item[primaryId] === row[primaryId]) === true)
  if (!isMember)
    throw new ODataError(404, '0x80040217', `Entity '${source.table.logicalName}' With Id = ${String(row[primaryId])} Does Not Exist`)
  const plain: Source = { table: source.table, find: source.find }
  return address.segments.length === 0 ? readRecord(call, plain, address.key) : answerProperty(call, plain, address)
}

async function createInCollection(
  call: ApiCall,
  source: Source,
  place: { readonly table: Table; readonly id: string; readonly collection: string },
): Promise<Reply> {
  const payload = await readPayload(call, source)
  const { collection } = place
  const id = await call.context.env.join((env) =>
    insertIntoCollection({ ...call.context, env }, place, { table: source.table, payload, collection }),
  )
  return writtenReply(call, source, { id, status: 201 })
}

/**
 * Puts rows in place of all that a collection has, which the service does for parties of activities alone ("Associate and disassociate table rows
 * using the Web API", by collection-valued navigation properties). That those that were there go is read from "PUT" and unverified.
 */
async function replaceCollection(
  call: ApiCall,
  { table: part, find, rows = () => [] }: Source,
  { row, place }: { readonly row: Row; readonly place: { readonly table: Table; readonly id: string; readonly collection: string } },
): Promise<Reply> {
  const { table, collection } = place
  const { value } = await call.readBody()
  if (!Array.isArray(value)) throw payloadError(table.setName, "The body of a collection is an object with the array 'value'.")
  const nested = call.context.env.read((tx) => parsePayload({ reading: new Reading(tx, find), table }, { [collection]: value }).after)
  const { update } = table
  if (update === undefined || part.remove === undefined) throw notSupported(`changing rows of '${table.setName}'`)
  await call.context.env.join(async (env) => {
    const context = { ...call.context, env }
    for (const old of env.read((tx) => rows(tx))) await part.remove?.(context, old)
    for (const item of nested) await insertIntoCollection(context, place, item)
    await update(context, row, {})
  })
  return noContent()
}

function collectionTable(reading: Reading, table: Table, name: string): Table {
  const target = reading.collectionTable(table, name)
  if (target === undefined) throw unknownSegment(name)
  return reading.requireTable(target, 'reading')
}
