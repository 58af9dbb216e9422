import type { Filter, PropertyPath } from './filter.ts'
import { parseFilter } from './filter.ts'
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
}

export interface Query {
  readonly filter: Filter | undefined
  readonly select: readonly string[] | undefined
  readonly orderBy: readonly OrderBy[]
  readonly expand: readonly Expand[]
  readonly top: number | undefined
  readonly isCounted: boolean
  readonly skipToken: string | undefined
  /** Parameter aliases: @p1 → its text. */
  readonly aliases: ReadonlyMap<string, string>
}

// Known to the service and not built here: answering without them would be a wrong answer.
const knownElsewhere = ['$apply', '$search', '$compute', 'fetchxml', 'savedquery', 'userquery', '$levels', '$deltatoken']

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
  const filter = options.get('$filter')
  return {
    filter: filter === undefined ? undefined : parseFilter(filter),
    select: parseSelect(options.get('$select')),
    orderBy: parseOrderBy(options.get('$orderby')),
    expand: parseExpand(options.get('$expand')),
    top: parseTop(options.get('$top')),
    isCounted: parseCount(options.get('$count')),
    skipToken: options.get('$skiptoken'),
    aliases,
  }
}

function checkedName(name: string): string {
  const lower = name.toLowerCase()
  if (['$filter', '$select', '$orderby', '$expand', '$top', '$count', '$skiptoken', '$format'].includes(lower)) return lower
  if (knownElsewhere.includes(lower)) throw notSupported(`the query option '${name}'`)
  throw syntaxError(`The query parameter ${name} is not supported`)
}

function parseSelect(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return names.includes('*') ? undefined : names
}

function parseOrderBy(text: string | undefined): OrderBy[] {
  if (text === undefined || text.trim() === '') return []
  return text.split(',').map((item) => {
    const [path = '', direction = 'asc', ...rest] = item.trim().split(/\s+/)
    if (!/^[A-Za-z_][\w/]*$/.test(path) || rest.length > 0) throw syntaxError(`Syntax error in $orderby: '${item.trim()}'.`)
    if (direction !== 'asc' && direction !== 'desc') throw syntaxError(`Syntax error in $orderby: '${direction}' is neither asc nor desc.`)
    return { path: path.split('/'), isDescending: direction === 'desc' }
  })
}

function parseExpand(text: string | undefined): Expand[] {
  if (text === undefined || text.trim() === '') return []
  return splitOutside(text, ',').map((item) => {
    const match = /^\s*([A-Za-z_]\w*)\s*(?:\((.*)\))?\s*$/s.exec(item)
    if (match === null) throw syntaxError(`Syntax error in $expand: '${item.trim()}'.`)
    return { name: match[1] ?? '', select: parseExpandOptions(match[2]) }
  })
}

function parseExpandOptions(text: string | undefined): string[] | undefined {
  if (text === undefined || text.trim() === '') return undefined
  let select: string[] | undefined
  for (const option of splitOutside(text, ';')) {
    const [name = '', value = ''] = option.trim().split(/=(.*)/s)
    if (name !== '$select') throw notSupported(`the option '${name}' inside $expand`)
    select = parseSelect(value)
  }
  return select
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
