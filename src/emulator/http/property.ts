import { notSupported, unknownSegment } from '../odata/refuse.ts'
import type { Key, Segment } from '../odata/resource-path.ts'
import { findRow, listRows } from '../tables/rows.ts'
import { lookupNavigation, columnByWireName, storedValue } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import type { Source } from './read.ts'
import { readCollection, readRecord, requireRow } from './read.ts'
import type { Reply } from './reply.ts'
import { jsonReply } from './reply.ts'

/** `GET <set>(<key>)/<property>`: a column's value, the row behind a lookup, or the rows that point here. */
export function readProperty(call: ApiCall, source: Source, place: { readonly key: Key; readonly segments: readonly Segment[] }): Reply {
  const [segment, ...more] = place.segments
  if (segment === undefined || more.length > 0) throw notSupported(`the path segment '${more[0]?.name ?? ''}' behind a property`)
  if (call.method !== 'GET') throw notSupported(`${call.method} of the single property '${segment.name}' (PATCH the row instead)`)
  const { table, find } = source
  const row = call.context.env.read((tx) => requireRow(tx, table, place.key))
  const column = columnByWireName(table, segment.name)
  if (column !== undefined) {
    const context = `${call.serviceRoot}/$metadata#${table.setName}(${String(row[table.primaryId])})/${segment.name}`
    return jsonReply(200, { '@odata.context': context, value: storedValue(row, column) })
  }
  const lookup = lookupNavigation(table, segment.name)?.column
  if (lookup?.target !== undefined) return readLookup(call, source, { target: lookup.target, id: storedValue(row, lookup) })
  const collection = table.collections?.find((item) => item.name === segment.name)
  if (collection === undefined) throw unknownSegment(segment.name)
  const other = call.context.env.read((tx) => find(tx, collection.table))
  if (other === undefined) throw notSupported(`the table '${collection.table}'`)
  return readCollection(call, {
    table: other,
    find,
    rows: (tx) => listRows(tx, other).filter((item) => item[collection.lookup] === row[table.primaryId]),
  })
}

function readLookup(call: ApiCall, source: Source, to: { readonly target: string; readonly id: unknown }): Reply {
  const other = call.context.env.read((tx) => source.find(tx, to.target))
  if (other === undefined) throw notSupported(`the table '${to.target}'`)
  const id = typeof to.id === 'string' ? to.id : undefined
  const exists = id !== undefined && call.context.env.read((tx) => findRow(tx, other, id)) !== undefined
  return exists
    ? readRecord(call, { table: other, find: source.find }, { kind: 'id', id })
    : { status: 204, headers: { 'odata-version': '4.0' } }
}
