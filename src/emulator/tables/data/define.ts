import type { ReadTransaction } from '../../store/store.ts'
import type { Catalogue, TableEntry } from './catalogue.ts'
import { catalogueOf, factsOfColumn, globalOptions } from './catalogue.ts'
import type { ColumnFacts, Option } from './column-facts.ts'
import type { Child, DataColumn, DataDefinition, LookupTarget, PairSide } from './definition.ts'
import { isLookup } from './definition.ts'
import type { PlatformTable } from './platform-tables.ts'
import { activeReasons, activeStates, platformBySet, platformTables, tableOfCode } from './platform-tables.ts'
import { systemColumns } from './system-columns.ts'

/** What the rows of a table need to know of it; undefined for a table whose rows are not here. */
export function defineTable(tx: ReadTransaction, logicalName: string): DataDefinition | undefined {
  const catalogue = catalogueOf(tx)
  const platform = platformTables.get(logicalName)
  const entry = catalogue.tables.get(logicalName)
  if (platform === undefined && (entry === undefined || !isCustom(entry))) return undefined
  const known = catalogue.made.get(logicalName)
  // Only this function puts something there.
  if (known !== undefined) return known as DataDefinition
  const made = build(tx, catalogue, { logicalName, platform, entry })
  catalogue.made.set(logicalName, made)
  return made
}

/** As {@link defineTable}, by the name of the entity set. */
export function defineSet(tx: ReadTransaction, setName: string): DataDefinition | undefined {
  const logicalName = platformBySet.get(setName) ?? catalogueOf(tx).sets.get(setName)
  return logicalName === undefined ? undefined : defineTable(tx, logicalName)
}

/** Every table whose rows are here. */
export function definedTables(tx: ReadTransaction): readonly DataDefinition[] {
  const names = new Set([...platformTables.keys(), ...catalogueOf(tx).tables.keys()])
  return [...names].flatMap((name) => defineTable(tx, name) ?? [])
}

/** True for the set of a table that packages name and whose rows are not here: the service has it. */
export function isNamedOnly(tx: ReadTransaction, setName: string): boolean {
  return catalogueOf(tx).sets.has(setName) && defineSet(tx, setName) === undefined
}

// A platform table that is not among ours comes in packages as the place of columns; its rows are not here.
function isCustom(entry: TableEntry): boolean {
  return entry.setName !== '' && entry.logicalName.includes('_') && entry.kept === 'here'
}

interface Source {
  readonly logicalName: string
  readonly platform: PlatformTable | undefined
  readonly entry: TableEntry | undefined
}

function build(tx: ReadTransaction, catalogue: Catalogue, source: Source): DataDefinition {
  const { logicalName, platform, entry } = source
  const columns = columnsOf(tx, catalogue, source)
  const primaryId = platform?.primaryId ?? columns.find((column) => column.type === 'primarykey')?.name ?? keyName(source)
  return {
    logicalName,
    schemaName: platform?.schemaName ?? entry?.schemaName ?? logicalName,
    setName: platform?.setName ?? entry?.setName ?? '',
    displayName: entry?.displayName ?? platform?.displayName ?? logicalName,
    primaryId,
    primaryName: platform?.primaryName ?? columns.find((column) => column.isPrimaryName === true)?.name,
    ownership: ownershipOf(source),
    store: `~data ${platform === undefined ? (entry?.metadataId ?? logicalName) : logicalName}`,
    columns,
    byName: new Map(columns.map((column) => [column.name, column])),
    keys: catalogue.keys.get(logicalName) ?? [],
    children: childrenOf(catalogue, logicalName),
    pairs: pairsOf(catalogue, logicalName),
  }
}

function keyName({ logicalName, platform, entry }: Source): string {
  return platform?.primaryId ?? (entry?.isActivity === true ? 'activityid' : `${logicalName}id`)
}

function ownershipOf({ platform, entry }: Source): 'user' | 'organization' {
  return platform?.ownership ?? (entry?.ownership.toLowerCase() === 'orgowned' ? 'organization' : 'user')
}

function columnsOf(tx: ReadTransaction, catalogue: Catalogue, source: Source): readonly DataColumn[] {
  const { logicalName, platform } = source
  const listed = (catalogue.columns.get(logicalName) ?? []).flatMap(({ name, id }) => {
    const facts = factsOfColumn(tx, logicalName, name)
    return facts === undefined || facts.isShadow === true ? [] : [{ facts, id }]
  })
  const listedNames = new Set(listed.map(({ facts }) => facts.name))
  const primary: ColumnFacts = { ...plainKey, name: keyName(source) }
  const hasKey = listed.some(({ facts }) => facts.type === 'primarykey')
  const nature = {
    ownership: ownershipOf(source),
    states: platform === undefined ? activeStates : platform.states,
    reasons: platform === undefined ? activeReasons : platform.reasons,
  }
  const system = systemColumns(nature)
  const base = [...(hasKey ? [] : [primary]), ...(platform?.columns ?? []), ...system].filter(({ name }) => !listedNames.has(name))
  const own = new Set([...(platform?.columns ?? []), ...system].map(({ name }) => name))
  const targetsOf = (facts: ColumnFacts): readonly LookupTarget[] => {
    const builtIn = system.find(({ name }) => name === facts.name)?.targets ?? []
    const ofPlatform = (platform?.lookups ?? []).filter(({ column }) => column === facts.name)
    return builtIn.length > 0 ? builtIn : [...ofPlatform, ...relatedTargets(catalogue, logicalName, facts)]
  }
  return [...listed, ...base.map((facts) => ({ facts, id: undefined }))].map(({ facts, id }) => {
    const isFixed = own.has(facts.name) || facts.type === 'primarykey' || id === undefined || (platform !== undefined && !facts.isCustom)
    return {
      ...facts,
      key: isFixed ? facts.name : `~${id}`,
      id: isFixed ? `${logicalName}.${facts.name}` : id,
      choices: choicesOf(tx, facts),
      targets: isLookup(facts) ? distinct(targetsOf(facts)) : [],
    }
  })
}

const plainKey = { type: 'primarykey', schemaName: '', displayName: '', isCustom: false, canCreate: true, canUpdate: false }

function choicesOf(tx: ReadTransaction, facts: ColumnFacts): readonly Option[] {
  return facts.options ?? (facts.globalChoice === undefined ? [] : globalOptions(tx, facts.globalChoice))
}

function relatedTargets(catalogue: Catalogue, table: string, facts: ColumnFacts): readonly LookupTarget[] {
  const relations = (catalogue.lookups.get(table) ?? []).filter(({ column }) => column === facts.name)
  const isSingle = relations.length < 2 && facts.type === 'lookup'
  const name = facts.isCustom ? facts.schemaName : facts.name
  const named = relations.map(({ to, navigation }) => ({ table: to, navigation: navigation ?? (isSingle ? name : `${name}_${to}`) }))
  if (named.length > 0) return named
  if (facts.type === 'customer') return ['account', 'contact'].map((to) => ({ table: to, navigation: `${name}_${to}` }))
  return (facts.targetCodes ?? []).flatMap((code) => {
    const to = tableOfCode.get(code)
    return to === undefined ? [] : [{ table: to, navigation: name }]
  })
}

function distinct(targets: readonly LookupTarget[]): readonly LookupTarget[] {
  return targets.filter(({ table }, at) => targets.findIndex((other) => other.table === table) === at)
}

function childrenOf(catalogue: Catalogue, logicalName: string): readonly Child[] {
  const related = (catalogue.children.get(logicalName) ?? []).map(({ name, collection, from, column, onDelete }) => ({
    name,
    collection: collection ?? name,
    table: from,
    column,
    onDelete,
  }))
  const ofPlatform = [...platformTables.values()].flatMap(({ logicalName: table, lookups }) =>
    lookups
      .filter((lookup) => lookup.table === logicalName)
      .map(({ column, collection, onDelete }) => ({ name: collection, collection, table, column, onDelete })),
  )
  return [...related, ...ofPlatform.filter((item) => !related.some((other) => other.table === item.table && other.column === item.column))]
}

function pairsOf(catalogue: Catalogue, logicalName: string): readonly PairSide[] {
  return (catalogue.pairs.get(logicalName) ?? []).flatMap((relation) =>
    (['first', 'second'] as const).flatMap((side): PairSide[] => {
      const at = side === 'first' ? 0 : 1
      if (relation.tables[at] !== logicalName) return []
      const other = relation.tables[1 - at] ?? ''
      return [{ id: relation.id, name: relation.name, navigation: relation.navigations[at] ?? relation.name, other, side }]
    }),
  )
}
