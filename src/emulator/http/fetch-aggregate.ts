import { checkAggregateLimit, groupMembers, measureValues } from '../odata/aggregate.ts'
import type { Scalar } from '../odata/compare.ts'
import { compareScalars } from '../odata/compare.ts'
import type { FetchAttribute, FetchEntity, FetchQuery } from '../odata/fetch-query.ts'
import { syntaxError } from '../odata/refuse.ts'
import type { ApiCall } from './api-call.ts'
import type { FetchScope, Joined } from './fetch-join.ts'
import { fetchColumn, fetchValue } from './fetch-join.ts'
import type { ShownRow } from './fetch-xml.ts'
import { formattedValue, labelOf } from './present.ts'

interface Asked {
  readonly alias: string
  readonly attribute: FetchAttribute
}

/** One object a group, its members under their aliases. Throws the service's error above the rows that an aggregate may examine. */
export function aggregateRows(
  call: ApiCall,
  scope: FetchScope,
  what: { readonly query: FetchQuery; readonly joined: readonly Joined[] },
): readonly ShownRow[] {
  const { query, joined } = what
  checkAggregateLimit(joined.length, query.aggregateLimit)
  const asked = collect(query.entity, '')
  const groupBy = asked.filter(({ attribute }) => attribute.isGroup)
  const keysOf = (item: Joined): readonly Scalar[] => groupBy.map((one) => groupKey(scope, item, one))
  const groups = groupBy.length === 0 ? [{ keys: [], members: joined }] : groupMembers(joined, keysOf)
  const shown = groups.map(({ keys, members }) => {
    const values: Record<string, unknown> = {}
    const put = (name: string, value: Scalar, label: string | undefined): void => {
      if (value !== null && label !== undefined && call.preferences.wantsAnnotation(formattedValue))
        values[`${name}@${formattedValue}`] = label
      values[name] = value
    }
    for (const [at, one] of groupBy.entries()) put(one.attribute.alias ?? '', keys[at] ?? null, groupLabel(scope, one, keys[at]))
    for (const { alias, attribute } of asked) {
      if (attribute.measure === undefined) continue
      const value = measureValues(
        attribute.measure,
        members.map((item) => fetchValue(scope, item, { alias, name: attribute.name })),
      )
      put(attribute.alias ?? '', value, String(value))
    }
    return { id: '', values }
  })
  return orderGroups(query.entity, shown)
}

function collect(entity: FetchEntity, alias: string): readonly Asked[] {
  return [...entity.attributes.map((attribute) => ({ alias, attribute })), ...entity.links.flatMap((link) => collect(link, link.alias))]
}

function groupKey(scope: FetchScope, joined: Joined, { alias, attribute }: Asked): Scalar {
  const value = fetchValue(scope, joined, { alias, name: attribute.name })
  if (attribute.dateGrouping === undefined || typeof value !== 'string') return value
  const at = new Date(value)
  switch (attribute.dateGrouping) {
    case 'day':
      return at.getUTCDate()
    case 'week':
      return weekOf(at)
    case 'month':
      return at.getUTCMonth() + 1
    case 'quarter':
      return Math.floor(at.getUTCMonth() / 3) + 1
    case 'year':
      return at.getUTCFullYear()
  }
}

// Weeks that begin on Sunday, the first with January 1: the service takes the organisation's setting, which is not here.
function weekOf(at: Date): number {
  const first = new Date(Date.UTC(at.getUTCFullYear(), 0, 1))
  const days = Math.floor((at.getTime() - first.getTime()) / 86_400_000)
  return Math.floor((days + first.getUTCDay()) / 7) + 1
}

function groupLabel(scope: FetchScope, { alias, attribute }: Asked, value: Scalar): string | undefined {
  return attribute.dateGrouping === undefined ? labelOf(fetchColumn(scope, alias, attribute.name), value) : String(value)
}

function orderGroups(entity: FetchEntity, rows: readonly ShownRow[]): readonly ShownRow[] {
  const orders = [...entity.orders, ...entity.links.flatMap(({ orders: inner }) => inner)]
  if (orders.some(({ alias }) => alias === undefined)) throw syntaxError('An order of an aggregate names an alias.')
  return [...rows].sort((a, b) => {
    for (const { alias = '', isDescending } of orders) {
      const order = compareScalars(a.values[alias] as Scalar, b.values[alias] as Scalar)
      if (order !== 0) return isDescending ? -order : order
    }
    return 0
  })
}
