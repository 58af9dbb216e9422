import type { Literal } from './literal.ts'
import { printLiteral } from './literal.ts'
import { queryFunction } from './query-functions.ts'

export type CompareOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le'
export type TextFunction = 'contains' | 'startswith' | 'endswith'
/** A column, or a column of the row behind a lookup: ['publisherid', 'uniquename']. */
export type PropertyPath = readonly string[]

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly operand: Filter }
  | { readonly kind: 'compare'; readonly operator: CompareOperator; readonly path: PropertyPath; readonly value: Literal }
  /** Two columns of the same row. */
  | { readonly kind: 'columns'; readonly operator: CompareOperator; readonly path: PropertyPath; readonly other: PropertyPath }
  | { readonly kind: 'text'; readonly name: TextFunction; readonly path: PropertyPath; readonly text: string }
  /** A query function of the service by its full name, with its values as text. */
  | { readonly kind: 'function'; readonly name: string; readonly path: PropertyPath; readonly values: readonly string[] }
  /** Whether some or all rows of a collection pass; without a filter, whether there are any. Paths inside begin at the related row. */
  | { readonly kind: 'lambda'; readonly quantifier: 'any' | 'all'; readonly collection: string; readonly operand: Filter | undefined }

/** The canonical text of a filter: parsing it gives the same filter again. */
export function printFilter(filter: Filter, variable?: string): string {
  const shown = (path: PropertyPath): string => (variable === undefined ? path : [variable, ...path]).join('/')
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${printFilter(filter.left, variable)}) ${filter.kind} (${printFilter(filter.right, variable)})`
    case 'not':
      return `not (${printFilter(filter.operand, variable)})`
    case 'compare':
      return `${shown(filter.path)} ${filter.operator} ${printLiteral(filter.value)}`
    case 'columns':
      return `${shown(filter.path)} ${filter.operator} ${shown(filter.other)}`
    case 'text':
      return `${filter.name}(${shown(filter.path)},${quoted(filter.text)})`
    case 'function':
      return `${filter.name}(PropertyName='${shown(filter.path)}'${printValues(filter.name, filter.values)})`
    case 'lambda':
      return `${shown([filter.collection])}/${filter.quantifier}(${filter.operand === undefined ? '' : `o:${printFilter(filter.operand, 'o')}`})`
  }
}

function printValues(name: string, values: readonly string[]): string {
  if (queryFunction(name)?.values === 'none') return ''
  return queryFunction(name)?.values === 'one'
    ? `,PropertyValue=${quoted(values[0] ?? '')}`
    : `,PropertyValues=[${values.map(quoted).join(',')}]`
}

function quoted(value: string): string {
  return printLiteral({ type: 'string', value })
}
