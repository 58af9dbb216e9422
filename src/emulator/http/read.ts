import { countCap } from '../odata/limits.ts'
import { isNested } from '../odata/query.ts'
import type { Key } from '../odata/resource-path.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { FindTable } from '../tables/rows.ts'
import { Reading, listRows } from '../tables/rows.ts'
import type { Table } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import { readAggregate } from './apply.ts'
import { checkExpand } from './expand.ts'
import { readFetch, readSavedQuery } from './fetch-xml.ts'
import type { Page } from './page.ts'
import { cutPage } from './page.ts'
import type { View } from './present.ts'
import { checkSelect, contextShape, etag, presentRow } from './present.ts'
import type { Reply } from './reply.ts'
import { jsonReply } from './reply.ts'
import { requireRow } from './row-of-key.ts'
import type { Scan } from './scan.ts'
import { countPassing, scanPage } from './scan.ts'
import type { Choosing } from './select-rows.ts'
import { checkSelection, chooseRows, circumstancesOf } from './select-rows.ts'

export interface Source {
  readonly table: Table
  readonly find: FindTable
  /** Rows to choose from; by default those of the table. */
  readonly rows?: (tx: ReadTransaction) => readonly Row[]
}

/** `GET <set>?…` */
export function readCollection(call: ApiCall, source: Source): Reply {
  const { query } = call
  if (query.fetchXml !== undefined) return readFetch(call, source, query.fetchXml)
  if (query.savedQuery !== undefined) return readSavedQuery(call, source, query.savedQuery)
  if (query.apply !== undefined) return readAggregate(call, source, query.apply)
  return call.context.env.read((tx) => {
    const view = viewOf(call, source, tx)
    const page = readPage(call, source, view.reading)
    const body = {
      '@odata.context': `${call.serviceRoot}/$metadata#${contextShape(view)}`,
      ...countMembers(call, page.total),
      value: page.rows.map((row) => presentRow(view, row)),
      ...(page.next === undefined ? {} : { '@odata.nextLink': page.next }),
    }
    return jsonReply(200, body, appliedHeader(call))
  })
}

/** `GET <set>/$count`, capped as the service caps it. */
export function readCount(call: ApiCall, source: Source): Reply {
  const count = call.context.env.read((tx) => {
    const reading = new Reading(tx, source.find)
    const scan = scanOf(source)
    return scan === undefined ? selectRows(call, source, reading).length : countPassing(scan, choosingOf(call, source, reading), countCap)
  })
  return { status: 200, headers: { 'content-type': 'text/plain', 'odata-version': '4.0' }, body: String(Math.min(count, countCap)) }
}

/** `GET <set>(<key>)` */
export function readRecord(call: ApiCall, source: Source, key: Key): Reply {
  return call.context.env.read((tx) => {
    const row = requireRow(tx, source.table, key)
    const tag = etag(row)
    if (tag !== undefined && call.headers['if-none-match'] === tag) return { status: 304, headers: { etag: tag } }
    const view = viewOf(call, source, tx)
    const body = { '@odata.context': `${call.serviceRoot}/$metadata#${contextShape(view)}/$entity`, ...presentRow(view, row) }
    return jsonReply(200, body, { ...appliedHeader(call), ...(tag === undefined ? {} : { etag: tag }) })
  })
}

export function viewOf(call: ApiCall, source: Source, tx: ReadTransaction): View {
  const { query, preferences, serviceRoot } = call
  const reading = new Reading(tx, source.find)
  checkSelect(source.table, query.select)
  checkExpand(reading, source.table, query.expand)
  const circumstances = circumstancesOf(call)
  const pagesCollections = isNested(query.expand)
  return {
    reading,
    table: source.table,
    select: query.select,
    expand: query.expand,
    pagesCollections,
    preferences,
    circumstances,
    serviceRoot,
  }
}

export function appliedHeader(call: ApiCall): Record<string, string> {
  return call.preferences.applied === undefined ? {} : { 'preference-applied': call.preferences.applied }
}

function readPage(call: ApiCall, source: Source, reading: Reading): Page {
  const scan = scanOf(source)
  return scan === undefined
    ? cutPage(call, source.table, selectRows(call, source, reading))
    : scanPage(call, scan, choosingOf(call, source, reading))
}

function scanOf({ table, rows }: Source): Scan | undefined {
  return rows === undefined ? table.scan : undefined
}

function selectRows(call: ApiCall, source: Source, reading: Reading): readonly Row[] {
  const choosing = choosingOf(call, source, reading)
  return chooseRows(source.rows?.(reading.tx) ?? listRows(reading.tx, source.table, choosing.filter), choosing)
}

// Throws for a filter or an order that the table cannot answer.
function choosingOf(call: ApiCall, { table }: Source, reading: Reading): Choosing {
  const { filter, orderBy } = call.query
  checkSelection(reading, table, { filter, orderBy })
  return { reading, table, filter, orderBy, circumstances: circumstancesOf(call) }
}

function countMembers(call: ApiCall, count: number): Record<string, unknown> {
  const members: Record<string, unknown> = {}
  if (call.query.isCounted) members['@odata.count'] = Math.min(count, countCap)
  if (call.preferences.wantsAnnotation('Microsoft.Dynamics.CRM.totalrecordcount')) {
    members['@Microsoft.Dynamics.CRM.totalrecordcount'] = call.query.isCounted ? Math.min(count, countCap) : -1
  }
  if (call.preferences.wantsAnnotation('Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded')) {
    members['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'] = call.query.isCounted && count > countCap
  }
  return members
}
