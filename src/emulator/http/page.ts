import { pageCap } from '../odata/limits.ts'
import { syntaxError } from '../odata/refuse.ts'
import type { Row } from '../store/store.ts'
import type { Table } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'

export interface Page {
  readonly rows: readonly Row[]
  /** Address of the next page. */
  readonly next: string | undefined
}

// With both $top and odata.maxpagesize the service ignores $top. The cookie carries the last id, so rows that appear between two pages do not shift them.
export function cutPage(call: ApiCall, table: Table, rows: readonly Row[]): Page {
  const { top, skipToken } = call.query
  const size = call.preferences.maxPageSize
  if (top !== undefined && size === undefined) return { rows: rows.slice(0, Math.min(top, pageCap)), next: undefined }
  const cookie = skipToken === undefined ? undefined : parseToken(skipToken)
  const isOrdered = call.query.orderBy.length > 0
  const start = cookie === undefined ? 0 : startAfter(rows, { column: table.primaryId, last: cookie.last, isOrdered })
  const page = rows.slice(start, start + (size ?? pageCap))
  if (start + page.length >= rows.length) return { rows: page, next: undefined }
  return { rows: page, next: nextLink(call, (cookie?.page ?? 1) + 1, String(page.at(-1)?.[table.primaryId])) }
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
  if (cookie.isOrdered) throw syntaxError('The paging cookie is no longer valid: the row that it points to is gone.')
  const after = rows.findIndex((row) => String(row[cookie.column]) > cookie.last)
  return after < 0 ? rows.length : after
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
