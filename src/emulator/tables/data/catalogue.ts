import { definitionsStamp } from '../../kinds/data-definitions.ts'
import { componentId, publishedDigest, readComponent } from '../../layers/component-state.ts'
import type { ReadTransaction } from '../../store/store.ts'
import type { ColumnFacts, Option } from './column-facts.ts'
import { choiceOptions, columnFacts } from './column-facts.ts'
import type { AlternateKey } from './definition.ts'
import { partiesTable, platformTables } from './platform-tables.ts'
import type { ManyToManyFacts, OneToMany } from './relation-facts.ts'
import { keyFacts, relationFacts } from './relation-facts.ts'

/** A table as its definition names it. */
export interface TableEntry {
  readonly logicalName: string
  readonly schemaName: string
  readonly setName: string
  readonly displayName: string
  readonly metadataId: string
  readonly ownership: string
  readonly isActivity: boolean
  /** Rows are elsewhere (a virtual table), or the table only joins two others. */
  readonly kept: 'here' | 'elsewhere' | 'joins'
}

/** The published definitions of one environment by table: which columns, keys and relationships each has. */
export interface Catalogue {
  readonly tables: ReadonlyMap<string, TableEntry>
  readonly sets: ReadonlyMap<string, string>
  /** Table → its columns with their metadata ids. */
  readonly columns: ReadonlyMap<string, readonly { readonly name: string; readonly id: string }[]>
  readonly keys: ReadonlyMap<string, readonly AlternateKey[]>
  /** Lookups by the table that has them, and by the one that they point to. */
  readonly lookups: ReadonlyMap<string, readonly OneToMany[]>
  readonly children: ReadonlyMap<string, readonly OneToMany[]>
  readonly pairs: ReadonlyMap<string, readonly (ManyToManyFacts & { readonly id: string })[]>
  /** What was made of it for one table; dropped with it. */
  readonly made: Map<string, unknown>
}

const catalogues = new Map<string, Catalogue>()
/** Environments whose definitions are kept at hand; the one used longest ago goes first. */
const maxCatalogues = 24

/** The definitions as they are now. Reads them all once after a change of any; equal stamps mean equal definitions. */
export function catalogueOf(tx: ReadTransaction): Catalogue {
  const stamp = definitionsStamp(tx)
  const known = catalogues.get(stamp)
  catalogues.delete(stamp)
  const catalogue = known ?? readCatalogue(tx)
  catalogues.set(stamp, catalogue)
  const [oldest] = catalogues.size > maxCatalogues ? catalogues.keys() : []
  if (oldest !== undefined) catalogues.delete(oldest)
  return catalogue
}

/** The facts of one column; undefined while it has no published definition. */
export function factsOfColumn(tx: ReadTransaction, table: string, column: string): ColumnFacts | undefined {
  const digest = digestOf(tx, 'Attribute', `${table}.${column}`)
  return digest === undefined ? undefined : columnFacts(tx, digest)
}

/** The options of a global choice; empty when there is none of the name. */
export function globalOptions(tx: ReadTransaction, name: string): readonly Option[] {
  const digest = digestOf(tx, 'OptionSet', name)
  return digest === undefined ? [] : choiceOptions(tx, digest)
}

function readCatalogue(tx: ReadTransaction): Catalogue {
  const tables = new Map<string, TableEntry>()
  for (const row of tx.list('entity')) {
    const logicalName = String(row['logicalname'])
    tables.set(logicalName, {
      logicalName,
      schemaName: String(row['schemaname'] ?? logicalName),
      setName: String(row['entitysetname'] ?? ''),
      displayName: String(row['displayname'] ?? logicalName),
      metadataId: String(row['metadataid']),
      ownership: String(row['ownershiptypemask'] ?? 'UserOwned'),
      isActivity: row['isactivity'] === '1',
      kept: keptWhere(row),
    })
  }
  const relations = tx.list('entityrelationship').flatMap((row) => {
    const facts = relationAt(tx, String(row['schemaname']))
    return facts === undefined ? [] : [{ ...facts, id: String(row['metadataid']) }]
  })
  const listed = relations.filter((relation) => relation.kind === 'OneToMany')
  const lookups: readonly OneToMany[] = [...listed, ...partyRelations([...tables.values()], listed)]
  const pairs = relations.filter((relation) => relation.kind === 'ManyToMany')
  return {
    tables,
    sets: new Map([...tables.values()].filter(({ setName }) => setName !== '').map((entry) => [entry.setName, entry.logicalName])),
    columns: grouped(
      tx.list('attribute'),
      (row) => [String(row['entitylogicalname'])],
      (row) => ({
        name: String(row['logicalname']),
        id: String(row['metadataid']),
      }),
    ),
    keys: grouped(
      tx.list('entitykey'),
      (row) => [String(row['entitylogicalname'])],
      (row) => keyOf(tx, row),
    ),
    lookups: grouped(
      lookups,
      ({ from }) => [from],
      (relation) => relation,
    ),
    children: grouped(
      lookups,
      ({ to }) => [to],
      (relation) => relation,
    ),
    pairs: grouped(
      pairs,
      (relation) => [...new Set(relation.tables)],
      (relation) => relation,
    ),
    made: new Map(),
  }
}

/**
 * What the service makes with each activity table, whether its file lists it or not: its parties. Names as a metadata document of the service
 * has them for a custom one (github.com/simple-odata-client/Simple.OData.Client/issues/556).
 */
function partyRelations(tables: readonly TableEntry[], listed: readonly OneToMany[]): readonly OneToMany[] {
  const has = (table: string): boolean =>
    listed.some(({ from, column, to }) => from === partiesTable && column === 'activityid' && to === table)
  return tables
    .filter(({ isActivity, logicalName }) => isActivity && !platformTables.has(logicalName) && !has(logicalName))
    .map(({ logicalName }) => ({
      kind: 'OneToMany',
      name: `${logicalName}_activity_parties`,
      from: partiesTable,
      column: 'activityid',
      to: logicalName,
      navigation: `activityid_${logicalName}_activityparty`,
      collection: `${logicalName}_activity_parties`,
      onDelete: 'Cascade',
    }))
}

function keptWhere(row: Readonly<Record<string, unknown>>): TableEntry['kept'] {
  if (row['isintersect'] === '1') return 'joins'
  const source = row['dataproviderid'] ?? row['entitydatasourceid']
  return typeof source === 'string' && source.trim() !== '' ? 'elsewhere' : 'here'
}

function relationAt(tx: ReadTransaction, name: string): OneToMany | ManyToManyFacts | undefined {
  const digest = digestOf(tx, 'EntityRelationship', name)
  return digest === undefined ? undefined : relationFacts(tx, digest)
}

function keyOf(tx: ReadTransaction, row: Readonly<Record<string, unknown>>): AlternateKey {
  const name = String(row['logicalname'])
  const digest = digestOf(tx, 'EntityKey', `${String(row['entitylogicalname'])}.${name}`)
  return { id: String(row['metadataid']), name, columns: digest === undefined ? [] : keyFacts(tx, digest) }
}

function digestOf(tx: ReadTransaction, kind: string, key: string): string | undefined {
  const state = readComponent(tx, componentId(kind, key))
  return state === undefined ? undefined : publishedDigest(state)
}

function grouped<T, R>(
  items: readonly T[],
  keysOf: (item: T) => readonly string[],
  make: (item: T) => R,
): ReadonlyMap<string, readonly R[]> {
  const groups = new Map<string, R[]>()
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [make(item)])
      else group.push(make(item))
    }
  }
  return groups
}
