import { groupMembers } from '../odata/aggregate.ts'
import { countCap, pageCap } from '../odata/limits.ts'
import { parseFetchXml } from '../odata/fetch-parser.ts'
import type { FetchEntity, FetchQuery } from '../odata/fetch-query.ts'
import { compareScalars } from '../odata/compare.ts'
import { syntaxError } from '../odata/refuse.ts'
import { ODataError } from '../errors.ts'
import { Reading, findRow, listRows } from '../tables/rows.ts'
import type { ApiCall } from './api-call.ts'
import { aggregateRows } from './fetch-aggregate.ts'
import type { FetchScope, Joined } from './fetch-join.ts'
import { fetchColumn, fetchValue, joinRows, openScope } from './fetch-join.ts'
import { lastOfCookie, pagingToken } from './page.ts'
import { etag, presentColumn } from './present.ts'
import type { Source } from './read.ts'
import type { Reply } from './reply.ts'
import { jsonReply } from './reply.ts'
import { circumstancesOf } from './select-rows.ts'

/** `GET <set>?fetchXml=…` */
export function readFetch(call: ApiCall, source: Source, text: string): Reply {
  const query = parseFetchXml(text)
  const { table } = source
  if (query.entity.name !== table.logicalName)
    throw syntaxError(`The entity '${query.entity.name}' of the FetchXML is not that of the set '${table.setName}'.`)
  return call.context.env.read((tx) => {
    const reading = new Reading(tx, source.find)
    const scope = openScope(reading, { table, entity: query.entity }, circumstancesOf(call))
    const joined = joinRows(scope, query.entity, listRows(tx, table))
    const shown = query.isAggregate ? aggregateRows(call, scope, { query, joined }) : showRows(call, scope, { query, joined })
    const page = cutFetchPage(query, shown)
    const body = {
      '@odata.context': `${call.serviceRoot}/$metadata#${table.setName}`,
      ...pageMembers(call, query, { total: shown.length, page }),
      value: page.rows.map(({ values }) => values),
    }
    const applied = call.preferences.applied
    return jsonReply(200, body, applied === undefined ? {} : { 'preference-applied': applied })
  })
}

/** `GET <set>?savedQuery=<id>`: the query of a view. */
export function readSavedQuery(call: ApiCall, source: Source, id: string): Reply {
  const view = call.context.env.read((tx) => {
    const views = source.find(tx, 'savedquery')
    return views === undefined ? undefined : findRow(tx, views, id.toLowerCase())
  })
  if (view === undefined) throw new ODataError(404, '0x80040217', `Entity 'savedquery' With Id = ${id} Does Not Exist`)
  return readFetch(call, source, String(view['fetchxml'] ?? ''))
}

/** One object of the reply, with the id of its root row where it has one. */
export interface ShownRow {
  readonly id: string
  readonly values: Record<string, unknown>
}

function showRows(
  call: ApiCall,
  scope: FetchScope,
  what: { readonly query: FetchQuery; readonly joined: readonly Joined[] },
): readonly ShownRow[] {
  const { query } = what
  const ordered = orderRows(scope, query.entity, what.joined)
  const shown = ordered.map((joined) => showRow(call, scope, { query, joined }))
  if (!query.isDistinct) return shown
  return groupMembers(shown, ({ values }) => [JSON.stringify({ ...values, '@odata.etag': undefined })]).flatMap(
    ({ members }) => members[0] ?? [],
  )
}

function showRow(call: ApiCall, scope: FetchScope, { query, joined }: { readonly query: FetchQuery; readonly joined: Joined }): ShownRow {
  const values: Record<string, unknown> = {}
  const root = joined.get('')
  const table = scope.tables.get('')
  const tag = root === undefined ? undefined : etag(root)
  if (tag !== undefined) values['@odata.etag'] = tag
  const { reading } = scope
  const show = (entity: FetchEntity, alias: string): void => {
    const row = joined.get(alias)
    const names = entity.wantsAll
      ? (scope.tables.get(alias)?.columns ?? []).map(({ name }) => ({ name, alias: undefined }))
      : entity.attributes
    for (const { name, alias: as } of row === undefined ? [] : names) {
      const column = fetchColumn(scope, alias, name)
      const key = as ?? (alias === '' ? undefined : `${alias}.${name}`)
      if (row !== undefined)
        presentColumn({ reading, preferences: call.preferences }, row, { column, shown: values, ...(key === undefined ? {} : { as: key }) })
    }
    for (const link of entity.links) show(link, link.alias)
  }
  show(query.entity, '')
  const id = String(root?.[table?.primaryId ?? ''] ?? '')
  // The service always sends the id of the row, except where rows are to be told apart by what they show.
  if (table !== undefined && !query.isDistinct) values[table.primaryId] ??= id
  return { id, values }
}

function orderRows(scope: FetchScope, entity: FetchEntity, joined: readonly Joined[]): readonly Joined[] {
  const orders: { readonly alias: string; readonly name: string; readonly isDescending: boolean }[] = []
  const collect = (node: FetchEntity, alias: string): void => {
    for (const { attribute, isDescending } of node.orders) {
      if (attribute === undefined) throw syntaxError('An order by an alias needs an aggregate.')
      fetchColumn(scope, alias, attribute)
      orders.push({ alias, name: attribute, isDescending })
    }
    for (const link of node.links) collect(link, link.alias)
  }
  collect(entity, '')
  if (orders.length === 0) return joined
  const keyed = joined.map((item) => ({ item, keys: orders.map((order) => fetchValue(scope, item, order)) }))
  keyed.sort((a, b) => {
    for (const [at, { isDescending }] of orders.entries()) {
      const order = compareScalars(a.keys[at], b.keys[at])
      if (order !== 0) return isDescending ? -order : order
    }
    return 0
  })
  return keyed.map(({ item }) => item)
}

interface FetchPage {
  readonly rows: readonly ShownRow[]
  readonly hasMore: boolean
}

// With a cookie the page begins behind its last row, so rows that appear meanwhile do not shift the pages; without one, by counting.
function cutFetchPage(query: FetchQuery, rows: readonly ShownRow[]): FetchPage {
  if (query.top !== undefined) return { rows: rows.slice(0, Math.min(query.top, pageCap)), hasMore: false }
  const size = Math.min(query.count ?? pageCap, pageCap)
  const behind =
    query.pagingCookie === undefined || query.isAggregate
      ? -1
      : rows.findLastIndex(({ id }) => id === lastOfCookie(query.pagingCookie ?? ''))
  const start = behind >= 0 ? behind + 1 : (query.page - 1) * size
  return { rows: rows.slice(start, start + size), hasMore: start + size < rows.length }
}

const more = 'Microsoft.Dynamics.CRM.morerecords'
const cookie = 'Microsoft.Dynamics.CRM.fetchxmlpagingcookie'
const total = 'Microsoft.Dynamics.CRM.totalrecordcount'

function pageMembers(
  call: ApiCall,
  query: FetchQuery,
  what: { readonly total: number; readonly page: FetchPage },
): Record<string, unknown> {
  const { preferences } = call
  const { page } = what
  const last = page.rows.at(-1)?.id
  return {
    ...(preferences.wantsAnnotation(total) ? { [`@${total}`]: query.wantsTotal ? Math.min(what.total, countCap) : -1 } : {}),
    ...(page.hasMore && preferences.wantsAnnotation(more) ? { [`@${more}`]: true } : {}),
    ...(page.hasMore && last !== undefined && preferences.wantsAnnotation(cookie)
      ? { [`@${cookie}`]: pagingToken(query.page + 1, last) }
      : {}),
  }
}
