import { syntaxError } from './refuse.ts'

/** A constant in an OData expression. Numbers and dates keep their text, so that printing loses nothing. */
export type Literal =
  | { readonly type: 'null' }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'number'; readonly text: string }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'guid'; readonly value: string }
  | { readonly type: 'date'; readonly text: string }

export const guidForm: RegExp = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const numberForm = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/
const dateForm = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** Reads one constant that stands alone; undefined when the text is not a constant (a property name, a function). */
export function parseLiteral(text: string): Literal | undefined {
  if (text === 'null') return { type: 'null' }
  if (text === 'true' || text === 'false') return { type: 'boolean', value: text === 'true' }
  if (text.startsWith("'")) return parseQuoted(text)
  if (guidForm.test(text)) return { type: 'guid', value: text.toLowerCase() }
  if (dateForm.test(text)) return { type: 'date', text: presentDate(text) }
  if (numberForm.test(text)) return { type: 'number', text }
  return undefined
}

export function printLiteral(literal: Literal): string {
  switch (literal.type) {
    case 'null':
      return 'null'
    case 'string':
      return `'${literal.value.replaceAll("'", "''")}'`
    case 'boolean':
      return String(literal.value)
    case 'guid':
      return literal.value
    case 'number':
    case 'date':
      return literal.text
  }
}

// 30 February has the form of a date.
function presentDate(text: string): string {
  const day = text.slice(0, 10)
  const at = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(Date.parse(text)) || new Date(at).toISOString().slice(0, 10) !== day)
    throw syntaxError(`Unrecognized 'Edm.DateTimeOffset' literal '${text}'.`)
  return text
}

function parseQuoted(text: string): Literal {
  if (!/^'([^']|'')*'$/s.test(text)) throw syntaxError(`There is an unterminated string literal in '${text}'.`)
  return { type: 'string', value: text.slice(1, -1).replaceAll("''", "'") }
}
