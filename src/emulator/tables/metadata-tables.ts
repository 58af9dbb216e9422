import type { ReadTransaction, Row } from '../store/store.ts'
import type { Column, Table } from './table.ts'
import { columns } from './table.ts'

const labels: readonly Column[] = ['DisplayName', 'Description'].map((name) => ({ name, type: 'Microsoft.Dynamics.CRM.Label' }))

/** Table definitions as the metadata part of the Web API shows them, read from the published definitions. */
export const entityMetadata: Table = {
  logicalName: 'EntityMetadata',
  setName: 'EntityDefinitions',
  primaryId: 'MetadataId',
  columns: [
    ...columns({
      strings:
        'LogicalName SchemaName EntitySetName LogicalCollectionName PrimaryIdAttribute PrimaryNameAttribute OwnershipType IntroducedVersion',
      guids: 'MetadataId',
      ints: 'ObjectTypeCode',
      booleans: 'IsManaged IsCustomEntity IsActivity',
      managedProperties: 'IsCustomizable',
    }),
    ...labels,
  ],
  list: entityRows,
}

/** Columns of all tables; `entitylogicalname` keeps them apart and is shown as EntityLogicalName. */
export const attributeMetadata: Table = {
  logicalName: 'AttributeMetadata',
  setName: 'Attributes',
  primaryId: 'MetadataId',
  columns: [
    ...columns({
      strings: '@odata.type LogicalName SchemaName EntityLogicalName AttributeType IntroducedVersion',
      guids: 'MetadataId',
      ints: 'MaxLength',
      booleans: 'IsManaged IsCustomAttribute IsPrimaryName IsPrimaryId',
      managedProperties: 'IsCustomizable',
    }),
    ...labels,
    { name: 'RequiredLevel', type: 'Microsoft.Dynamics.CRM.Label' },
  ],
  list: (tx) => attributeRows(tx, undefined),
}

/** The columns of one table, or of all. */
export function attributeRows(tx: ReadTransaction, entity: string | undefined): readonly Row[] {
  return tx
    .list('attribute')
    .filter((row) => entity === undefined || row['entitylogicalname'] === entity)
    .map(attributeRow)
}

function entityRows(tx: ReadTransaction): readonly Row[] {
  const named = tx.list('attribute').filter(isPrimaryName)
  const primaryNames = new Map(named.map((item) => [String(item['entitylogicalname']), item['logicalname']]))
  return tx.list('entity').map((row) => entityRow(row, primaryNames.get(String(row['logicalname']))))
}

function entityRow(row: Row, primaryName: unknown): Row {
  const name = String(row['logicalname'])
  return {
    MetadataId: row['metadataid'],
    LogicalName: name,
    SchemaName: row['schemaname'],
    EntitySetName: row['entitysetname'] ?? null,
    LogicalCollectionName: row['entitysetname'] ?? null,
    PrimaryIdAttribute: `${name}id`,
    PrimaryNameAttribute: primaryName ?? null,
    OwnershipType: row['ownershiptypemask'] ?? null,
    IntroducedVersion: row['introducedversion'] ?? null,
    ObjectTypeCode: row['objecttypecode'] ?? null,
    IsManaged: row['ismanaged'],
    IsCustomEntity: name.includes('_'),
    IsActivity: row['isactivity'] === '1',
    IsCustomizable: row['iscustomizable'],
    DisplayName: labelOf(row['displayname']),
    Description: labelOf(row['description']),
  }
}

const attributeTypes: Readonly<Record<string, string>> = {
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
  owner: 'Owner',
  customer: 'Customer',
  picklist: 'Picklist',
  state: 'State',
  status: 'Status',
  uniqueidentifier: 'Uniqueidentifier',
  primarykey: 'Uniqueidentifier',
  multiselectpicklist: 'Virtual',
  file: 'Virtual',
  image: 'Virtual',
}

function attributeRow(row: Row): Row {
  const type = attributeTypes[String(row['attributetype']).toLowerCase()] ?? String(row['attributetype'])
  const level = String(row['requiredlevel'] ?? 'none')
  return {
    '@odata.type': `#Microsoft.Dynamics.CRM.${type === 'Virtual' ? '' : type}AttributeMetadata`,
    MetadataId: row['metadataid'],
    LogicalName: row['logicalname'],
    SchemaName: row['schemaname'],
    EntityLogicalName: row['entitylogicalname'],
    AttributeType: type,
    MaxLength: row['maxlength'] ?? null,
    IntroducedVersion: row['introducedversion'] ?? null,
    IsManaged: row['ismanaged'],
    IsCustomAttribute: row['iscustomfield'] === '1',
    IsPrimaryName: isPrimaryName(row),
    IsPrimaryId: String(row['attributetype']).toLowerCase() === 'primarykey',
    IsCustomizable: row['iscustomizable'],
    DisplayName: labelOf(row['displayname']),
    Description: labelOf(row['description']),
    RequiredLevel: {
      Value: requiredLevels[level.toLowerCase()] ?? level,
      CanBeChanged: true,
      ManagedPropertyLogicalName: 'canmodifyrequirementlevelsettings',
    },
  }
}

const requiredLevels: Readonly<Record<string, string>> = {
  none: 'None',
  required: 'ApplicationRequired',
  applicationrequired: 'ApplicationRequired',
  systemrequired: 'SystemRequired',
  recommended: 'Recommended',
}

function isPrimaryName(row: Row): boolean {
  return String(row['displaymask'] ?? '').includes('PrimaryName')
}

function labelOf(text: unknown): unknown {
  if (typeof text !== 'string') return { LocalizedLabels: [], UserLocalizedLabel: null }
  const label = { Label: text, LanguageCode: 1033, IsManaged: false, MetadataId: null, HasChanged: null }
  return { LocalizedLabels: [label], UserLocalizedLabel: label }
}
