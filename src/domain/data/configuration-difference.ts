import type { ConfigurationPackage, ConfigurationRow, ConfigurationTable, DataReference, DataValue } from './configuration-package.ts'
import { carriedColumns, isReferenceValue, referenceKey, sameValue } from './configuration-package.ts'

/** A row as an environment has it: of the columns that the package carries. */
export interface TargetRow extends ConfigurationRow {
  /** Names its version; a write that names it fails where somebody was quicker. */
  readonly etag: string
}

/**
 * What becomes of one row. `keep`: the target says something else than the last load did, and that stays; `overwrite`: it does, and the package
 * holds; `delete`: the package wants it gone.
 */
export type RowDeed = 'create' | 'change' | 'unchanged' | 'keep' | 'overwrite' | 'delete' | 'gone'

export interface DecidedRow {
  readonly table: string
  readonly id: string
  readonly deed: RowDeed
  /** Columns and relationships in which target and package differ; of a row that is kept or overwritten those that are the target's own. */
  readonly differs: readonly string[]
}

export interface ConfigurationTarget {
  /** By {@link referenceKey}; of every row that the package holds or deletes, where it is there. */
  readonly rows: ReadonlyMap<string, TargetRow>
  /** What was last loaded there to the end; undefined before the first time. */
  readonly loaded: ConfigurationPackage | undefined
  /** Packages of loads that began since and did not end: what they say is ours too. */
  readonly begun: readonly ConfigurationPackage[]
}

/**
 * Three ways, column by column: what the target has, what was loaded there before, and what the package wants. A value that is neither of the
 * latter is the target's own, and then the row stays as it is there unless its table says otherwise. A load that was cut off leaves values of
 * either, so that it can be gone on with.
 */
export function decideRows(pack: ConfigurationPackage, target: ConfigurationTarget): readonly DecidedRow[] {
  const loaded = target.loaded === undefined ? new Map<string, ConfigurationRow>() : indexRows(target.loaded)
  const begun = target.begun.map(indexRows)
  return [
    ...pack.tables.flatMap((table) =>
      table.rows.map((row) => {
        const key = keyOf(table, row)
        const said = begun.flatMap((index) => index.get(key) ?? [])
        return decideRow({ table, row, there: target.rows.get(key), loaded: loaded.get(key), begun: said })
      }),
    ),
    ...pack.deletes.map((wanted): DecidedRow => {
      const deed = target.rows.has(referenceKey(wanted)) ? 'delete' : 'gone'
      return { ...wanted, deed, differs: [] }
    }),
  ]
}

interface OneRow {
  readonly table: ConfigurationTable
  readonly row: ConfigurationRow
  readonly there: TargetRow | undefined
  /** The same row as it was loaded, and as loads that were cut off would have had it. */
  readonly loaded: ConfigurationRow | undefined
  readonly begun: readonly ConfigurationRow[]
}

function decideRow(one: OneRow): DecidedRow {
  const { table, row, there, loaded } = one
  const say = (deed: RowDeed, differs: readonly string[] = []): DecidedRow => ({ table: table.name, id: row.id, deed, differs })
  if (there === undefined) {
    // It was brought before and is gone: somebody has deleted it there.
    if (loaded === undefined || table.onTargetChange === 'overwrite') return say('create')
    return say('keep', ['the row itself, which was deleted there'])
  }
  const differing = partsOf(table).filter((part) => !part.isSame(row, there))
  if (differing.length === 0) return say('unchanged')
  const own = differing.filter((part) => !part.isOurs(there, one))
  const names = (parts: readonly Part[]): readonly string[] => parts.map(({ name }) => name)
  if (own.length === 0) return say('change', names(differing))
  return say(table.onTargetChange === 'keep' ? 'keep' : 'overwrite', names(own))
}

interface Part {
  readonly name: string
  isSame(one: ConfigurationRow, other: ConfigurationRow): boolean
  /** Whether what is there was put there by a load. */
  isOurs(there: ConfigurationRow, of: OneRow): boolean
}

function partsOf(table: ConfigurationTable): readonly Part[] {
  const columns = carriedColumns(table).map(({ name, type }): Part => {
    const isState = type === 'state' || type === 'status'
    return {
      name,
      isSame: (one, other) => (isState && one.values[name] === undefined) || sameValue(one.values[name], other.values[name]),
      // A new row without a value: a load was cut off before it set the column. New rows are active until the very end.
      isOurs: (there, { loaded, begun }) =>
        [loaded, ...begun].some((row) => row !== undefined && sameValue(row.values[name], there.values[name])) ||
        (loaded === undefined && (there.values[name] === undefined || (isState && begun.length > 0))),
    }
  })
  const links = table.links.map(
    ({ relationship: name }): Part => ({
      name,
      isSame: (one, other) => linkText(one, name) === linkText(other, name),
      isOurs: (there, { row, loaded, begun }) => {
        const known = new Set([row, loaded, ...begun].flatMap((each) => each?.links[name] ?? []))
        return (there.links[name] ?? []).every((id) => known.has(id))
      },
    }),
  )
  return [...columns, ...links]
}

function linkText({ links }: ConfigurationRow, relationship: string): string {
  return [...(links[relationship] ?? [])].sort().join(' ')
}

function keyOf(table: Pick<ConfigurationTable, 'name'>, { id }: Pick<ConfigurationRow, 'id'>): string {
  return referenceKey({ table: table.name, id })
}

function indexRows(pack: ConfigurationPackage): ReadonlyMap<string, ConfigurationRow> {
  return new Map(pack.tables.flatMap((table) => table.rows.map((row) => [keyOf(table, row), row] as const)))
}

/** Rows that the package points to and does not hold: each has to be in the target. */
export function findOutsideReferences(pack: ConfigurationPackage): readonly DataReference[] {
  const held = new Set(pack.tables.flatMap((table) => table.rows.map((row) => keyOf(table, row))))
  const found = new Map<string, DataReference>()
  const note = (value: DataReference): void => {
    const key = referenceKey(value)
    if (!held.has(key)) found.set(key, { table: value.table, id: value.id })
  }
  for (const table of pack.tables) {
    const columns = carriedColumns(table).map(({ name }) => name)
    for (const row of table.rows) {
      for (const name of columns) {
        const value: DataValue | undefined = row.values[name]
        if (isReferenceValue(value)) note(value)
      }
      for (const link of table.links) for (const id of row.links[link.relationship] ?? []) note({ table: link.target, id })
    }
  }
  return [...found.values()]
}

/** The package with what it points to by key under the ids that the target has for it. */
export function resolveOutside(pack: ConfigurationPackage, ids: ReadonlyMap<string, string>): ConfigurationPackage {
  if (ids.size === 0) return pack
  const idOf = (table: string, id: string): string => ids.get(referenceKey({ table, id })) ?? id
  return {
    ...pack,
    tables: pack.tables.map((table) => ({
      ...table,
      rows: table.rows.map((row) => ({
        ...row,
        values: Object.fromEntries(
          Object.entries(row.values).map(([name, value]) => [
            name,
            isReferenceValue(value) ? { table: value.table, id: idOf(value.table, value.id) } : value,
          ]),
        ),
        links: Object.fromEntries(
          Object.entries(row.links).map(([name, targets]) => {
            const target = table.links.find((link) => link.relationship === name)?.target ?? ''
            return [name, targets.map((id) => idOf(target, id)).sort()]
          }),
        ),
      })),
    })),
  }
}
