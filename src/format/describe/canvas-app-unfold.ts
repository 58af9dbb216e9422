import { isRecord } from '../json-value.ts'
import { readJsonText } from './json-text.ts'

// Apps hold JSON in strings a few levels deep; deeper ones are compared as text.
const maxDepth = 30

/** The value with JSON that stands in strings as itself, under a name that says so: its order and formatting are none of its content. */
export function unfoldJson(value: unknown, depth = 0): unknown {
  if (depth > maxDepth) return value
  if (Array.isArray(value)) return value.map((item: unknown) => unfoldJson(item, depth + 1))
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const json = typeof inner === 'string' && /^\s*[{[]/.test(inner) ? readJsonText(inner) : undefined
      if (json === undefined || json.asWritten !== undefined) return [key, unfoldJson(inner, depth + 1)]
      return [`${key} (JSON)`, unfoldJson(json.value, depth + 1)]
    }),
  )
}
