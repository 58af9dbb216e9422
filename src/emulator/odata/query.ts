import type { Apply } from './apply.ts'
import { parseApply } from './apply.ts'
import type { Filter, PropertyPath } from './filter.ts'
import { parseFilter } from './filter-parser.ts'
import { expandCap } from './limits.ts'
import { notSupported, syntaxError } from './refuse.ts'
import { splitOutside } from './split.ts'

export interface OrderBy {
  readonly path: PropertyPath
  readonly isDescending: boolean
}

export interface Expand {
  readonly name: string
  /** Undefined means all columns. */
  readonly select: readonly string[] | undefined
  readonly filter: Filter | undefined
  readonly orderBy: readonly OrderBy[]
  readonly top: number | undefined
  readonly expand: readonly Expand[]
  /** The options as they were written, for the link to further rows. */
  readonly text: string
}

export interface Query {
  readonly filter: Filter | undefined
  readonly select: readonly string[] | undefined
  readonly orderBy: readonly OrderBy[]
  readonly expand: readonly Expand[]
  readonly top: number | undefined
  readonly isCounted: boolean
  readonly skipToken: string | undefined
  readonly apply: Apply | undefined
  readonly fetchXml: string | undefined
  /** Id of the view whose query is to be run. */
  readonly savedQuery: string | undefined
  /** Parameter aliases: @p1 → its text. */
  readonly aliases: ReadonlyMap<string, string>
}

// Known to the service and not built here: answering without them would be a wrong answer.
const knownElsewhere = ['$search', '$compute', 'userquery', '$levels', '$deltatoken']

/** What the addresses of file and image contents take (Learn, "Use file column data" and "Use image column data"); they read it themselves. */
const ofFileContents = ['size', 'sessiontoken', 'x-ms-file-name']

/** Reads the query options of a request. */
export function parseQuery(parameters: URLSearchParams): Query {
  const options = new Map<string, string>()
  const aliases = new Map<string, string>()
  for (const [name, value] of parameters) {
    if (name.startsWith('@')) aliases.set(name, value)
    else if (options.has(name.toLowerCase()))
      throw syntaxError(`Query option '${name}' was specified more than once, but it must be specified at most once.`)
    else options.set(checkedName(name), value)
  }
  const apply = options.get('$apply')
  const expand = parseExpand(options.get('$expand'), { aliases, depth: 0 })
  if (countExpands(expand) > expandCap) throw tooManyExpands()
  if (isNested(expand)) refuseOrderAndTop(expand)
  return {
    filter: parseFilterOption(options.get('$filter'), aliases),
    select: parseSelect(options.get('$select')),
    orderBy: parseOrderBy(options.get('$orderby')),
    expand,
    top: parseTop(options.get('$top')),
    isCounted: parseCount(options.get('$count')),
    skipToken: options.get('$skiptoken'),
    apply: apply === undefined ? undefined : parseApply(apply, aliases),
    fetchXml: options.get('fetchxml'),
    savedQuery: options.get('savedquery'),
    aliases,
  }
}

function checkedName(name: string): string {
  const lower = name.toLowerCase()
  if (
    [
      '$filter',
      '$select',
      '$orderby',
      '$expand',
      '$top',
      '$count',
      '$skiptoken',
      '$format',
      '$apply',
      'fetchxml',
      'savedquery',
      '$id',
      ...ofFileContents,
    ].includes(lower)
  )
    return lower
  if (knownElsewhere.includes(lower)) throw notSupported(`the query option '${name}'`)
  throw syntaxError(`The query parameter ${name} is not supported`)
}

function parseSelect(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return names.includes('*') ? undefined : [...new Set(names)]
}

function parseOrderBy(text: string | undefined): OrderBy[] {
  if (text === undefined || text.trim() === '') return []
  const orders = text.split(',').map((item) => {
    const [path = '', direction = 'asc', ...rest] = item.trim().split(/\s+/)
    if (!/^[A-Za-z_][\w/]*$/.test(path) || rest.length > 0) throw syntaxError(`Syntax error in $orderby: '${item.trim()}'.`)
    if (direction !== 'asc' && direction !== 'desc') throw syntaxError(`Syntax error in $orderby: '${direction}' is neither asc nor desc.`)
    return { path, isDescending: direction === 'desc' }
  })
  // What an order says a second time of a path changes nothing.
  const first = new Map([...orders].reverse().map((order) => [order.path, order]))
  return orders.filter((order) => first.get(order.path) === order).map((order) => ({ ...order, path: order.path.split('/') }))
}

function parseFilterOption(text: string | undefined, aliases: ReadonlyMap<string, string>): Filter | undefined {
  return text === undefined ? undefined : parseFilter(text, aliases)
}

interface ExpandPlace {
  readonly aliases: ReadonlyMap<string, string>
  /** How many expansions are around it. */
  readonly depth: number
}

function parseExpand(text: string | undefined, place: ExpandPlace): Expand[] {
  if (text === undefined || text.trim() === '') return []
  if (place.depth >= expandCap) throw tooManyExpands()
  return splitOutside(text, ',').map((item) => {
    const match = /^\s*([A-Za-z_]\w*)(\/\$\w+)?\s*(?:\((.*)\))?\s*$/s.exec(item)
    if (match === null) throw syntaxError(`Syntax error in $expand: '${item.trim()}'.`)
    if (match[2] !== undefined) throw notSupported(`'${match[2].slice(1)}' in $expand`)
    return parseExpandItem(match[1] ?? '', match[3] ?? '', place)
  })
}

function parseExpandItem(name: string, text: string, { aliases, depth }: ExpandPlace): Expand {
  const options = new Map<string, string>()
  for (const option of splitOutside(text, ';')) {
    if (option.trim() === '') continue
    const [key = '', value = ''] = option.trim().split(/=(.*)/s)
    if (!['$select', '$filter', '$orderby', '$top', '$expand'].includes(key)) throw notSupported(`the option '${key}' inside $expand`)
    options.set(key, value)
  }
  return {
    name,
    select: parseSelect(options.get('$select')),
    filter: parseFilterOption(options.get('$filter'), aliases),
    orderBy: parseOrderBy(options.get('$orderby')),
    top: parseTop(options.get('$top')),
    expand: parseExpand(options.get('$expand'), { aliases, depth: depth + 1 }),
    text: [...options].map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&'),
  }
}

/** Whether an expansion is inside another, which changes what the service takes and how it pages (web-api C). */
export function isNested(items: readonly Expand[]): boolean {
  return items.some((item) => item.expand.length > 0)
}

function refuseOrderAndTop(items: readonly Expand[]): void {
  for (const item of items) {
    if (item.orderBy.length > 0 || item.top !== undefined) throw onlySelectAndFilter()
    refuseOrderAndTop(item.expand)
  }
}

/** 400 in the words of the service (Microsoft Learn, "Join tables using OData"). */
export function onlySelectAndFilter(): Error {
  return syntaxError(
    'Only $select and $filter clause can be provided while doing $expand on many-to-one relationship or nested one-to-many relationship.',
  )
}

function tooManyExpands(): Error {
  return syntaxError(`The number of $expand options exceeds the limit of ${expandCap}.`)
}

function countExpands(items: readonly Expand[]): number {
  return items.reduce((sum, item) => sum + 1 + countExpands(item.expand), 0)
}

function parseTop(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,9}$/.test(text))
    throw syntaxError(`Invalid value '${text}' for $top query option found. The $top query option requires a non-negative integer value.`)
  return Number(text)
}

function parseCount(text: string | undefined): boolean {
  if (text === undefined) return false
  if (text === 'true' || text === 'false') return text === 'true'
  throw syntaxError(`Invalid value '${text}' for $count query option found. Valid values are 'true' or 'false'.`)
}
