import type { DecidedRow } from './configuration-difference.ts'
import { orderTables } from './configuration-order.ts'
import type { ConfigurationPackage, ConfigurationRow, ConfigurationTable } from './configuration-package.ts'
import { carriedColumns, isReferenceValue, referenceKey } from './configuration-package.ts'

/** Rows of one table that are written together, and which of their columns. */
export interface WritePass {
  readonly table: string
  /** `rows` makes and changes them, `references` sets what could not be pointed to yet, `state` comes last: an inactive row takes no change. */
  readonly part: 'rows' | 'references' | 'links' | 'state' | 'deletes'
  readonly rows: readonly { readonly id: string; readonly columns: readonly string[] }[]
}

/** How rows are written so that whatever they point to is there: table by table, then what points ahead, then pairs, states and deletions. */
export function planPasses(pack: ConfigurationPackage, decided: readonly DecidedRow[]): readonly WritePass[] {
  const tables = orderTables(pack)
  const deeds = new Map(decided.map((row) => [referenceKey(row), row.deed]))
  const isWritten = (table: ConfigurationTable, id: string): boolean =>
    ['create', 'change', 'overwrite'].includes(deeds.get(referenceKey({ table: table.name, id })) ?? '')
  const ahead = findAhead(tables, deeds)
  const pass = (
    part: WritePass['part'],
    columnsOf: (table: ConfigurationTable, row: ConfigurationRow) => readonly string[],
  ): readonly WritePass[] =>
    tables.map((table) => ({
      ...{ table: table.name, part },
      rows: table.rows.flatMap((row) => {
        const columns = isWritten(table, row.id) ? columnsOf(table, row) : undefined
        return columns === undefined || (columns.length === 0 && part !== 'rows') ? [] : [{ id: row.id, columns }]
      }),
    }))
  const names = (table: ConfigurationTable, isState: boolean): readonly string[] =>
    carriedColumns(table)
      .filter(({ type }) => (type === 'state' || type === 'status') === isState)
      .map(({ name }) => name)
  const all = [
    ...pass('rows', (table, { id }) => names(table, false).filter((name) => !ahead.has(`${table.name} ${id} ${name}`))),
    ...pass('references', (table, { id }) => names(table, false).filter((name) => ahead.has(`${table.name} ${id} ${name}`))),
    ...pass('links', (table) => table.links.map(({ relationship }) => relationship)),
    ...pass('state', (table, row) => names(table, true).filter((name) => row.values[name] !== undefined)),
    ...[...tables].reverse().map(
      ({ name }): WritePass => ({
        table: name,
        part: 'deletes',
        rows: pack.deletes
          .filter((one) => one.table === name && deeds.get(referenceKey(one)) === 'delete')
          .map(({ id }) => ({ id, columns: [] })),
      }),
    ),
  ]
  return all.filter(({ rows }) => rows.length > 0)
}

/** `table id column` of references to rows that are made later than the row that points to them. */
function findAhead(tables: readonly ConfigurationTable[], deeds: ReadonlyMap<string, DecidedRow['deed']>): ReadonlySet<string> {
  const made = new Set<string>()
  const ahead = new Set<string>()
  for (const table of tables) {
    const columns = carriedColumns(table).map(({ name }) => name)
    for (const row of table.rows)
      for (const name of columns) {
        const value = row.values[name]
        if (!isReferenceValue(value)) continue
        const key = referenceKey(value)
        if (deeds.get(key) === 'create' && !made.has(key)) ahead.add(`${table.name} ${row.id} ${name}`)
      }
    for (const { id } of table.rows) made.add(referenceKey({ table: table.name, id }))
  }
  return ahead
}
