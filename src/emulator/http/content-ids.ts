import { ODataError } from '../errors.ts'
import { checkDepth } from './json-depth.ts'

/** Rows that earlier requests of a batch named by Content-ID: id → `set(key)`. */
export type ContentIds = Map<string, string>

// What may stand first in an address with a dollar sign and is no Content-ID.
const addresses = ['$metadata', '$batch', '$count']

/** `$1/name` → `contacts(<id>)/name`. Throws 400 for what no earlier request named (facts-2 §1.7). */
export function resolveTarget(target: string, ids: ContentIds): string {
  const match = /^\/?(\$[\w-]+)(.*)$/s.exec(target)
  const [, reference = '', rest = ''] = match ?? []
  return match === null || addresses.includes(reference) ? target : `${resolve(reference, ids)}${rest}`
}

/** The body with references in `…@odata.bind` and `@odata.id` resolved. */
export function resolveBody(text: string, ids: ContentIds): string {
  if (!text.includes('"$')) return text
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text // The request itself says what is wrong with its body.
  }
  checkDepth(value)
  return JSON.stringify(resolveValue(value, ids))
}

function resolveValue(value: unknown, ids: ContentIds): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, ids))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, isLink(name) ? resolveLink(item, ids) : resolveValue(item, ids)]),
  )
}

function isLink(name: string): boolean {
  return name.endsWith('@odata.bind') || name === '@odata.id'
}

function resolveLink(value: unknown, ids: ContentIds): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveLink(item, ids))
  return typeof value === 'string' && /^\$[\w-]+$/.test(value) ? resolve(value, ids) : value
}

function resolve(reference: string, ids: ContentIds): string {
  const known = ids.get(reference.slice(1))
  if (known === undefined)
    throw new ODataError(400, '0x80060888', `Content-ID Reference: '${reference}' does not exist in the batch context.`)
  return known
}
