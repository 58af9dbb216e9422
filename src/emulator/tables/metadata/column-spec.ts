import { ODataError } from '../../errors.ts'
import type { ColumnSpec } from '../../kinds/column-part.ts'
import { notSupported } from '../../odata/refuse.ts'
import type { Json } from './json.ts'
import { labelText, listOf, memberOf, numberOf, optionsIn, requiredLevel, requireSchemaName, textOf, typeOf } from './json.ts'

type Details = Readonly<Record<string, string>>

interface Shape {
  readonly type: string
  readonly details?: (body: Json) => Details
  readonly hasOptions?: boolean
}

/** Column types of the Web API as files write them, with the limits that the service gives where a definition has none. */
const shapes: Readonly<Record<string, Shape>> = {
  String: { type: 'nvarchar', details: (body) => lengths(body, 100, 4000, format(body, 'text')) },
  Memo: { type: 'ntext', details: (body) => lengths(body, 2000, 1_048_576, format(body, 'textarea')) },
  Integer: { type: 'int', details: (body) => ({ Format: '', ...limits(body, -2_147_483_648, 2_147_483_647) }) },
  BigInt: { type: 'bigint' },
  Decimal: { type: 'decimal', details: (body) => ({ ...limits(body, -1e11, 1e11), ...accuracy(body, 2) }) },
  Double: { type: 'float', details: (body) => ({ ...limits(body, 0, 1e9), ...accuracy(body, 2) }) },
  Money: {
    type: 'money',
    details: (body) => ({ ...limits(body, -922_337_203_685_477, 922_337_203_685_477), ...accuracy(body, 2), AccuracySource: '2' }),
  },
  DateTime: { type: 'datetime', details: dates },
  Boolean: { type: 'bit', details: (body) => ({ AppDefaultValue: memberOf(body, 'DefaultValue') === true ? '1' : '0' }), hasOptions: true },
  Picklist: {
    type: 'picklist',
    details: (body) => ({ AppDefaultValue: String(numberOf(body, 'DefaultFormValue') ?? -1) }),
    hasOptions: true,
  },
  MultiSelectPicklist: { type: 'multiselectpicklist', hasOptions: true },
  Image: { type: 'image', details: (body) => ({ Format: 'jpeg', MaxLength: String((numberOf(body, 'MaxSizeInKB') ?? 10_240) * 1024) }) },
  File: { type: 'file', details: (body) => ({ MaxLength: String(numberOf(body, 'MaxSizeInKB') ?? 32_768) }) },
}

/** What a body asks for as a new column of a table. Throws 400 for what is no column, 501 for a kind that is not made here. */
export function columnSpec(table: string, body: Json, firstOption: number): ColumnSpec {
  const type = typeOf(body, 'AttributeMetadata') ?? textOf(body, 'AttributeType')
  if (type === undefined || type === '')
    throw new ODataError(
      400,
      '0x80048d19',
      'A column definition needs its type in @odata.type, such as Microsoft.Dynamics.CRM.StringAttributeMetadata.',
    )
  if (type === 'Lookup' || type === 'Customer')
    throw new ODataError(
      400,
      '0x80048403',
      `A column of the type ${type} comes with its relationship. POST a one-to-many relationship to RelationshipDefinitions.`,
    )
  const shape = shapes[type]
  if (shape === undefined) throw notSupported(`creating a column of the type '${type}'`)
  if (textOf(body, 'FormulaDefinition') !== undefined || (numberOf(body, 'SourceType') ?? 0) > 0)
    throw notSupported('creating a calculated, rollup or formula column')
  const schemaName = requireSchemaName(body)
  const description = labelText(memberOf(body, 'Description'))
  const autoNumber = textOf(body, 'AutoNumberFormat')
  return {
    table,
    schemaName,
    type: shape.type,
    displayName: labelText(memberOf(body, 'DisplayName')) ?? schemaName,
    requiredLevel: requiredLevel(memberOf(body, 'RequiredLevel')),
    details: shape.details?.(body) ?? {},
    ...(description === undefined ? {} : { description }),
    ...(autoNumber === undefined ? {} : { autoNumber }),
    ...(shape.hasOptions === true ? choiceOf(body, type, firstOption) : {}),
    ...(memberOf(body, 'IsPrimaryName') === true
      ? { displayMask: 'PrimaryName|ValidForAdvancedFind|ValidForForm|ValidForGrid|RequiredForForm' }
      : {}),
  }
}

function choiceOf(body: Json, type: string, firstOption: number): Pick<ColumnSpec, 'options' | 'globalChoice'> {
  const own = memberOf(body, 'OptionSet')
  const global = memberOf(own, 'IsGlobal') === true ? textOf(own, 'Name') : undefined
  if (global !== undefined) return { globalChoice: global }
  if (type !== 'Boolean') return { options: optionsIn(listOf(own, 'Options'), firstOption) }
  const no = labelText(memberOf(memberOf(own, 'FalseOption'), 'Label')) ?? 'No'
  const yes = labelText(memberOf(memberOf(own, 'TrueOption'), 'Label')) ?? 'Yes'
  return {
    options: [
      { value: 0, label: no },
      { value: 1, label: yes },
    ],
  }
}

function lengths(body: Json, usual: number, most: number, form: Details): Details {
  const length = numberOf(body, 'MaxLength') ?? usual
  if (!Number.isInteger(length) || length < 1 || length > most)
    throw new ODataError(400, '0x80040203', `The maximum length ${length} is not valid: whole numbers from 1 to ${most}.`)
  return { ...form, MaxLength: String(length), Length: String(length * 2) }
}

function format(body: Json, usual: string): Details {
  return { Format: (textOf(memberOf(body, 'FormatName'), 'Value') ?? textOf(body, 'Format') ?? usual).toLowerCase() }
}

function limits(body: Json, least: number, most: number): Details {
  return { MinValue: String(numberOf(body, 'MinValue') ?? least), MaxValue: String(numberOf(body, 'MaxValue') ?? most) }
}

function accuracy(body: Json, usual: number): Details {
  return { Accuracy: String(numberOf(body, 'Precision') ?? usual) }
}

// 1 user local, 2 date only, 3 independent of time zones.
const behaviours: Readonly<Record<string, string>> = { UserLocal: '1', DateOnly: '2', TimeZoneIndependent: '3' }

function dates(body: Json): Details {
  const behaviour = behaviours[textOf(memberOf(body, 'DateTimeBehavior'), 'Value') ?? 'UserLocal'] ?? '1'
  const form = textOf(body, 'Format') === 'DateOnly' || behaviour === '2' ? 'date' : 'datetime'
  return { Format: form, CanChangeDateTimeBehavior: '1', Behavior: behaviour }
}
