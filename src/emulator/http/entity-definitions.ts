import { ODataError } from '../errors.ts'
import { notSupported } from '../odata/refuse.ts'
import type { Key } from '../odata/resource-path.ts'
import { parseKey } from '../odata/resource-path.ts'
import { attributeMetadata, attributeRows, entityMetadata } from '../tables/metadata-tables.ts'
import { createAttribute } from '../tables/attribute-writes.ts'
import { findTable } from '../tables/registry.ts'
import type { ApiCall } from './api-call.ts'
import type { Source } from './read.ts'
import { readCollection, readRecord, requireRow } from './read.ts'
import type { Reply } from './reply.ts'

/** `EntityDefinitions(…)/Attributes…`; undefined for every other address. Tables themselves are read like any set. */
export async function answerMetadata(call: ApiCall): Promise<Reply | undefined> {
  const [first, second, ...more] = call.segments
  if (first?.name !== 'EntityDefinitions' || first.inside === undefined || second === undefined) return undefined
  if (second.name !== 'Attributes') throw notSupported(`'${second.name}' of a table definition`)
  if (more.length > 0) throw notSupported(`'${more[0]?.name ?? ''}' behind Attributes`)
  const key = parseKey(first.inside)
  const entity = call.context.env.read((tx) => requireMetadata(() => requireRow(tx, entityMetadata, key)))
  const logicalName = String(entity['LogicalName'])
  const setName = `EntityDefinitions('${logicalName}')/Attributes`
  const source: Source = { table: { ...attributeMetadata, setName, list: (tx) => attributeRows(tx, logicalName) }, find: findTable }
  if (call.method === 'POST' && second.inside === undefined) {
    const id = await createAttribute(call.context, logicalName, await call.readBody())
    const address = `${call.serviceRoot}/EntityDefinitions(${String(entity['MetadataId'])})/Attributes(${id})`
    return { status: 204, headers: { 'odata-version': '4.0', 'odata-entityid': address, location: address } }
  }
  if (call.method !== 'GET') throw notSupported(`${call.method} of column definitions`)
  if (second.inside === undefined) return readCollection(call, source)
  const attributeKey: Key = parseKey(second.inside)
  return requireMetadata(() => readRecord(call, source, attributeKey))
}

// Metadata that is not there has a code of its own.
function requireMetadata<T>(find: () => T): T {
  try {
    return find()
  } catch (error) {
    if (error instanceof ODataError && error.status === 404)
      throw new ODataError(404, '0x80060888', 'Could not find an entity or attribute definition with the specified name or id.')
    throw error
  }
}
