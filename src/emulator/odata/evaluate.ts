import type { Scalar } from './compare.ts'
import { compareScalars } from './compare.ts'
import type { Circumstances } from './conditions.ts'
import { meetsCondition, operatorArity } from './conditions.ts'
import type { CompareOperator, Filter, PropertyPath } from './filter.ts'
import type { Literal } from './literal.ts'
import { guidForm } from './literal.ts'
import { queryFunction } from './query-functions.ts'
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

/** A row as filters see it. */
export interface RowView {
  value(path: PropertyPath): Scalar
  /** The rows of a collection of this row. */
  related(collection: string): readonly RowView[]
}

/**
 * Whether a row passes. Text compares without regard to case (the collation of the service), and a row without a value passes `ne`
 * and every `not`, because the service's "not equal" and "does not contain" include empty rows.
 */
export function evaluateFilter(filter: Filter, row: RowView, circumstances: Circumstances): boolean {
  const holds = (operand: Filter, on = row): boolean => evaluateFilter(operand, on, circumstances)
  switch (filter.kind) {
    case 'and':
      return holds(filter.left) && holds(filter.right)
    case 'or':
      return holds(filter.left) || holds(filter.right)
    case 'not':
      return !holds(filter.operand)
    case 'compare':
      return compare(filter.operator, row.value(filter.path) ?? null, filter.value)
    case 'columns':
      return meetsCondition(filter.operator, { value: row.value(filter.path), args: [row.value(filter.other)] }, circumstances)
    case 'text':
      return matchesText(filter.name, row.value(filter.path), filter.text)
    case 'function':
      return evaluateFunction(filter, row.value(filter.path) ?? null, circumstances)
    case 'lambda': {
      const { operand } = filter
      const rows = row.related(filter.collection)
      if (operand === undefined) return rows.length > 0
      return filter.quantifier === 'any' ? rows.some((other) => holds(operand, other)) : rows.every((other) => holds(operand, other))
    }
  }
}

function evaluateFunction(filter: Filter & { readonly kind: 'function' }, value: Scalar, circumstances: Circumstances): boolean {
  const operator = queryFunction(filter.name)?.operator ?? ''
  // Values come as text; those for a number are numbers.
  const args = typeof value === 'number' ? numbersOf(filter.values) : filter.values
  return meetsCondition(operator, { value, args }, circumstances)
}

const numbers = new WeakMap<readonly string[], readonly number[]>()

function numbersOf(values: readonly string[]): readonly number[] {
  const known = numbers.get(values)
  if (known !== undefined) return known
  const made = values.map(Number)
  numbers.set(values, made)
  return made
}

/** Throws 400 where a filter compares a column with a constant of another type, in the words of the service. */
export function checkFilter(filter: Filter, types: Types): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      checkFilter(filter.left, types)
      checkFilter(filter.right, types)
      return
    case 'not':
      checkFilter(filter.operand, types)
      return
    case 'compare':
      checkComparison(types.typeOf(filter.path), filter.operator, filter.value)
      return
    case 'columns':
      checkColumns(types.typeOf(filter.path), types.typeOf(filter.other), filter.operator)
      return
    case 'text':
      if (types.typeOf(filter.path) === 'Edm.String') return
      throw syntaxError(`No function signature for the function with name '${filter.name}' matches the specified arguments.`)
    case 'function':
      checkValues(types.typeOf(filter.path), filter.name, filter.values)
      return
    case 'lambda': {
      const inner = types.within(filter.collection)
      if (filter.operand !== undefined) checkFilter(filter.operand, inner)
    }
  }
}

/** The types of a table's columns; throws 400 for a name that it does not have. */
export interface Types {
  typeOf(path: PropertyPath): EdmType
  /** Those of the rows in a collection. */
  within(collection: string): Types
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
  if (literal.type === 'date' && type === 'Edm.Date') return
  throw syntaxError(
    `A binary operator with incompatible types was detected. Found operand types '${type}' and '${literalType[literal.type]}' for operator kind '${operatorNames[operator]}'.`,
  )
}

function checkColumns(left: EdmType, right: EdmType, operator: CompareOperator): void {
  if (left === right || (numberTypes.includes(left) && numberTypes.includes(right))) return
  throw syntaxError(
    `A binary operator with incompatible types was detected. Found operand types '${left}' and '${right}' for operator kind '${operatorNames[operator]}'.`,
  )
}

function checkOfDates(name: string, value: string): void {
  const isCounted = /X(?:Hours|Days|Weeks|Months|Years)$/.test(name)
  const isRight = isCounted ? /^[1-9]\d{0,8}$/.test(value) : !Number.isNaN(Date.parse(value))
  if (!isRight) throw syntaxError(`The value '${value}' of ${name} is not a valid ${isCounted ? 'count' : 'date'}.`)
}

function checkValues(type: EdmType, name: string, values: readonly string[]): void {
  const { operator = '' } = queryFunction(name) ?? {}
  const arity = operatorArity(operator)
  if (arity === 'two' && values.length !== 2) throw syntaxError(`${name} takes two values.`)
  // The operators of dates take a date or a count, whatever the column is.
  if (arity === 'one') return checkOfDates(name, values[0] ?? '')
  const isRight = (value: string): boolean => {
    if (type === 'Edm.Guid') return guidForm.test(value)
    if (numberTypes.includes(type)) return value.trim() !== '' && Number.isFinite(Number(value))
    return true
  }
  const wrong = values.find((value) => !isRight(value))
  if (wrong !== undefined) throw syntaxError(`The value '${wrong}' of ${name} is not a valid '${type}'.`)
}
