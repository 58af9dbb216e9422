import { syntaxError } from '../odata/refuse.ts'
import { parseKey } from '../odata/resource-path.ts'
import type { Row } from '../store/store.ts'
import { Reading } from '../tables/rows.ts'
import type { LookupNavigation, Table } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import type { CollectionPlace } from './collections.ts'
import { addToCollection, removeFromCollection } from './collections.ts'
import { lookupChanges, payloadError } from './payload.ts'
import type { Source } from './read.ts'
import { findReference } from './reference.ts'
import type { Reply } from './reply.ts'
import { jsonReply, noContent, wrongVerb } from './reply.ts'
import { changeRow } from './write.ts'

/** `<set>(<key>)/<lookup>/$ref`: the address of the row behind a lookup; PUT points it elsewhere, DELETE clears it. */
export async function answerLookupReference(
  call: ApiCall,
  source: Source,
  { row, lookup }: { readonly row: Row; readonly lookup: LookupNavigation },
): Promise<Reply> {
  switch (call.method) {
    case 'GET': {
      const behind = call.context.env.read((tx) => new Reading(tx, source.find).behind(row, lookup.column))
      if (behind === undefined) return noContent()
      return jsonReply(200, {
        '@odata.context': `${call.serviceRoot}/$metadata#$ref`,
        '@odata.id': addressOf(call, behind.table, behind.row),
      })
    }
    case 'PUT':
    case 'POST': {
      const to = await readReference(call, source, { table: source.table, name: lookup.name, tables: lookup.tables })
      await changeRow(call, source, { row, changes: lookupChanges(lookup.column, to) })
      return noContent()
    }
    case 'DELETE':
      await changeRow(call, source, { row, changes: lookupChanges(lookup.column, null) })
      return noContent()
    default:
      throw wrongVerb(call.method)
  }
}

export interface CollectionReference {
  readonly place: CollectionPlace
  readonly other: Table
  /** The key in `<collection>(<key>)/$ref`. */
  readonly key: string | undefined
}

/** `<set>(<key>)/<collection>/$ref`: the addresses of its rows; POST adds one, DELETE of `<collection>(<id>)/$ref` or `?$id=` takes one out. */
export async function answerCollectionReference(call: ApiCall, source: Source, reference: CollectionReference): Promise<Reply> {
  const { place, other, key } = reference
  switch (call.method) {
    case 'GET':
      return listReferences(call, source, reference)
    case 'POST':
    case 'PUT': {
      const to = await readReference(call, source, { table: place.table, name: place.collection, tables: [other.logicalName] })
      await call.context.env.join((env) => addToCollection({ ...call.context, env }, place, to.id))
      return noContent()
    }
    case 'DELETE': {
      const id = key === undefined ? idOfQuery(call, source, other) : idOfKey(key)
      await call.context.env.join((env) => removeFromCollection({ ...call.context, env }, place, id))
      return noContent()
    }
    default:
      throw wrongVerb(call.method)
  }
}

function listReferences(call: ApiCall, source: Source, { place, other }: CollectionReference): Reply {
  const rows = call.context.env.read((tx) =>
    new Reading(tx, source.find).related(place.table, { [place.table.primaryId]: place.id }, place.collection),
  )
  const value = rows.map((row) => ({ '@odata.id': addressOf(call, other, row) }))
  return jsonReply(200, { '@odata.context': `${call.serviceRoot}/$metadata#Collection($ref)`, value })
}

async function readReference(
  call: ApiCall,
  source: Source,
  of: { readonly table: Table; readonly name: string; readonly tables: readonly string[] },
): Promise<{ readonly table: string; readonly id: string }> {
  const body = await call.readBody()
  const found = call.context.env.read((tx) => findReference(new Reading(tx, source.find), body['@odata.id']))
  if (found === undefined)
    throw payloadError(of.table.setName, "The body of a reference is an object whose member '@odata.id' is the address of a row.")
  if (!of.tables.includes(found.table.logicalName))
    throw payloadError(of.table.setName, `A resource of the set '${found.table.setName}' cannot be bound to '${of.name}'.`)
  return { table: found.table.logicalName, id: found.id }
}

function idOfQuery(call: ApiCall, source: Source, other: Table): string {
  const address = call.url.searchParams.get('$id')
  const found = call.context.env.read((tx) => findReference(new Reading(tx, source.find), address))
  if (found?.table.logicalName !== other.logicalName)
    throw syntaxError("Which reference to delete must be said: '<collection>(<id>)/$ref' or '$ref?$id=<address>'.")
  return found.id
}

function idOfKey(text: string): string {
  const key = parseKey(text)
  if (key.kind !== 'id') throw syntaxError(`The reference '${text}' is not the id of a row.`)
  return key.id
}

function addressOf(call: ApiCall, table: Table, row: Row): string {
  return `${call.serviceRoot}/${table.setName}(${String(row[table.primaryId])})`
}
