import type { ReadTransaction, Row } from '../../store/store.ts'
import { catalogueOf, factsOfColumn } from '../data/catalogue.ts'
import type { ColumnFacts } from '../data/column-facts.ts'
import type { DataColumn } from '../data/definition.ts'
import { defineTable } from '../data/define.ts'
import type { Column, Table } from '../table.ts'
import { columns } from '../table.ts'
import { fixedId, labelOf } from './labels.ts'

/** A column as metadata knows it: its facts, its row when a package brought it, and where its lookup leads. */
interface Described {
  readonly table: string
  readonly facts: ColumnFacts
  readonly column: DataColumn | undefined
  readonly row: Row | undefined
}

const label = 'Microsoft.Dynamics.CRM.Label' as const
const complex = (names: string): readonly Column[] => names.split(' ').map((name) => ({ name, type: label }))

const baseColumns: readonly Column[] = [
  ...columns({
    strings: 'LogicalName SchemaName EntityLogicalName AttributeType IntroducedVersion AttributeOf',
    guids: 'MetadataId',
    ints: 'SourceType ColumnNumber',
    booleans: 'IsManaged IsCustomAttribute IsPrimaryName IsPrimaryId IsValidForCreate IsValidForUpdate IsValidForRead IsLogical',
    managedProperties: 'IsCustomizable',
  }),
  ...complex('AttributeTypeName DisplayName Description RequiredLevel'),
]

/** Members that only one kind of column has, by the kind's name. */
const ownColumns: Readonly<Record<string, readonly Column[]>> = {
  String: [...columns({ strings: 'Format AutoNumberFormat', ints: 'MaxLength' }), ...complex('FormatName')],
  Memo: columns({ strings: 'Format', ints: 'MaxLength' }),
  Integer: columns({ ints: 'MinValue MaxValue' }),
  BigInt: columns({ bigints: 'MinValue MaxValue' }),
  Decimal: columns({ doubles: 'MinValue MaxValue', ints: 'Precision' }),
  Double: columns({ doubles: 'MinValue MaxValue', ints: 'Precision' }),
  Money: columns({ doubles: 'MinValue MaxValue', ints: 'Precision' }),
  DateTime: [...columns({ strings: 'Format' }), ...complex('DateTimeBehavior')],
  Lookup: complex('Targets'),
  Boolean: columns({ booleans: 'DefaultValue' }),
  Picklist: columns({ ints: 'DefaultFormValue' }),
  MultiSelectPicklist: columns({ ints: 'DefaultFormValue' }),
  State: columns({ ints: 'DefaultFormValue' }),
  Status: columns({ ints: 'DefaultFormValue' }),
  UniqueIdentifier: [],
  File: columns({ ints: 'MaxSizeInKB' }),
  Image: columns({ ints: 'MaxSizeInKB', booleans: 'IsPrimaryImage' }),
}

const kinds: Readonly<Record<string, string>> = {
  nvarchar: 'String',
  ntext: 'Memo',
  int: 'Integer',
  bigint: 'BigInt',
  bit: 'Boolean',
  datetime: 'DateTime',
  decimal: 'Decimal',
  float: 'Double',
  money: 'Money',
  lookup: 'Lookup',
  owner: 'Lookup',
  customer: 'Lookup',
  partylist: 'Lookup',
  picklist: 'Picklist',
  state: 'State',
  status: 'Status',
  uniqueidentifier: 'UniqueIdentifier',
  primarykey: 'UniqueIdentifier',
  multiselectpicklist: 'MultiSelectPicklist',
  file: 'File',
  image: 'Image',
}

/** The columns of one table, or of all, as sets of AttributeMetadata; with a kind only those of it, with what they alone have. */
export function attributeMetadata(entity: string | undefined, kind?: string): Table {
  return {
    logicalName: `${kind ?? ''}AttributeMetadata`,
    setName: 'Attributes',
    primaryId: 'MetadataId',
    columns: [...baseColumns, ...(kind === undefined ? [] : (ownColumns[kind] ?? []))],
    list: (tx) => attributeRows(tx, entity).filter((row) => kind === undefined || row['~kind'] === kind),
  }
}

/** True for a kind of column that can be asked for by itself. */
export function isAttributeKind(kind: string): boolean {
  return kind in ownColumns
}

/** What a column's kind adds to what all columns have. */
export function ownMembers(row: Row): Record<string, unknown> {
  const own = ownColumns[String(row['~kind'])] ?? []
  return Object.fromEntries(own.map(({ name }) => [name, row[name] ?? null]))
}

export function attributeRows(tx: ReadTransaction, entity: string | undefined): readonly Row[] {
  const names = entity === undefined ? new Set([...catalogueOf(tx).tables.keys()]) : [entity]
  return [...names].flatMap((name) => describedColumns(tx, name).map(attributeRow))
}

function describedColumns(tx: ReadTransaction, table: string): readonly Described[] {
  const listed = new Map((catalogueOf(tx).columns.get(table) ?? []).map(({ name, id }) => [name, id]))
  const rowOf = (name: string): Row | undefined => {
    const id = listed.get(name)
    return id === undefined ? undefined : tx.get('attribute', id)
  }
  const definition = defineTable(tx, table)
  if (definition !== undefined) return definition.columns.map((column) => ({ table, facts: column, column, row: rowOf(column.name) }))
  return [...listed.keys()].flatMap((name) => {
    const facts = factsOfColumn(tx, table, name)
    return facts === undefined ? [] : [{ table, facts, column: undefined, row: rowOf(name) }]
  })
}

const plainNames: Readonly<Record<string, string>> = {
  UniqueIdentifier: 'Uniqueidentifier',
  MultiSelectPicklist: 'Virtual',
  File: 'Virtual',
  Image: 'Virtual',
}

function attributeRow({ table, facts, column, row }: Described): Row {
  const kind = kinds[facts.type] ?? 'String'
  const plain = facts.type === 'owner' ? 'Owner' : facts.type === 'customer' ? 'Customer' : (plainNames[kind] ?? kind)
  return {
    '~kind': kind,
    '~choices': column?.choices ?? facts.options ?? [],
    '~choice': facts.globalChoice,
    '@odata.type': `#Microsoft.Dynamics.CRM.${kind}AttributeMetadata`,
    MetadataId: row?.['metadataid'] ?? fixedId(`${table}.${facts.name}`),
    LogicalName: facts.name,
    SchemaName: facts.schemaName === '' ? facts.name : facts.schemaName,
    EntityLogicalName: table,
    AttributeType: plain,
    AttributeTypeName: {
      Value: `${facts.type === 'owner' || facts.type === 'customer' ? plain : kind.replace('UniqueIdentifier', 'Uniqueidentifier')}Type`,
    },
    AttributeOf: null,
    SourceType: Number(row?.['sourcetype'] ?? 0),
    ColumnNumber: null,
    IntroducedVersion: row?.['introducedversion'] ?? null,
    IsManaged: row?.['ismanaged'] ?? true,
    IsCustomAttribute: facts.isCustom && row !== undefined,
    IsPrimaryName: facts.isPrimaryName === true,
    IsPrimaryId: facts.type === 'primarykey',
    IsValidForCreate: facts.canCreate,
    IsValidForUpdate: facts.canUpdate,
    IsValidForRead: true,
    IsLogical: row?.['islogical'] === '1',
    IsCustomizable: row?.['iscustomizable'] ?? true,
    DisplayName: labelOf(facts.displayName),
    Description: labelOf(row?.['description']),
    RequiredLevel: levelOf(row),
    ...ownValues(facts, column),
  }
}

function ownValues(facts: ColumnFacts, column: DataColumn | undefined): Row {
  return {
    MaxLength: facts.maxLength ?? null,
    MinValue: facts.min ?? null,
    MaxValue: facts.max ?? null,
    Precision: facts.precision ?? null,
    Format:
      facts.type === 'datetime' ? (facts.isDateOnly === true ? 'DateOnly' : 'DateAndTime') : facts.type === 'ntext' ? 'TextArea' : 'Text',
    FormatName: { Value: 'Text' },
    AutoNumberFormat: facts.autoNumber ?? '',
    DateTimeBehavior: { Value: facts.isDateOnly === true ? 'DateOnly' : 'UserLocal' },
    Targets: column?.targets.map(({ table }) => table) ?? [],
    DefaultValue: facts.initial === 1,
    DefaultFormValue: facts.initial ?? -1,
    MaxSizeInKB: facts.maxLength ?? null,
  }
}

const requiredLevels: Readonly<Record<string, string>> = {
  none: 'None',
  required: 'ApplicationRequired',
  applicationrequired: 'ApplicationRequired',
  systemrequired: 'SystemRequired',
  recommended: 'Recommended',
}

function levelOf(row: Row | undefined): unknown {
  const level = String(row?.['requiredlevel'] ?? 'none')
  return {
    Value: requiredLevels[level.toLowerCase()] ?? level,
    CanBeChanged: true,
    ManagedPropertyLogicalName: 'canmodifyrequirementlevelsettings',
  }
}
