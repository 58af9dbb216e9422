import { checkAggregateLimit, groupMembers, measureValues } from '../odata/aggregate.ts'
import type { Group } from '../odata/aggregate.ts'
import type { Apply } from '../odata/apply.ts'
import type { Scalar } from '../odata/compare.ts'
import { compareScalars } from '../odata/compare.ts'
import { notSupported, syntaxError, unknownProperty } from '../odata/refuse.ts'
import type { Row } from '../store/store.ts'
import { Reading, listRows, scalar } from '../tables/rows.ts'
import type { Column, Table } from '../tables/table.ts'
import { columnByWireName } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'
import { formattedValue, presentColumn } from './present.ts'
import type { Source } from './read.ts'
import type { Reply } from './reply.ts'
import { jsonReply } from './reply.ts'
import { checkSelection, circumstancesOf, passingRows } from './select-rows.ts'

/** `GET <set>?$apply=…`: one object a group. Refused as documented: grouping by dates, ordering by what was computed. */
export function readAggregate(call: ApiCall, source: Source, apply: Apply): Reply {
  const { table } = source
  checkOptions(call, apply)
  const columns = (apply.groupBy ?? []).map((name) => groupColumn(table, name))
  for (const { column } of apply.aggregates) if (column !== undefined) measuredColumn(table, column)
  return call.context.env.read((tx) => {
    const reading = new Reading(tx, source.find)
    const rows = chosenRows(call, source, { reading, apply })
    const groups = apply.groupBy === undefined ? [{ keys: [], members: rows }] : groupMembers(rows, keysOf(columns))
    const shown = sortGroups(call, groups, apply).map((group) => presentGroup({ call, reading, table, apply, columns }, group))
    const value = call.query.top === undefined ? shown : shown.slice(0, call.query.top)
    const applied = call.preferences.applied
    const headers = applied === undefined ? {} : { 'preference-applied': applied }
    return jsonReply(200, { '@odata.context': `${call.serviceRoot}/$metadata#${table.setName}`, value }, headers)
  })
}

function checkOptions(call: ApiCall, apply: Apply): void {
  const { query } = call
  if (query.filter !== undefined) throw notSupported('$filter beside $apply (write filter(…)/ before the aggregation)')
  if (query.select !== undefined || query.expand.length > 0 || query.isCounted)
    throw notSupported('$select, $expand or $count beside $apply')
  for (const { path } of query.orderBy)
    if (apply.groupBy?.includes(path.join('/')) !== true)
      throw syntaxError('The query node SingleValueOpenPropertyAccess is not supported.')
}

function groupColumn(table: Table, name: string): Column {
  const column = columnByWireName(table, name)
  if (column === undefined) throw unknownProperty(name, table.logicalName)
  if (column.type === 'Edm.DateTimeOffset' || column.type === 'Edm.Date')
    throw syntaxError(`Grouping by the date '${name}' is not supported in $apply.`)
  return column
}

function measuredColumn(table: Table, name: string): Column {
  const column = columnByWireName(table, name)
  if (column === undefined) throw unknownProperty(name, table.logicalName)
  return column
}

// Not read further than an aggregate may examine.
function chosenRows(call: ApiCall, source: Source, what: { readonly reading: Reading; readonly apply: Apply }): readonly Row[] {
  const { reading, apply } = what
  const { table } = source
  const circumstances = circumstancesOf(call)
  let passing: Iterable<Row> =
    source.rows?.(reading.tx) ?? table.scan?.(reading.tx, undefined) ?? listRows(reading.tx, table, apply.filters[0])
  for (const filter of apply.filters) {
    checkSelection(reading, table, { filter, orderBy: [] })
    passing = passingRows(passing, { reading, table, filter, orderBy: [], circumstances })
  }
  const rows: Row[] = []
  for (const row of passing) {
    rows.push(row)
    checkAggregateLimit(rows.length)
  }
  return rows
}

function keysOf(columns: readonly Column[]): (row: Row) => readonly Scalar[] {
  return (row) => columns.map((column) => scalar(row, column))
}

function sortGroups(call: ApiCall, groups: readonly Group<Row>[], apply: Apply): readonly Group<Row>[] {
  const order = call.query.orderBy.map(({ path, isDescending }) => ({ at: apply.groupBy?.indexOf(path.join('/')) ?? 0, isDescending }))
  return [...groups].sort((a, b) => {
    for (const { at, isDescending } of order) {
      const result = compareScalars(a.keys[at], b.keys[at])
      if (result !== 0) return isDescending ? -result : result
    }
    return 0
  })
}

interface Presenting {
  readonly call: ApiCall
  readonly reading: Reading
  readonly table: Table
  readonly apply: Apply
  readonly columns: readonly Column[]
}

function presentGroup({ call, reading, table, apply, columns }: Presenting, group: Group<Row>): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  const [first] = group.members
  if (first !== undefined) for (const column of columns) presentColumn({ reading, preferences: call.preferences }, first, { column, shown })
  for (const { measure, column, alias } of apply.aggregates) {
    const measured = column === undefined ? undefined : measuredColumn(table, column)
    const value = measureValues(
      measure,
      group.members.map((row) => (measured === undefined ? null : scalar(row, measured))),
    )
    if (value !== null && call.preferences.wantsAnnotation(formattedValue)) shown[`${alias}@${formattedValue}`] = String(value)
    shown[alias] = value
  }
  return shown
}
