import type { CompareOperator, Filter, PropertyPath } from './filter.ts'
import type { Literal } from './literal.ts'
import { guidForm } from './literal.ts'
import { syntaxError } from './refuse.ts'

export type EdmType =
  | 'Edm.String'
  | 'Edm.Guid'
  | 'Edm.Int32'
  | 'Edm.Int64'
  | 'Edm.Double'
  | 'Edm.Decimal'
  | 'Edm.Boolean'
  | 'Edm.DateTimeOffset'
  | 'Edm.Date'
  | 'Edm.Binary'
  | 'Microsoft.Dynamics.CRM.Label'

/** What a column holds on the wire; undefined is read as null. */
export type Scalar = string | number | boolean | null | undefined
export type ReadValue = (path: PropertyPath) => Scalar

/**
 * Whether a row passes. Text compares without regard to case (the collation of the service), and a row without a value passes `ne`
 * and every `not`, because the service's "not equal" and "does not contain" include empty rows.
 */
export function evaluateFilter(filter: Filter, read: ReadValue): boolean {
  switch (filter.kind) {
    case 'and':
      return evaluateFilter(filter.left, read) && evaluateFilter(filter.right, read)
    case 'or':
      return evaluateFilter(filter.left, read) || evaluateFilter(filter.right, read)
    case 'not':
      return !evaluateFilter(filter.operand, read)
    case 'compare':
      return compare(filter.operator, read(filter.path) ?? null, filter.value)
    case 'text':
      return matchesText(filter.name, read(filter.path), filter.text)
    case 'in': {
      const value = read(filter.path) ?? null
      return value !== null && filter.values.some((wanted) => wanted.toLowerCase() === String(value).toLowerCase())
    }
  }
}

/** Throws 400 where a filter compares a column with a constant of another type, in the words of the service. */
export function checkFilter(filter: Filter, typeOf: (path: PropertyPath) => EdmType): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      checkFilter(filter.left, typeOf)
      checkFilter(filter.right, typeOf)
      return
    case 'not':
      checkFilter(filter.operand, typeOf)
      return
    case 'compare':
      checkComparison(typeOf(filter.path), filter.operator, filter.value)
      return
    case 'text':
      if (typeOf(filter.path) === 'Edm.String') return
      throw syntaxError(`No function signature for the function with name '${filter.name}' matches the specified arguments.`)
    case 'in':
      checkInValues(typeOf(filter.path), filter.values)
  }
}

/** Order of two column values: empty first, then numbers, text without regard to case. */
export function compareScalars(left: Scalar, right: Scalar): number {
  const a = left ?? null
  const b = right ?? null
  if (a === null || b === null) return Number(a !== null) - Number(b !== null)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const x = String(a).toLowerCase()
  const y = String(b).toLowerCase()
  if (x === y) return 0
  return x < y ? -1 : 1
}

function compare(operator: CompareOperator, value: Exclude<Scalar, undefined>, literal: Literal): boolean {
  if (operator === 'ne') return !compare('eq', value, literal)
  if (literal.type === 'null') return operator === 'eq' && value === null
  if (value === null) return false
  const order = compareScalars(comparable(value, literal), constant(literal))
  switch (operator) {
    case 'eq':
      return order === 0
    case 'gt':
      return order > 0
    case 'ge':
      return order >= 0
    case 'lt':
      return order < 0
    case 'le':
      return order <= 0
  }
}

function comparable(value: string | number | boolean, literal: Literal): Scalar {
  return literal.type === 'date' ? Date.parse(String(value)) : value
}

function constant(literal: Exclude<Literal, { type: 'null' }>): Scalar {
  switch (literal.type) {
    case 'number':
      return Number(literal.text)
    case 'date':
      return Date.parse(literal.text)
    case 'string':
    case 'boolean':
    case 'guid':
      return literal.value
  }
}

function matchesText(name: 'contains' | 'startswith' | 'endswith', value: Scalar, wanted: string): boolean {
  if (typeof value !== 'string') return false
  const text = value.toLowerCase()
  const part = wanted.toLowerCase()
  switch (name) {
    case 'contains':
      return text.includes(part)
    case 'startswith':
      return text.startsWith(part)
    case 'endswith':
      return text.endsWith(part)
  }
}

const literalType: Readonly<Record<Exclude<Literal['type'], 'null'>, string>> = {
  string: 'Edm.String',
  number: 'Edm.Int32',
  boolean: 'Edm.Boolean',
  guid: 'Edm.Guid',
  date: 'Edm.DateTimeOffset',
}
const operatorNames: Readonly<Record<CompareOperator, string>> = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
}
const numberTypes: readonly EdmType[] = ['Edm.Int32', 'Edm.Int64', 'Edm.Double', 'Edm.Decimal']

function checkComparison(type: EdmType, operator: CompareOperator, literal: Literal): void {
  if (literal.type === 'null') return
  if (literal.type === 'number' ? numberTypes.includes(type) : literalType[literal.type] === type) return
  throw syntaxError(
    `A binary operator with incompatible types was detected. Found operand types '${type}' and '${literalType[literal.type]}' for operator kind '${operatorNames[operator]}'.`,
  )
}

function checkInValues(type: EdmType, values: readonly string[]): void {
  const isRight = (value: string): boolean => {
    if (type === 'Edm.Guid') return guidForm.test(value)
    if (numberTypes.includes(type)) return value.trim() !== '' && Number.isFinite(Number(value))
    return true
  }
  const wrong = values.find((value) => !isRight(value))
  if (wrong !== undefined) throw syntaxError(`The value '${wrong}' of Microsoft.Dynamics.CRM.In is not a valid '${type}'.`)
}
