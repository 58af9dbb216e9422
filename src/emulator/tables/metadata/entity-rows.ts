import type { ReadTransaction, Row } from '../../store/store.ts'
import { catalogueOf } from '../data/catalogue.ts'
import { defineTable } from '../data/define.ts'
import { platformTables } from '../data/platform-tables.ts'
import { typeCodeOf } from '../data/type-code.ts'
import type { Table } from '../table.ts'
import { columns } from '../table.ts'
import { fixedId, labelOf } from './labels.ts'

/** What others may make in a table, as far as its definition says so: EntityMetadata in the reference of the Web API. */
const creations = ['CanCreateAttributes', 'CanCreateForms', 'CanCreateViews', 'CanCreateCharts']

/** Table definitions as the metadata part of the Web API shows them, read from the published definitions. */
export const entityMetadata: Table = {
  logicalName: 'EntityMetadata',
  setName: 'EntityDefinitions',
  primaryId: 'MetadataId',
  columns: [
    ...columns({
      strings: `LogicalName SchemaName EntitySetName LogicalCollectionName CollectionSchemaName PrimaryIdAttribute PrimaryNameAttribute
        OwnershipType IntroducedVersion TableType`,
      guids: 'MetadataId',
      ints: 'ObjectTypeCode',
      booleans: 'IsManaged IsCustomEntity IsActivity IsIntersect HasNotes',
      managedProperties: `IsCustomizable ${creations.join(' ')}`,
    }),
    ...['DisplayName', 'DisplayCollectionName', 'Description'].map((name) => ({ name, type: 'Microsoft.Dynamics.CRM.Label' as const })),
  ],
  list: entityRows,
}

function entityRows(tx: ReadTransaction): readonly Row[] {
  const imported = tx.list('entity').map((row) => entityRow(tx, String(row['logicalname']), row))
  const names = new Set(imported.map((row) => row['LogicalName']))
  return [...imported, ...[...platformTables.keys()].filter((name) => !names.has(name)).map((name) => entityRow(tx, name, undefined))]
}

const ownerships: Readonly<Record<string, string>> = { userowned: 'UserOwned', orgowned: 'OrganizationOwned' }

function entityRow(tx: ReadTransaction, name: string, row: Row | undefined): Row {
  const definition = defineTable(tx, name)
  const platform = platformTables.get(name)
  const setName = definition?.setName ?? row?.['entitysetname'] ?? null
  return {
    MetadataId: row?.['metadataid'] ?? fixedId(name),
    LogicalName: name,
    SchemaName: platform?.schemaName ?? row?.['schemaname'] ?? name,
    EntitySetName: setName,
    LogicalCollectionName: setName,
    CollectionSchemaName: setName,
    PrimaryIdAttribute: definition?.primaryId ?? `${name}id`,
    PrimaryNameAttribute: definition?.primaryName ?? null,
    OwnershipType: ownershipOf(row, platform?.ownership),
    ObjectTypeCode: typeCodeOf(name, String(row?.['metadataid'] ?? name)),
    ...natureOf(tx, name, row),
    DisplayName: labelOf(definition?.displayName ?? row?.['displayname']),
    DisplayCollectionName: labelOf(row?.['localizedcollectionname'] ?? definition?.displayName),
    Description: labelOf(row?.['description']),
  }
}

function natureOf(tx: ReadTransaction, name: string, row: Row | undefined): Row {
  const kept = catalogueOf(tx).tables.get(name)?.kept
  return {
    IntroducedVersion: row?.['introducedversion'] ?? null,
    TableType: kept === 'elsewhere' ? 'Virtual' : 'Standard',
    // A table of the platform that no package named is the system's own.
    IsManaged: row?.['ismanaged'] ?? true,
    IsCustomEntity: name.includes('_'),
    IsActivity: row?.['isactivity'] === '1' || name === 'task',
    IsIntersect: kept === 'joins',
    HasNotes: row?.['hasrelatednotes'] === 'True',
    IsCustomizable: row?.['iscustomizable'] ?? true,
    ...Object.fromEntries(creations.map((name) => [name, !['0', 'false'].includes(String(row?.[name.toLowerCase()]).toLowerCase())])),
  }
}

function ownershipOf(row: Row | undefined, platform: 'user' | 'organization' | undefined): string | null {
  const mask = row?.['ownershiptypemask']
  if (typeof mask === 'string') return ownerships[mask.toLowerCase()] ?? mask
  return platform === undefined ? null : platform === 'user' ? 'UserOwned' : 'OrganizationOwned'
}
