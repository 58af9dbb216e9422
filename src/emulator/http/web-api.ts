import { actingContext } from '../auth/impersonation.ts'
import { requirePrivilege } from '../auth/privileges.ts'
import { visibleTo } from '../auth/visible-rows.ts'
import { ODataError } from '../errors.ts'
import { parseKey } from '../odata/resource-path.ts'
import type { Segment } from '../odata/resource-path.ts'
import { notSupported, unknownSegment } from '../odata/refuse.ts'
import { operations } from '../operations/registry.ts'
import { answerMetadata } from './entity-definitions.ts'
import { findTable, findTableBySet, knownButMissingSets } from '../tables/registry.ts'
import { isNamedOnly } from '../tables/data/define.ts'
import type { FindTable } from '../tables/rows.ts'
import type { Table } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import { answerBatch } from './batch.ts'
import { metadataDocument, serviceDocument } from './metadata-document.ts'
import { callOperation } from './operate.ts'
import { answerProperty } from './property.ts'
import type { Source } from './read.ts'
import { readCollection, readCount, readRecord } from './read.ts'
import type { Reply } from './reply.ts'
import { wrongVerb } from './reply.ts'
import { createRecord, deleteRecord, updateRecord } from './write.ts'

// Sent by real clients and without effect here, because there are no duplicate rules, no plug-ins and no metadata cache.
const unsupportedHeaders = ['x-http-method-override']

const verbs: Readonly<Record<string, 'read' | 'create' | 'write' | 'delete'>> = {
  GET: 'read',
  POST: 'create',
  PATCH: 'write',
  DELETE: 'delete',
}

/** Answers one request below /api/data/v9.x/. */
export async function answerWebApi(sent: ApiCall): Promise<Reply> {
  for (const name of unsupportedHeaders) if (sent.headers[name] !== undefined) throw notSupported(`the request header '${name}'`)
  const call: ApiCall = { ...sent, context: actingContext(sent.context, sent.headers) }
  const [first, ...rest] = call.segments
  if (first === undefined) return serviceDocument(call)
  if (first.name === '$batch' && rest.length === 0) return answerBatch(call, answerWebApi)
  if (first.name === '$metadata' && rest.length === 0) return metadataDocument(call)
  if (first.name.startsWith('$')) throw notSupported(`'${first.name}'`)
  const operation = operations.find((known) => known.name === first.name)
  if (operation !== undefined) {
    requirePrivilege(call.context.caller, { verb: 'execute', operation: operation.name })
    return rest.length === 0 ? callOperation(call, operation) : refuseDeeper(rest)
  }
  const metadata = await answerMetadata(call)
  if (metadata !== undefined) return metadata
  return answerSet(call, first, rest)
}

function answerSet(call: ApiCall, first: Segment, rest: readonly Segment[]): Reply | Promise<Reply> {
  const table = call.context.env.read((tx) => findTableBySet(tx, first.name))
  if (table === undefined) throw unknownSet(call, first)
  if (table.isPart === true && call.method !== 'GET') throw onlyWithin(call.method, table)
  // What stands behind a row changes the row.
  const verb = rest.length > 0 && call.method !== 'GET' ? 'write' : verbs[call.method]
  if (verb !== undefined) requirePrivilege(call.context.caller, { verb, table: table.logicalName })
  const { caller } = call.context
  const source: Source = { table: visibleTo(caller, table), find: findVisible(caller) }
  if (first.inside === undefined) return answerCollection(call, source, rest)
  const key = parseKey(first.inside)
  if (rest.length > 0) return answerProperty(call, source, { key, segments: rest })
  switch (call.method) {
    case 'GET':
      return readRecord(call, source, key)
    case 'PATCH':
      return updateRecord(call, source, key)
    case 'DELETE':
      return deleteRecord(call, source, key)
    default:
      throw wrongVerb(call.method)
  }
}

/** As clients report it (github.com/seanmcne/Microsoft.Xrm.Data.PowerShell/issues/201); the code and the names of other verbs are unverified. */
function onlyWithin(method: string, { logicalName }: Table): ODataError {
  const name = { POST: 'Create', PATCH: 'Update', DELETE: 'Delete' }[method] ?? method
  return new ODataError(400, '0x80040800', `The '${name}' method does not support entities of type '${logicalName}'.`)
}

function findVisible(caller: ApiCall['context']['caller']): FindTable {
  return (tx, name) => {
    const table = findTable(tx, name)
    return table === undefined ? undefined : visibleTo(caller, table)
  }
}

function answerCollection(call: ApiCall, source: Source, rest: readonly Segment[]): Reply | Promise<Reply> {
  const [next, ...more] = rest
  if (next === undefined && call.method === 'POST') return createRecord(call, source)
  if (call.method !== 'GET') throw wrongVerb(call.method)
  if (next === undefined) return readCollection(call, source)
  if (more.length > 0) return refuseDeeper(more)
  if (next.name === '$count') return readCount(call, source)
  if (next.name === 'Microsoft.Dynamics.CRM.RetrieveUnpublishedMultiple') return readUnpublished(call, source)
  throw next.name.startsWith('Microsoft.Dynamics.CRM.') ? notSupported(`the bound operation '${next.name}'`) : unknownSegment(next.name)
}

function readUnpublished(call: ApiCall, source: Source): Reply {
  const { listUnpublished } = source.table
  // Bound to few sets only (facts: savedqueries, systemforms, savedqueryvisualizations, webresourceset, …).
  if (listUnpublished === undefined) throw unknownSegment('Microsoft.Dynamics.CRM.RetrieveUnpublishedMultiple')
  return readCollection(call, { ...source, rows: listUnpublished })
}

// A set or message that the service has and we lack is 501; what nobody has is 404.
function unknownSet(call: ApiCall, segment: Segment): ODataError {
  const isPlatform = call.context.env.read((tx) => isNamedOnly(tx, segment.name))
  if (isPlatform || knownButMissingSets.has(segment.name)) return notSupported(`the table '${segment.name}'`)
  const looksLikeOperation = /^[A-Z]/.test(segment.name) && (call.method === 'POST' || segment.inside !== undefined)
  return looksLikeOperation ? notSupported(`the operation '${segment.name}'`) : unknownSegment(segment.name)
}

function refuseDeeper(rest: readonly Segment[]): never {
  throw unknownSegment(rest[0]?.name ?? '')
}
