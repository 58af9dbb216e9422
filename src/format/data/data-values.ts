import type { ConfigurationColumn, DataValue } from '#domain/data'
import { isReferenceValue, sortOf } from '#domain/data'

/** A value of data.xml in our form; undefined for none, `null` for a text that no value of the column can be [release-facts 1.3]. */
export function readDataValue(
  column: ConfigurationColumn,
  { value, table }: { readonly value: string; readonly table: string | undefined },
): DataValue | undefined | null {
  if (value === '') return undefined
  switch (sortOf(column)) {
    case 'id':
      return idOf(value) ?? null
    case 'reference': {
      const id = idOf(value)
      const target = table ?? onlyTarget(column)
      return id === undefined || target === undefined ? null : { table: target, id }
    }
    case 'moment':
      return momentOf(value)
    case 'number':
      return numberOf(column, value)
    case 'flag':
      return flagOf(value)
    case 'choices':
      return choicesOf(value)
    default:
      return value
  }
}

/** As the platform's own tool writes it. */
export function writeDataValue(column: ConfigurationColumn, value: DataValue): string {
  if (isReferenceValue(value)) return value.id
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') return ['decimal', 'money'].includes(column.type) ? value.toFixed(10) : String(value)
  if (sortOf(column) === 'moment') return value.replace(/\.(\d{3})Z$/, '.$10000Z')
  return sortOf(column) === 'choices' ? `[-1,${value},-1]` : value
}

/** An id in lower case and without braces; undefined for a text that is none. */
export function idOf(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^\{|\}$/g, '')
    .toLowerCase()
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(bare) ? bare : undefined
}

function onlyTarget({ target }: ConfigurationColumn): string | undefined {
  return target === undefined || target.includes('|') ? undefined : target
}

/** Without a zone it is meant in UTC, as the tool writes it. */
function momentOf(text: string): string | null {
  const [, moment, zone] = /^(\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?)(Z|[+-]\d\d:\d\d)?$/.exec(text.trim()) ?? []
  if (moment === undefined) return null
  const at = Date.parse(moment.includes('T') ? `${moment}${zone ?? 'Z'}` : `${moment}T00:00:00Z`)
  if (Number.isNaN(at)) return null
  // The thirtieth of February is read as a day of March.
  const day = Number(moment.slice(8, 10))
  const lastDay = new Date(Date.UTC(Number(moment.slice(0, 4)), Number(moment.slice(5, 7)), 0)).getUTCDate()
  return day > lastDay ? null : new Date(at).toISOString()
}

/** A number that would arrive as another one, or as none, is no value: a package says what arrives. */
function numberOf({ type }: ConfigurationColumn, text: string): number | null {
  if (!/^[+-]?\d{1,30}(\.\d{1,20})?([eE][+-]?\d{1,3})?$/.test(text.trim())) return null
  const number = Number(text)
  if (!Number.isFinite(number)) return null
  return wholeNumbers.has(type) && !Number.isSafeInteger(number) ? null : number
}

const wholeNumbers = new Set(['number', 'integer', 'bigint', 'optionsetvalue', 'state', 'status'])

function flagOf(text: string): boolean | null {
  if (/^(true|1)$/i.test(text.trim())) return true
  return /^(false|0)$/i.test(text.trim()) ? false : null
}

/** `[-1,333820000,-1]`: the numbers between the two marks, sorted. */
function choicesOf(text: string): string | null | undefined {
  if (!/^\[?[-\d,\s]*\]?$/.test(text)) return null
  const values = text
    .replace(/[[\]\s]/g, '')
    .split(',')
    .filter((value) => value !== '' && value !== '-1')
  return values.length === 0 ? undefined : values.sort((a, b) => Number(a) - Number(b)).join(',')
}
