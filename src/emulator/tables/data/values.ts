import { ODataError } from '../../errors.ts'
import { notSupported } from '../../odata/refuse.ts'
import type { DataColumn, DataDefinition } from './definition.ts'

/** Id of a file that was just uploaded: the only value that a file column can be given. */
export class UploadedFile {
  readonly id: string

  constructor(id: string) {
    this.id = id
  }
}

/**
 * A value as it is kept. Throws 400 for one that the column does not take: too long (0x80044331), not among the options (0x8004431A),
 * outside its limits (0x80044330, unverified). Codes: Microsoft's list of Web service error codes; the texts are those seen in reports.
 */
export function keptValue(definition: DataDefinition, column: DataColumn, value: unknown): unknown {
  if (value === null || value === undefined) return null
  switch (column.type) {
    case 'nvarchar':
    case 'ntext':
      return checkLength(definition, column, String(value))
    case 'picklist':
    case 'state':
    case 'status':
      return checkOption(definition, column, Number(value))
    case 'multiselectpicklist':
      return checkOptions(definition, column, String(value))
    case 'int':
    case 'bigint':
      return checkRange(definition, column, Number(value))
    case 'decimal':
    case 'float':
    case 'money':
      return rounded(checkRange(definition, column, Number(value)), column.precision)
    case 'datetime':
      return column.isDateOnly === true ? String(value).slice(0, 10) : toSecond(String(value))
    case 'file':
    case 'image':
      if (value instanceof UploadedFile) return value.id
      throw notSupported(`giving the ${column.type} column '${column.name}' a value (its content is uploaded to its own address)`)
    default:
      return value
  }
}

function checkLength(definition: DataDefinition, column: DataColumn, text: string): string {
  const { maxLength } = column
  // An empty text is kept as no value.
  if (text === '') return text
  if (maxLength === undefined || text.length <= maxLength) return text
  throw invalid(
    '0x80044331',
    `The length of the '${column.name}' attribute of the '${definition.logicalName}' entity exceeded the maximum allowed length of '${maxLength}'.`,
  )
}

function checkOption(definition: DataDefinition, column: DataColumn, value: number): number {
  if (column.choices.some((option) => option.value === value)) return value
  const accepted = column.choices.map((option) => option.value).join(',')
  throw invalid(
    '0x8004431A',
    `The value ${value} of '${column.name}' on record of type '${definition.logicalName}' is outside the valid range. Accepted Values: ${accepted}`,
  )
}

// Travels and is kept as the numbers joined by commas.
function checkOptions(definition: DataDefinition, column: DataColumn, text: string): string | null {
  const values = text.split(',').filter((item) => item.trim() !== '')
  const numbers = [...new Set(values.map((item) => checkOption(definition, column, Number(item))))].sort((a, b) => a - b)
  return numbers.length === 0 ? null : numbers.join(',')
}

function checkRange(definition: DataDefinition, column: DataColumn, value: number): number {
  const [min, max] = [column.min ?? Number.NEGATIVE_INFINITY, column.max ?? Number.POSITIVE_INFINITY]
  if (value >= min && value <= max) return value
  throw invalid('0x80044330', `The value of '${column.name}' on record of type '${definition.logicalName}' is outside the valid range.`)
}

function rounded(value: number, precision: number | undefined): number {
  return precision === undefined ? value : Number(value.toFixed(Math.min(precision, 12)))
}

function toSecond(text: string): string {
  return new Date(text).toISOString().replace(/\.\d+Z$/, 'Z')
}

function invalid(code: string, text: string): ODataError {
  return new ODataError(400, code, `A validation error occurred. ${text}`)
}
