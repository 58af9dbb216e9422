import type { DataValue } from '#domain/data'
import { isReferenceValue } from '#domain/data'
import type { PlacedTable } from './definitions.ts'

type Column = PlacedTable['columns'][number]

export const lookupTable = 'Microsoft.Dynamics.CRM.lookuplogicalname'

export function nameInReplies({ name, sort }: Column): string {
  return sort === 'reference' ? `_${name}_value` : name
}

/** A value of a reply in our form; undefined for none. */
export function readValue(placed: PlacedTable, column: Column, reply: Readonly<Record<string, unknown>>): DataValue | undefined {
  const name = nameInReplies(column)
  const value = reply[name]
  if (value === null || value === undefined || value === '') return undefined
  switch (column.sort) {
    case 'reference': {
      const table = reply[`${name}@${lookupTable}`] ?? onlyTarget(placed, column)
      return typeof table === 'string' ? { table, id: String(value).toLowerCase() } : undefined
    }
    case 'moment':
      return new Date(String(value)).toISOString()
    case 'id':
      return String(value).toLowerCase()
    case 'choices':
      return String(value)
        .split(',')
        .sort((a, b) => Number(a) - Number(b))
        .join(',')
    case 'number':
      return Number(value)
    case 'flag':
      return value === true
    default:
      return String(value)
  }
}

/** Members of a request's body that set a column, or empty it. */
export function writeValue(placed: PlacedTable, column: Column, value: DataValue | null): Readonly<Record<string, unknown>> {
  if (column.sort === 'reference') return writeReference(placed, column, value)
  if (value === null) return { [column.name]: null }
  if (column.sort === 'moment' && typeof value === 'string')
    return { [column.name]: column.isDateOnly ? value.slice(0, 10) : value.replace(/\.000Z$/, 'Z') }
  return { [column.name]: value }
}

function writeReference(placed: PlacedTable, { name }: Column, value: DataValue | null): Readonly<Record<string, unknown>> {
  const { definition, sets } = placed
  if (value === null || !isReferenceValue(value)) {
    const [navigation = name] = [...definition.navigation].filter(([key]) => key.startsWith(`${name}>`)).map(([, property]) => property)
    return { [`${navigation}@odata.bind`]: null }
  }
  const navigation = definition.navigation.get(`${name}>${value.table}`) ?? name
  return { [`${navigation}@odata.bind`]: `/${sets.get(value.table) ?? `${value.table}s`}(${value.id})` }
}

function onlyTarget({ definition }: PlacedTable, { name }: Column): string | undefined {
  const targets = [...definition.navigation.keys()].filter((key) => key.startsWith(`${name}>`))
  return targets.length === 1 ? targets[0]?.slice(name.length + 1) : undefined
}
