import type { ComponentPart, XmlElement } from '#format'
import { attributeOf, child, childElements, childText, textOf } from '#format'
import { memoByDigest } from '../../kinds/digest-memo.ts'
import { flag, label } from '../../kinds/part-text.ts'

/** One option of a choice; `state` is the state that a status reason belongs to, `defaultStatus` the reason that a state starts with. */
export interface Option {
  readonly value: number
  readonly label: string
  readonly state?: number
  readonly defaultStatus?: number
}

/** What a column's definition says of its values. */
export interface ColumnFacts {
  readonly name: string
  readonly schemaName: string
  /** As customizations.xml writes it: nvarchar, lookup, picklist … */
  readonly type: string
  readonly displayName: string
  readonly maxLength?: number
  readonly min?: number
  readonly max?: number
  /** Decimal places that are kept. */
  readonly precision?: number
  readonly options?: readonly Option[]
  /** Name of the global choice that holds its options. */
  readonly globalChoice?: string
  /** Initial value of a choice or a yes/no column. */
  readonly initial?: number
  readonly isDateOnly?: boolean
  /** `{SEQNUM:4}` and the like. */
  readonly autoNumber?: string
  /** Calculated, rollup or formula: its value is the service's to give. */
  readonly isComputed?: boolean
  readonly isPrimaryName?: boolean
  readonly canCreate: boolean
  readonly canUpdate: boolean
  /** A text beside a lookup (`owneridname`), which the Web API does not show. */
  readonly isShadow?: boolean
  /** True where the definition says that a publisher made it. */
  readonly isCustom: boolean
  /** Object type codes of the tables that a lookup of the platform points to. */
  readonly targetCodes?: readonly number[]
}

/** The facts of a column's definition; undefined for the definition of something else. */
export const columnFacts = memoByDigest((part): ColumnFacts | undefined => {
  const { xml } = part
  if (part.kind !== 'Attribute' || xml === undefined) return undefined
  const text = (name: string): string | undefined => childText(xml, name)
  const number = (name: string): number | undefined => numberIn(text(name))
  const name = part.key.slice(part.key.indexOf('.') + 1)
  const schemaName = attributeOf(xml, 'PhysicalName') ?? name
  const facts: ColumnFacts = {
    name,
    schemaName,
    type: (text('Type') ?? 'nvarchar').toLowerCase(),
    displayName: label(child(xml, 'displaynames')) ?? schemaName,
    isCustom: text('IsCustomField') !== '0',
    canCreate: text('ValidForCreateApi') !== undefined ? flag(text('ValidForCreateApi')) : text('ValidForReadApi') === undefined,
    canUpdate: text('ValidForUpdateApi') !== undefined ? flag(text('ValidForUpdateApi')) : text('ValidForReadApi') === undefined,
    isPrimaryName: (text('DisplayMask') ?? '').includes('PrimaryName'),
    isShadow: flag(text('IsLogical')) && /(name|type)$/.test(name) && text('ValidForUpdateApi') === undefined,
    isComputed: ['1', '2', '3'].includes(text('SourceType') ?? '0'),
    isDateOnly: text('Behavior') === '2',
    ...defined({
      maxLength: number('MaxLength'),
      min: number('MinValue'),
      max: number('MaxValue'),
      precision: number('Accuracy'),
      autoNumber: text('AutoNumberFormat'),
      globalChoice: text('OptionSetName'),
      options: optionsOf(child(xml, 'optionset')),
      initial: initialOf(number('AppDefaultValue')),
      targetCodes: codesOf(child(xml, 'LookupTypes')),
    }),
  }
  return facts
})

/** The options of a global choice. */
export const choiceOptions = memoByDigest((part: ComponentPart): readonly Option[] => optionsOf(part.xml) ?? [])

/** The options inside an `optionset` element: of a choice, of states, or of status reasons. */
export function optionsOf(set: XmlElement | undefined): readonly Option[] | undefined {
  const list = child(set, 'options') ?? child(set, 'states') ?? child(set, 'statuses')
  if (list === undefined) return undefined
  return childElements(list).map((node) => ({
    value: Number(attributeOf(node, 'value')),
    label: label(child(node, 'labels')) ?? attributeOf(node, 'value') ?? '',
    ...defined({ state: numberIn(attributeOf(node, 'state')), defaultStatus: numberIn(attributeOf(node, 'defaultstatus')) }),
  }))
}

// -1 says that there is none.
function initialOf(value: number | undefined): number | undefined {
  return value === undefined || value < 0 ? undefined : value
}

function codesOf(types: XmlElement | undefined): readonly number[] | undefined {
  const codes = childElements(types).flatMap((node) => numberIn(textOf(node)) ?? [])
  return codes.length === 0 ? undefined : codes
}

function numberIn(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const value = Number(text)
  return Number.isNaN(value) ? undefined : value
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>
}
