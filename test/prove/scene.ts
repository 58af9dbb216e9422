import fc from 'fast-check'
import type { HandMade, HandMadeTable } from '../conformance/hand-made.ts'
import { section, tab } from '../conformance/hand-made.ts'

/** What happens in an environment before the release comes, and the release: small, and the same for the same seed. */
export interface Scene {
  readonly steps: readonly Step[]
  readonly release: HandMade
  /** Whether the file of the installed version is at hand for the forecast. */
  readonly knowsInstalled: boolean
}

export type Step =
  | { readonly kind: 'bring'; readonly solution: HandMade }
  | { readonly kind: 'upgrade'; readonly solution: HandMade }
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }

/** A row of a table, with values in some columns; those whose column is not there are left out. */
export interface Row {
  readonly table: TableName
  readonly columns: readonly ColumnName[]
}

export const tables = ['hand_boat', 'hand_pier'] as const
export const columns = ['hand_a', 'hand_b', 'hand_c'] as const
export const choices = ['hand_size'] as const
export type TableName = (typeof tables)[number]
export type ColumnName = (typeof columns)[number]
export const lookupColumn = 'hand_pierid'
export const formIds: Readonly<Record<TableName, string>> = {
  hand_boat: 'f0000000-0000-4000-8000-000000000001',
  hand_pier: 'f0000000-0000-4000-8000-000000000002',
}
export const ourSolution = 'Fleet'

/** What a solution says of one table; `place` carries it only for its columns. */
interface TableSays {
  readonly how: 'whole' | 'place'
  /** Column → maximum length. */
  readonly columns: Readonly<Partial<Record<ColumnName, number>>>
  /** Columns of its form, whoever brings them; undefined without a form. */
  readonly form: readonly ColumnName[] | undefined
}

interface Says {
  readonly tables: Readonly<Partial<Record<TableName, TableSays>>>
  readonly hasLookup: boolean
  /** Label of option 1; undefined without the choice. */
  readonly choice: string | undefined
}

const lengths = fc.constantFrom(30, 50, 70)
const someColumns = fc.record({ hand_a: lengths, hand_b: lengths, hand_c: lengths }, { requiredKeys: [] })
const shownColumns = fc.option(fc.subarray([...columns]), { nil: undefined, freq: 2 })
const wholeTable: fc.Arbitrary<TableSays> = fc.record({ how: fc.constant('whole' as const), columns: someColumns, form: shownColumns })
const placeOnly: fc.Arbitrary<TableSays> = fc.record({ how: fc.constant('place' as const), columns: someColumns, form: shownColumns })
const choice = fc.option(fc.constantFrom('Small', 'Tiny'), { nil: undefined, freq: 2 })

/** Ours owns tables; others add to them, own one of their own, or carry the same. */
const ours: fc.Arbitrary<Says> = fc.record({
  tables: fc.record({ hand_boat: wholeTable, hand_pier: wholeTable }, { requiredKeys: [] }),
  hasLookup: fc.boolean(),
  choice,
})
const others: fc.Arbitrary<Says> = fc.record({
  tables: fc.record(
    { hand_boat: fc.oneof({ weight: 3, arbitrary: placeOnly }, { weight: 1, arbitrary: wholeTable }), hand_pier: placeOnly },
    { requiredKeys: [] },
  ),
  hasLookup: fc.constant(false),
  choice,
})
const byHand: fc.Arbitrary<Says> = fc.record({
  tables: fc.record({ hand_boat: placeOnly, hand_pier: placeOnly }, { requiredKeys: [] }),
  hasLookup: fc.constant(false),
  choice,
})

const row: fc.Arbitrary<Row> = fc.record({ table: fc.constantFrom(...tables), columns: fc.subarray([...columns]) })

const stranger = fc.record({
  says: others,
  publisher: fc.constantFrom('handpublisher', 'somebodyelse'),
  comes: fc.constantFrom('first' as const, 'after' as const),
})

export const scene: fc.Arbitrary<Scene> = fc
  .record({
    first: ours,
    update: fc.option(ours, { nil: undefined, freq: 2 }),
    next: ours,
    stranger: fc.option(stranger, { nil: undefined, freq: 3 }),
    hand: fc.option(byHand, { nil: undefined, freq: 2 }),
    rows: fc.array(row, { maxLength: 5 }),
    installs: fc.integer({ min: 0, max: 9 }),
    knowsInstalled: fc.integer({ min: 0, max: 4 }).map((n) => n > 0),
  })
  .map(({ first, update, next, stranger: other, hand, rows, installs, knowsInstalled }): Scene => {
    const harbour: Step[] =
      other === undefined
        ? []
        : [{ kind: 'bring', solution: solution({ name: 'Harbour', version: '1.0.0.0', says: other.says, publisher: other.publisher }) }]
    const isFirst = other?.comes === 'first'
    const fleet = (version: string, says: Says): HandMade => solution({ name: ourSolution, version, says, publisher: 'handpublisher' })
    // One scene in ten has nothing of ours yet.
    const ourSteps: Step[] = installs === 0 ? [] : [{ kind: 'bring', solution: fleet('1.0.0.0', first) }]
    const steps: Step[] = [
      ...(isFirst ? harbour : []),
      ...ourSteps,
      ...(isFirst ? [] : harbour),
      ...(hand === undefined
        ? []
        : [
            {
              kind: 'bring' as const,
              solution: solution({ name: 'ByHand', version: '1.0.0.0', says: hand, publisher: 'handpublisher', isManaged: false }),
            },
          ]),
      ...(update === undefined || installs === 0 ? [] : [{ kind: 'bring' as const, solution: fleet('1.1.0.0', update) }]),
      { kind: 'rows', rows },
    ]
    return { steps, release: fleet('2.0.0.0', next), knowsInstalled }
  })

interface Making {
  readonly name: string
  readonly version: string
  readonly says: Says
  readonly publisher: string
  readonly isManaged?: boolean
}

function solution({ name, version, says, publisher, isManaged = true }: Making): HandMade {
  const made = tables.flatMap((table) => {
    const said = says.tables[table]
    // The place of nothing says nothing.
    return said === undefined || (said.how === 'place' && said.form === undefined && Object.keys(said.columns).length === 0)
      ? []
      : [makeTable(name, table, said)]
  })
  const hasBoth = says.tables.hand_boat?.how === 'whole' && says.tables.hand_pier?.how === 'whole'
  return {
    name,
    version,
    isManaged,
    publisher,
    tables: made,
    ...(says.hasLookup && hasBoth ? { lookups: [{ from: 'hand_boat', column: lookupColumn, to: 'hand_pier' }] } : {}),
    ...(says.choice === undefined ? {} : { choices: [{ name: 'hand_size', options: { 1: says.choice } }] }),
  }
}

function idOfOther(maker: string, table: TableName): string {
  return `f0000000-0000-4000-8000-0000000000${maker === 'Harbour' ? '1' : '2'}${table === 'hand_boat' ? '1' : '2'}`
}

function makeTable(maker: string, name: TableName, said: TableSays): HandMadeTable {
  const own = columns.flatMap((column) => {
    const maxLength = said.columns[column]
    return maxLength === undefined ? [] : [{ name: column, maxLength }]
  })
  const isWhole = said.how === 'whole'
  // Whoever has a whole table shows its own columns on the table's form; others show any on a form of their own.
  const shown = ['hand_name', ...(isWhole ? own.map((column) => column.name) : (said.form ?? []))]
  const form = isWhole ? { id: formIds[name], name: `Form of ${name}` } : { id: idOfOther(maker, name), name: `Form of ${maker}` }
  const forms = [{ ...form, tabs: tab(tabId, 'Main', [section(sectionId, 'General', shown)]) }]
  return { name, isWhole, columns: own, ...(said.form === undefined ? {} : { forms }) }
}

const tabId = 'a0000000-0000-4000-8000-000000000001'
const sectionId = 'b0000000-0000-4000-8000-000000000001'
