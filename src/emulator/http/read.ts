import { checkFilter, compareScalars, evaluateFilter } from '../odata/evaluate.ts'
import { ODataError } from '../errors.ts'
import type { Query } from '../odata/query.ts'
import type { Key } from '../odata/resource-path.ts'
import { syntaxError, unknownProperty } from '../odata/refuse.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { FindTable } from '../tables/rows.ts'
import { findRow, listRows, typeOfPath, valueReader } from '../tables/rows.ts'
import type { Table } from '../tables/table.ts'
import { columnByWireName } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import type { View } from './present.ts'
import { checkExpand, checkSelect, contextShape, etag, presentRow } from './present.ts'
import type { Reply } from './reply.ts'
import { jsonReply } from './reply.ts'

const countCap = 5000
const defaultPage = 5000

export interface Source {
  readonly table: Table
  readonly find: FindTable
  /** Rows to choose from; by default those of the table. */
  readonly rows?: (tx: ReadTransaction) => readonly Row[]
}

/** `GET <set>?…` */
export function readCollection(call: ApiCall, source: Source): Reply {
  return call.context.env.read((tx) => {
    const view = viewOf(call, source, tx)
    const rows = selectRows(tx, source, call.query)
    const page = cutPage(call, source.table, rows)
    const body = {
      '@odata.context': `${call.serviceRoot}/$metadata#${contextShape(view)}`,
      ...countMembers(call, rows.length),
      value: page.rows.map((row) => presentRow(view, row)),
      ...(page.next === undefined ? {} : { '@odata.nextLink': page.next }),
    }
    return jsonReply(200, body, appliedHeader(call))
  })
}

/** `GET <set>/$count`, capped as the service caps it. */
export function readCount(call: ApiCall, source: Source): Reply {
  const count = call.context.env.read((tx) => selectRows(tx, source, call.query).length)
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

/** The row, or 404 in the words of the service. */
export function requireRow(tx: ReadTransaction, table: Table, key: Key): Row {
  const row = key.kind === 'id' ? findRow(tx, table, key.id) : findByAlternateKey(tx, table, key.values)
  if (row !== undefined) return row
  if (key.kind === 'id') throw new ODataError(404, '0x80040217', `Entity '${table.logicalName}' With Id = ${key.id} Does Not Exist`)
  throw new ODataError(404, '0x80060891', `A record with the specified key values does not exist in ${table.logicalName} entity`)
}

export function viewOf(call: ApiCall, source: Source, tx: ReadTransaction): View {
  const { select, expand } = call.query
  const view = { tx, table: source.table, find: source.find, select, expand, preferences: call.preferences }
  checkSelect(source.table, select)
  checkExpand(view)
  return view
}

export function appliedHeader(call: ApiCall): Record<string, string> {
  return call.preferences.applied === undefined ? {} : { 'preference-applied': call.preferences.applied }
}

function findByAlternateKey(tx: ReadTransaction, table: Table, values: ReadonlyMap<string, unknown>): Row | undefined {
  for (const name of values.keys()) if (columnByWireName(table, name) === undefined) throw unknownProperty(name, table.logicalName)
  return listRows(tx, table).find((row) => [...values].every(([name, value]) => sameKey(row[name], value)))
}

function sameKey(left: unknown, right: unknown): boolean {
  return typeof left === 'string' && typeof right === 'string' ? left.toLowerCase() === right.toLowerCase() : left === right
}

function selectRows(tx: ReadTransaction, source: Source, query: Query): readonly Row[] {
  const { table, find } = source
  const typeOf = typeOfPath(tx, table, find)
  if (query.filter !== undefined) checkFilter(query.filter, typeOf)
  for (const item of query.orderBy) typeOf(item.path)
  const read = valueReader(tx, table, find)
  const { filter } = query
  const all = source.rows?.(tx) ?? listRows(tx, table, filter)
  const chosen = filter === undefined ? [...all] : all.filter((row) => evaluateFilter(filter, read(row)))
  if (query.orderBy.length === 0) return chosen
  return chosen.sort((a, b) => {
    for (const { path, isDescending } of query.orderBy) {
      const order = compareScalars(read(a)(path), read(b)(path))
      if (order !== 0) return isDescending ? -order : order
    }
    return compareScalars(String(a[table.primaryId]), String(b[table.primaryId]))
  })
}

interface Page {
  readonly rows: readonly Row[]
  readonly next: string | undefined
}

// With both $top and odata.maxpagesize the service ignores $top. The cookie carries the last id, so rows that appear between two pages do not shift them.
function cutPage(call: ApiCall, table: Table, rows: readonly Row[]): Page {
  const { top, skipToken } = call.query
  const size = call.preferences.maxPageSize
  if (top !== undefined && size === undefined) return { rows: rows.slice(0, top), next: undefined }
  const cookie = skipToken === undefined ? undefined : parseCookie(skipToken)
  const start =
    cookie === undefined ? 0 : startAfter(rows, { column: table.primaryId, last: cookie.last, isOrdered: call.query.orderBy.length > 0 })
  const page = rows.slice(start, start + (size ?? defaultPage))
  if (start + page.length >= rows.length) return { rows: page, next: undefined }
  return { rows: page, next: nextLink(call, (cookie?.page ?? 1) + 1, String(page.at(-1)?.[table.primaryId])) }
}

// The row that the cookie points to may be gone; in the order of ids the place after it is still known.
function startAfter(rows: readonly Row[], cookie: { readonly column: string; readonly last: string; readonly isOrdered: boolean }): number {
  const at = rows.findIndex((row) => row[cookie.column] === cookie.last)
  if (at >= 0) return at + 1
  if (cookie.isOrdered) throw syntaxError('The paging cookie is no longer valid: the row that it points to is gone.')
  const after = rows.findIndex((row) => String(row[cookie.column]) > cookie.last)
  return after < 0 ? rows.length : after
}

function nextLink(call: ApiCall, page: number, last: string): string {
  const inner = encodeURIComponent(encodeURIComponent(`<cookie page="${page - 1}"><id last="{${last}}" /></cookie>`))
  const token = `<cookie pagenumber="${page}" pagingcookie="${inner}" istracking="False" />`
  const rest = [...call.url.searchParams]
    .filter(([name]) => name !== '$skiptoken')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `${call.url.origin}${call.url.pathname}?${[...rest, `$skiptoken=${encodeURIComponent(token)}`].join('&')}`
}

function parseCookie(token: string): { readonly page: number; readonly last: string } {
  const outer = /^<cookie pagenumber="(\d+)" pagingcookie="([^"]+)" istracking="False" \/>$/.exec(token)
  const last = /last="\{([^}]+)\}"/.exec(decodeURIComponent(decodeURIComponent(outer?.[2] ?? '')))?.[1]
  if (outer === null || last === undefined) throw syntaxError('Malformed XML in the Paging Cookie')
  return { page: Number(outer[1]), last }
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
