import type { ReadTransaction, Row } from '../../store/store.ts'
import { attributeMetadata, ownMembers } from '../../tables/metadata/attribute-rows.ts'
import { choiceOfAttribute } from '../../tables/metadata/choice-rows.ts'
import { entityMetadata } from '../../tables/metadata/entity-rows.ts'
import { keyMetadata, relationMetadata } from '../../tables/metadata/relation-rows.ts'
import { listRows } from '../../tables/rows.ts'
import type { Table } from '../../tables/table.ts'
import { storedValue } from '../../tables/table.ts'
import type { LevelQuery, MetadataQuery } from './metadata-query.ts'
import type { Point } from './version-stamp.ts'

/**
 * ComplexEntityMetadata of what the query names; since a point only what changed or is new, with all above it. `HasChanged` is null
 * without a point, false for what only holds something changed (Microsoft: Cache schema data).
 */
export function changedTables(tx: ReadTransaction, query: MetadataQuery, since: Point | undefined): readonly Row[] {
  if (since?.isCurrent === true) return []
  const changes = new Changes(tx, since)
  return listRows(tx, entityMetadata).flatMap((table) => {
    if (!query.matches(table) || !changes.concern(String(table['LogicalName']))) return []
    const inside = insides(tx, query, { table, changes })
    const isChanged = changes.has(table['MetadataId'])
    if (since !== undefined && !isChanged && Object.values(inside).every((items) => items.length === 0)) return []
    return [{ ...item(entityMetadata, table, query), HasChanged: changes.mark(isChanged), ...inside }]
  })
}

type Inside = Record<string, readonly Row[]>

function insides(
  tx: ReadTransaction,
  query: MetadataQuery,
  { table, changes }: { readonly table: Row; readonly changes: Changes },
): Inside {
  const name = String(table['LogicalName'])
  const wants = (member: string): boolean => query.properties === undefined || query.properties.has(member)
  const found: Inside = {}
  if (wants('Attributes')) found['Attributes'] = attributesOf(tx, query.attributes, { name, changes })
  if (wants('Keys')) found['Keys'] = plain(keyMetadata(name), listRows(tx, keyMetadata(name)), { query: query.keys, changes })
  for (const [member, kind, ends] of relations) {
    if (!wants(member)) continue
    const set = relationMetadata(kind)
    const rows = listRows(tx, set).filter((row) => ends.some((end) => row[end] === name))
    found[member] = plain(set, rows, { query: query.relationships, changes })
  }
  return found
}

const relations = [
  ['OneToManyRelationships', 'OneToMany', ['ReferencedEntity']],
  ['ManyToOneRelationships', 'OneToMany', ['ReferencingEntity']],
  ['ManyToManyRelationships', 'ManyToMany', ['Entity1LogicalName', 'Entity2LogicalName']],
] as const

function plain(
  set: Table,
  rows: readonly Row[],
  { query, changes }: { readonly query: LevelQuery; readonly changes: Changes },
): readonly Row[] {
  return rows.flatMap((row) => {
    const isChanged = changes.has(row['MetadataId'])
    if (!query.matches(row) || !(isChanged || changes.areAllWanted)) return []
    return [{ ...typeOf(row), ...item(set, row, query), HasChanged: changes.mark(isChanged) }]
  })
}

function attributesOf(
  tx: ReadTransaction,
  query: LevelQuery,
  { name, changes }: { readonly name: string; readonly changes: Changes },
): readonly Row[] {
  const set = attributeMetadata(name)
  const wantsChoice = query.properties === undefined || query.properties.has('OptionSet')
  return listRows(tx, set).flatMap((row) => {
    if (!query.matches({ ...row, ...ownMembers(row) })) return []
    const choice = wantsChoice && kindsWithChoice.has(String(row['~kind'])) ? choiceOfAttribute(tx, row) : undefined
    const isChanged = changes.has(row['MetadataId'])
    // A choice of the column's own has no row of its own: it changes with its column.
    const isChoiceChanged = choice !== undefined && (changes.has(choice['MetadataId']) || (isChanged && choice['IsGlobal'] !== true))
    if (!isChanged && !isChoiceChanged && !changes.areAllWanted) return []
    const own = Object.entries(ownMembers(row)).filter(([member]) => query.properties === undefined || query.properties.has(member))
    const shown: Row = { ...typeOf(row), ...item(set, row, query), ...Object.fromEntries(own), HasChanged: changes.mark(isChanged) }
    return [choice === undefined ? shown : { ...shown, OptionSet: { ...choice, HasChanged: changes.mark(isChoiceChanged) } }]
  })
}

const kindsWithChoice: ReadonlySet<string> = new Set(['Picklist', 'MultiSelectPicklist', 'State', 'Status', 'Boolean'])

/** The complex form of the type, as a recorded reply names it; ids have none there. */
function typeOf(row: Row): Row {
  const type = row['@odata.type']
  if (typeof type !== 'string' || row['~kind'] === 'UniqueIdentifier') return {}
  return { '@odata.type': type.replace('.CRM.', '.CRM.Complex') }
}

/** What every item has, and the members that are asked for; a recorded reply has the logical name, too. */
function item(set: Table, row: Row, { properties }: LevelQuery): Row {
  const shown = set.columns.filter(
    ({ name }) => properties === undefined || properties.has(name) || name === 'MetadataId' || name === 'LogicalName',
  )
  return Object.fromEntries(
    shown.map((column) => [column.name, column.isManagedProperty === true ? managed(row[column.name]) : storedValue(row, column)]),
  )
}

function managed(value: unknown): unknown {
  return typeof value === 'boolean' ? { Value: value, CanBeChanged: false, ManagedPropertyLogicalName: 'iscustomizable' } : (value ?? null)
}

/** What was written since a point, by id and by the table that it belongs to. */
class Changes {
  readonly areAllWanted: boolean
  readonly #ids = new Set<unknown>()
  readonly #tables = new Set<unknown>()
  #isChoiceChanged = false

  constructor(tx: ReadTransaction, since: Point | undefined) {
    this.areAllWanted = since === undefined
    if (since === undefined) return
    for (const [table, ends] of homes) {
      for (const row of tx.list(table)) {
        if (Number(row['versionnumber']) <= since.version) continue
        this.#ids.add(row['metadataid'])
        if (table === 'optionset') this.#isChoiceChanged = true
        for (const end of ends) this.#tables.add(row[end])
      }
    }
  }

  has(id: unknown): boolean {
    return this.#ids.has(id)
  }

  /** Whether anything of a table can have changed: a global choice may be used by any. */
  concern(table: string): boolean {
    return this.areAllWanted || this.#isChoiceChanged || this.#tables.has(table)
  }

  mark(isChanged: boolean): boolean | null {
    return this.areAllWanted ? null : isChanged
  }
}

/** Rows of definitions, and their columns that name tables. */
const homes = [
  ['entity', ['logicalname']],
  ['attribute', ['entitylogicalname']],
  ['entitykey', ['entitylogicalname']],
  ['entityrelationship', ['referencingentity', 'referencedentity', 'firstentity', 'secondentity']],
  ['optionset', []],
] as const
