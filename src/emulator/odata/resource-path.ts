import { guidForm, parseLiteral } from './literal.ts'
import { notSupported, syntaxError } from './refuse.ts'
import { splitOutside } from './split.ts'

/** One segment of a resource path: `solutions`, `solutions(<guid>)`, `RetrieveVersion()`. */
export interface Segment {
  readonly name: string
  /** The text between the parentheses; undefined without parentheses. */
  readonly inside: string | undefined
}

export type Key =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'alternate'; readonly values: ReadonlyMap<string, string | number | boolean | null> }

export function parseResourcePath(path: string): Segment[] {
  return splitOutside(path, '/')
    .filter((part) => part !== '')
    .map((part) => parseSegment(decode(part)))
}

/** The key of `set(key)`: a guid, or alternate key values `name='x'`. */
export function parseKey(inside: string): Key {
  const text = inside.trim()
  const bare = /^\((.*)\)$/s.exec(text)?.[1] ?? text
  if (guidForm.test(bare)) return { kind: 'id', id: bare.toLowerCase() }
  const values = new Map<string, string | number | boolean | null>()
  for (const pair of splitOutside(text, ',')) {
    const [name = '', value] = pair.trim().split(/=(.*)/s)
    if (value === undefined) throw syntaxError(`Error parsing key '${text}': expected a guid, or name=value pairs.`)
    const literal = literalValue(value.trim())
    if (literal === undefined || Array.isArray(literal)) throw syntaxError(`Error parsing key value '${value}'.`)
    values.set(name, literal)
  }
  return { kind: 'alternate', values }
}

/** The arguments of `Function(Name=value,…)`, with @aliases resolved from the query. */
export function parseArguments(inside: string, aliases: ReadonlyMap<string, string>): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  if (inside.trim() === '') return values
  for (const pair of splitOutside(inside, ',')) {
    const [name = '', value] = pair.trim().split(/=(.*)/s)
    if (value === undefined || !/^\w+$/.test(name)) throw syntaxError(`Syntax error in the parameters '${inside}': expected Name=value.`)
    values[name] = argumentValue(value.trim(), aliases)
  }
  return values
}

function argumentValue(text: string, aliases: ReadonlyMap<string, string>): unknown {
  if (text.startsWith('@')) {
    const aliased = aliases.get(text)
    if (aliased === undefined) throw syntaxError(`The parameter alias '${text}' has no value in the query string.`)
    return argumentValue(aliased, new Map())
  }
  // RemoveActiveCustomizations is called with the guid in parentheses in the vendor's own troubleshooting page.
  const bare = /^\(([0-9a-f-]{36})\)$/i.exec(text)?.[1] ?? text
  const enumMember = /^Microsoft\.Dynamics\.CRM\.\w+('.*')$/s.exec(bare)?.[1] ?? bare
  const value = bare.startsWith('{') ? parseObject(bare) : literalValue(enumMember)
  if (value !== undefined) return value
  throw syntaxError(`The parameter value '${text}' is not valid.`)
}

function literalValue(text: string): string | number | boolean | null | unknown[] | undefined {
  if (text.startsWith('[')) return parseCollection(text)
  const literal = parseLiteral(text)
  if (literal === undefined) return undefined
  switch (literal.type) {
    case 'null':
      return null
    case 'number':
      return Number(literal.text)
    case 'date':
      return literal.text
    case 'string':
    case 'boolean':
    case 'guid':
      return literal.value
  }
}

// A row is named as {'@odata.id':'accounts(…)'}; the service's own pages write it with single quotes, JSON has double ones.
function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text.includes('"') ? text : text.replaceAll("'", '"'))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function parseCollection(text: string): unknown[] {
  const inside = /^\[(.*)\]$/s.exec(text)?.[1]
  if (inside === undefined) throw syntaxError(`The collection '${text}' is not closed.`)
  if (inside.trim() === '') return []
  return splitOutside(inside, ',').map((item) => {
    const trimmed = item.trim()
    const value = /^".*"$/s.test(trimmed) ? parseJsonText(trimmed) : literalValue(trimmed)
    if (value === undefined) throw notSupported(`the collection member '${item}' in a parameter`)
    return value
  })
}

function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw syntaxError(`The value ${text} is not valid.`)
  }
}

function parseSegment(text: string): Segment {
  const match = /^([^()]+)(?:\((.*)\))?$/s.exec(text)
  if (match === null) throw syntaxError(`Malformed path segment '${text}'.`)
  return { name: match[1] ?? '', inside: match[2] }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw syntaxError(`The path segment '${text}' is not correctly encoded.`)
  }
}
