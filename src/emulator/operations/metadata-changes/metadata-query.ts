import { syntaxError } from '../../odata/refuse.ts'
import type { Row } from '../../store/store.ts'

/** Which items of one level are wanted, and which members of them (ComplexType MetadataQueryExpression of the Web API). */
export interface LevelQuery {
  /** Undefined for all. */
  readonly properties: ReadonlySet<string> | undefined
  matches(item: Row): boolean
}

/** EntityQueryExpression of the Web API: tables, and what is wanted inside of them. */
export interface MetadataQuery extends LevelQuery {
  readonly attributes: LevelQuery
  readonly relationships: LevelQuery
  readonly keys: LevelQuery
}

/** Throws 400 for a query that is none. LabelQuery is passed over: local environments speak one language. */
export function parseMetadataQuery(query: unknown): MetadataQuery {
  const members = membersOf(query)
  return {
    ...levelOf(members),
    attributes: levelOf(membersOf(members['AttributeQuery'])),
    relationships: levelOf(membersOf(members['RelationshipQuery'])),
    keys: levelOf(membersOf(members['KeyQuery'])),
  }
}

function levelOf({ Properties: properties, Criteria: criteria }: Row): LevelQuery {
  return { properties: propertiesOf(properties), matches: criteria === undefined || criteria === null ? () => true : filterOf(criteria) }
}

/** Without any named only what every item has (Microsoft: Query schema definitions). */
function propertiesOf(properties: unknown): ReadonlySet<string> | undefined {
  const { AllProperties: isAll, PropertyNames: names } = membersOf(properties)
  if (isAll === true || String(isAll).toLowerCase() === 'true') return undefined
  return new Set(listOf(names).map(String))
}

type Test = (item: Row) => boolean

function filterOf(criteria: unknown): Test {
  const { FilterOperator: operator, Conditions: conditions, Filters: filters } = membersOf(criteria)
  const tests = [...listOf(conditions).map(conditionOf), ...listOf(filters).map(filterOf)]
  if (tests.length === 0) return () => true
  if (operator === 'Or' || operator === 1) return (item) => tests.some((test) => test(item))
  return (item) => tests.every((test) => test(item))
}

function conditionOf(condition: unknown): Test {
  const { PropertyName: name, ConditionOperator: operator, Value: value } = membersOf(condition)
  if (typeof name !== 'string') throw syntaxError('A condition of a metadata query has no PropertyName.')
  const wanted = wantedValues(value)
  const compare = (item: Row): number => Number(plainOf(item[name])) - Number(wanted[0])
  const isAmong = (item: Row): boolean => wanted.includes(String(plainOf(item[name])).toLowerCase())
  switch (String(operator)) {
    case 'Equals':
    case 'In':
      return isAmong
    case 'NotEquals':
    case 'NotIn':
      return (item) => !isAmong(item)
    case 'GreaterThan':
      return (item) => compare(item) > 0
    case 'LessThan':
      return (item) => compare(item) < 0
    default:
      throw syntaxError(`The operator '${String(operator)}' is none of a metadata query.`)
  }
}

/** The values of an Object ComplexType (`{Type, Value}`), in lower case: names of members are compared so; a list is text in brackets. */
function wantedValues(value: unknown): readonly string[] {
  const { Value: given } = membersOf(value)
  const text = Array.isArray(given) ? undefined : /^\s*\[(.*)\]\s*$/s.exec(String(given))?.[1]
  const values =
    text === undefined
      ? listOf(Array.isArray(given) ? given : [given])
      : text.split(',').map((item) => item.trim().replace(/^['"]|['"]$/g, ''))
  return values.map((item) => String(item ?? null).toLowerCase())
}

/** Managed properties and type names are compared by their value. */
function plainOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'Value' in value ? value.Value : (value ?? null)
}

function membersOf(value: unknown): Row {
  if (value === undefined || value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw syntaxError('A metadata query has a value in the place of an object.')
  return Object.fromEntries(Object.entries(value))
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw syntaxError('A metadata query has a value in the place of a list.')
  return value
}
