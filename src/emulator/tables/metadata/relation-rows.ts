import type { ReadTransaction, Row } from '../../store/store.ts'
import { catalogueOf } from '../data/catalogue.ts'
import { defineTable } from '../data/define.ts'
import type { Table } from '../table.ts'
import { columns } from '../table.ts'
import { labelOf } from './labels.ts'

const shared = {
  strings: 'SchemaName RelationshipType IntroducedVersion',
  guids: 'MetadataId',
  booleans: 'IsManaged IsCustomRelationship',
  managedProperties: 'IsCustomizable',
}
const oneToMany = `ReferencedEntity ReferencedAttribute ReferencingEntity ReferencingAttribute ReferencedEntityNavigationPropertyName
  ReferencingEntityNavigationPropertyName`
const manyToMany = `Entity1LogicalName Entity2LogicalName IntersectEntityName Entity1NavigationPropertyName Entity2NavigationPropertyName
  Entity1IntersectAttribute Entity2IntersectAttribute`

export type RelationKind = 'OneToMany' | 'ManyToMany'

/** RelationshipDefinitions; of one kind, with what only it has. */
export function relationMetadata(kind?: RelationKind): Table {
  const own = kind === undefined ? [] : columns({ strings: kind === 'OneToMany' ? oneToMany : manyToMany })
  const cascade = kind === 'OneToMany' ? [{ name: 'CascadeConfiguration', type: 'Microsoft.Dynamics.CRM.Label' as const }] : []
  return {
    logicalName: `${kind ?? ''}RelationshipMetadata`,
    setName: 'RelationshipDefinitions',
    primaryId: 'MetadataId',
    columns: [...columns(shared), ...own, ...cascade],
    list: (tx) => relationRows(tx).filter((row) => kind === undefined || row['~kind'] === kind),
  }
}

/** What a relationship's kind adds to what all have. */
export function ownRelationMembers(row: Row): Record<string, unknown> {
  const names = (row['~kind'] === 'OneToMany' ? `${oneToMany} CascadeConfiguration` : manyToMany).split(/\s+/)
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]))
}

export function relationRows(tx: ReadTransaction): readonly Row[] {
  return tx.list('entityrelationship').map((row) => relationRow(tx, row))
}

function relationRow(tx: ReadTransaction, row: Row): Row {
  const isPair = row['entityrelationshiptype'] === 'ManyToMany'
  const name = String(row['schemaname'])
  return {
    '~kind': isPair ? 'ManyToMany' : 'OneToMany',
    '@odata.type': `#Microsoft.Dynamics.CRM.${isPair ? 'ManyToMany' : 'OneToMany'}RelationshipMetadata`,
    MetadataId: row['metadataid'],
    SchemaName: name,
    RelationshipType: isPair ? 'ManyToManyRelationship' : 'OneToManyRelationship',
    IntroducedVersion: row['introducedversion'] ?? null,
    IsManaged: row['ismanaged'],
    IsCustomRelationship: true,
    IsCustomizable: row['iscustomizable'],
    ...(isPair ? pairMembers(tx, row) : lookupMembers(tx, row)),
  }
}

function lookupMembers(tx: ReadTransaction, row: Row): Row {
  const [from, to] = [String(row['referencingentity']), String(row['referencedentity'])]
  const relation = catalogueOf(tx)
    .lookups.get(from)
    ?.find(({ name }) => name === row['schemaname'])
  const column = defineTable(tx, from)?.byName.get(String(row['referencingattribute']))
  const navigation = relation?.navigation ?? column?.targets.find(({ table }) => table === to)?.navigation
  const cascade = (name: string): unknown => row[`cascade${name.toLowerCase()}`] ?? 'NoCascade'
  return {
    ReferencedEntity: to,
    ReferencedAttribute: defineTable(tx, to)?.primaryId ?? `${to}id`,
    ReferencingEntity: from,
    ReferencingAttribute: row['referencingattribute'],
    ReferencedEntityNavigationPropertyName: relation?.collection ?? row['schemaname'],
    ReferencingEntityNavigationPropertyName: navigation ?? row['referencingattribute'],
    CascadeConfiguration: Object.fromEntries(
      ['Assign', 'Delete', 'Merge', 'Reparent', 'Share', 'Unshare', 'RollupView'].map((name) => [name, cascade(name)]),
    ),
  }
}

function pairMembers(tx: ReadTransaction, row: Row): Row {
  const [first, second] = [String(row['firstentity']), String(row['secondentity'])]
  const pair = catalogueOf(tx)
    .pairs.get(first)
    ?.find(({ name }) => name === row['schemaname'])
  const isSelf = first === second
  return {
    Entity1LogicalName: first,
    Entity2LogicalName: second,
    IntersectEntityName: row['intersectentity'],
    Entity1NavigationPropertyName: pair?.navigations[0] ?? null,
    Entity2NavigationPropertyName: pair?.navigations[1] ?? null,
    Entity1IntersectAttribute: isSelf ? `${first}idone` : `${first}id`,
    Entity2IntersectAttribute: isSelf ? `${second}idtwo` : `${second}id`,
  }
}

/** Alternate keys of one table, or of all. */
export function keyMetadata(entity: string | undefined): Table {
  return {
    logicalName: 'EntityKeyMetadata',
    setName: 'Keys',
    primaryId: 'MetadataId',
    columns: [
      ...columns({
        strings: 'LogicalName SchemaName EntityLogicalName EntityKeyIndexStatus IntroducedVersion',
        guids: 'MetadataId',
        booleans: 'IsManaged',
        managedProperties: 'IsCustomizable',
      }),
      ...['DisplayName', 'KeyAttributes'].map((name) => ({ name, type: 'Microsoft.Dynamics.CRM.Label' as const })),
    ],
    list: (tx) =>
      tx
        .list('entitykey')
        .filter((row) => entity === undefined || row['entitylogicalname'] === entity)
        .map((row) => keyRow(tx, row)),
  }
}

function keyRow(tx: ReadTransaction, row: Row): Row {
  const table = String(row['entitylogicalname'])
  const id = String(row['metadataid'])
  const state = tx.get(`~key ${id}`, '~state')?.['value']
  return {
    MetadataId: id,
    LogicalName: row['logicalname'],
    SchemaName: row['schemaname'],
    EntityLogicalName: table,
    EntityKeyIndexStatus: state === 'failed' ? 'Failed' : 'Active',
    IntroducedVersion: row['introducedversion'] ?? null,
    IsManaged: row['ismanaged'],
    IsCustomizable: row['iscustomizable'],
    DisplayName: labelOf(row['displayname']),
    KeyAttributes:
      catalogueOf(tx)
        .keys.get(table)
        ?.find((key) => key.id === id)?.columns ?? [],
  }
}
