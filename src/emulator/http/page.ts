import { pageCap } from '../odata/limits.ts'
import { syntaxError } from '../odata/refuse.ts'
import type { Row } from '../store/store.ts'
import type { Table } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'

export interface Page {
  readonly rows: readonly Row[]
  /** Rows of all pages; counted only where the request asks for it, and not far beyond what the service counts to. */
  readonly total: number
  /** Address of the next page. */
  readonly next: string | undefined
}

/** How much of the rows a request asks for. With both $top and odata.maxpagesize the service ignores $top. */
export interface Portion {
  readonly size: number
  /** No page follows. */
  readonly isLast: boolean
  /** Number of this page, from 1. */
  readonly number: number
  /** Id of the last row of the page before. */
  readonly after: string | undefined
}

export function portionOf(call: ApiCall): Portion {
  const { top, skipToken } = call.query
  const size = call.preferences.maxPageSize
  if (top !== undefined && size === undefined) return { size: Math.min(top, pageCap), isLast: true, number: 1, after: undefined }
  const cookie = skipToken === undefined ? undefined : parseToken(skipToken)
  return { size: size ?? pageCap, isLast: false, number: cookie?.page ?? 1, after: cookie?.last }
}

/** The page of rows that have been read. The cookie carries the last id, so rows that appear between two pages do not shift them. */
export function cutPage(call: ApiCall, table: Table, rows: readonly Row[]): Page {
  const portion = portionOf(call)
  const isOrdered = call.query.orderBy.length > 0
  const start = portion.after === undefined ? 0 : startAfter(rows, { column: table.primaryId, last: portion.after, isOrdered })
  const page = rows.slice(start, start + portion.size)
  return pageOf(call, portion, { table, rows: page, hasMore: start + page.length < rows.length, total: rows.length })
}

/** A page with the link to the next, where there is more. */
export function pageOf(
  call: ApiCall,
  portion: Portion,
  found: { readonly table: Table; readonly rows: readonly Row[]; readonly hasMore: boolean; readonly total: number },
): Page {
  const { table, rows, total } = found
  if (portion.isLast || !found.hasMore) return { rows, total, next: undefined }
  return { rows, total, next: nextLink(call, portion.number + 1, String(rows.at(-1)?.[table.primaryId])) }
}

/** Number of the page that comes next, as the service writes it into tokens and FetchXML annotations, with the last row of this one. */
export function pagingToken(page: number, last: string): string {
  const inner = encodeURIComponent(encodeURIComponent(`<cookie page="${page - 1}"><id last="{${last}}" /></cookie>`))
  return `<cookie pagenumber="${page}" pagingcookie="${inner}" istracking="False" />`
}

/** The id that a paging cookie names as the last of the page before. */
export function lastOfCookie(cookie: string): string {
  const last = /last="\{([^}]+)\}"/.exec(cookie)?.[1]
  if (last === undefined) throw malformed()
  return last
}

// The row that the cookie points to may be gone; in the order of ids the place after it is still known.
function startAfter(rows: readonly Row[], cookie: { readonly column: string; readonly last: string; readonly isOrdered: boolean }): number {
  const at = rows.findIndex((row) => row[cookie.column] === cookie.last)
  if (at >= 0) return at + 1
  if (cookie.isOrdered) throw lostPlace()
  const after = rows.findIndex((row) => String(row[cookie.column]) > cookie.last)
  return after < 0 ? rows.length : after
}

/** In an order of values the place of a row that is gone is not known. */
export function lostPlace(): Error {
  return syntaxError('The paging cookie is no longer valid: the row that it points to is gone.')
}

function nextLink(call: ApiCall, page: number, last: string): string {
  const rest = [...call.url.searchParams]
    .filter(([name]) => name !== '$skiptoken')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `${call.url.origin}${call.url.pathname}?${[...rest, `$skiptoken=${encodeURIComponent(pagingToken(page, last))}`].join('&')}`
}

function parseToken(token: string): { readonly page: number; readonly last: string } {
  const outer = /^<cookie pagenumber="(\d+)" pagingcookie="([^"]+)" istracking="False" \/>$/.exec(token)
  if (outer === null) throw malformed()
  return { page: Number(outer[1]), last: lastOfCookie(decoded(decoded(outer[2] ?? ''))) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw malformed()
  }
}

function malformed(): Error {
  return syntaxError('Malformed XML in the Paging Cookie')
}
