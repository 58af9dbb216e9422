import type { Measure } from './aggregate.ts'
import type { Filter } from './filter.ts'
import { parseFilter } from './filter-parser.ts'
import { notSupported, syntaxError } from './refuse.ts'
import { splitOutside } from './split.ts'

/** One value that is computed for each group. */
export interface Aggregate {
  readonly measure: Measure
  /** Name of the column; undefined for the count of rows. */
  readonly column: string | undefined
  readonly alias: string
}

/** `$apply`: filters, then one grouping or one aggregation, which is what the service takes. */
export interface Apply {
  readonly filters: readonly Filter[]
  /** Undefined makes one group of all rows. */
  readonly groupBy: readonly string[] | undefined
  readonly aggregates: readonly Aggregate[]
}

const measures: Readonly<Record<string, Measure>> = {
  sum: 'sum',
  min: 'min',
  max: 'max',
  average: 'avg',
  countdistinct: 'countdistinct',
}

export function parseApply(text: string, aliases: ReadonlyMap<string, string>): Apply {
  const filters: Filter[] = []
  const steps = splitOutside(text, '/').map((step) => step.trim())
  const last = steps.at(-1) ?? ''
  for (const step of last.startsWith('filter(') ? steps : steps.slice(0, -1)) {
    const inside = insideOf(step, 'filter')
    if (inside === undefined) throw notSupported(`'${step}' before another step of $apply`)
    filters.push(parseFilter(inside, aliases))
  }
  const grouping = insideOf(last, 'groupby')
  if (grouping !== undefined) return { filters, ...parseGroupBy(grouping) }
  const aggregation = insideOf(last, 'aggregate')
  if (aggregation === undefined) throw notSupported(`'${last}' in $apply (filter, groupby and aggregate only)`)
  return { filters, groupBy: undefined, aggregates: parseAggregates(aggregation) }
}

function parseGroupBy(text: string): Pick<Apply, 'groupBy' | 'aggregates'> {
  const [columns = '', ...more] = splitOutside(text, ',').map((part) => part.trim())
  const list = /^\((.*)\)$/s.exec(columns)?.[1]
  if (list === undefined || more.length > 1) throw syntaxError(`Syntax error in $apply: '${text}'.`)
  const groupBy = [...new Set(list.split(',').map((name) => name.trim()))]
  for (const name of groupBy) if (name.includes('/')) throw notSupported(`grouping by the column '${name}' of another table in $apply`)
  const aggregation = more[0] === undefined ? undefined : insideOf(more[0], 'aggregate')
  if (more[0] !== undefined && aggregation === undefined) throw notSupported(`'${more[0]}' inside groupby in $apply`)
  return { groupBy, aggregates: aggregation === undefined ? [] : parseAggregates(aggregation) }
}

function parseAggregates(text: string): Aggregate[] {
  return splitOutside(text, ',').map((item) => {
    const match = /^\s*(?:(\$count)|([A-Za-z_]\w*(?:\/\w+)?)\s+with\s+(\w+))\s+as\s+([A-Za-z_]\w*)\s*$/.exec(item)
    if (match === null) throw syntaxError(`Syntax error in $apply: '${item.trim()}'.`)
    const [, count, column, method = '', alias = ''] = match
    if (count !== undefined) return { measure: 'count', column: undefined, alias }
    const measure = Object.hasOwn(measures, method) ? measures[method] : undefined
    if (measure === undefined || column?.includes('/') === true) throw notSupported(`'${item.trim()}' in $apply`)
    return { measure, column, alias }
  })
}

function insideOf(step: string, name: string): string | undefined {
  return new RegExp(`^${name}\\s*\\((.*)\\)$`, 's').exec(step)?.[1]
}
