import fc from 'fast-check'
import type { ColumnName, TableName } from './scene.ts'
import { columns, tables } from './scene.ts'

/** What a solution says of one table: with all its parts, with those that it lists, or as the place of columns alone. */
export interface TableSays {
  readonly how: 'whole' | 'listed' | 'place'
  readonly label: string
  /** Whether others may make nothing in it. */
  readonly isClosed: boolean
  readonly columns: Readonly<Partial<Record<ColumnName, ColumnSays>>>
  /** Columns of its form, whoever brings them; undefined without a form. */
  readonly form: readonly ColumnName[] | undefined
  /** Columns of a section that it adds to the form of whoever has the table. */
  readonly joined: readonly ColumnName[] | undefined
  readonly view: ViewSays | undefined
  /** Whether it has a column of the choice, and one that points to the other table. */
  readonly isSized: boolean
  readonly isLinked: boolean
}

export interface ColumnSays {
  readonly maxLength: number
  readonly isLocked: boolean
}

export interface ViewSays {
  readonly name: string
  readonly columns: readonly ColumnName[]
  /** Whether it is the view that others have too, or one of its own. */
  readonly isShared: boolean
}

export interface Says {
  readonly tables: Readonly<Partial<Record<TableName, TableSays>>>
  /** Option → label; undefined without the choice. */
  readonly choice: Readonly<Partial<Record<number, string>>> | undefined
  readonly role: { readonly name: string; readonly tables: readonly TableName[] } | undefined
  readonly flow: { readonly says: string; readonly isLocked: boolean } | undefined
  readonly app: { readonly title: string; readonly tables: readonly TableName[] } | undefined
  readonly canvas: { readonly title: string; readonly tables: readonly TableName[] } | undefined
  /** Subarea → its page; undefined without the site map. */
  readonly map: { readonly pages: Readonly<Record<string, string>>; readonly tables: readonly TableName[] } | undefined
}

const oneIn = (many: number): fc.Arbitrary<boolean> => fc.integer({ min: 1, max: many }).map((n) => n === many)
/** Undefined once in `freq` times. */
const maybe = <T>(what: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<T | undefined> => fc.option(what, { nil: undefined, freq })

const label = fc.constantFrom('Small', 'Tiny')
const column: fc.Arbitrary<ColumnSays> = fc.record({ maxLength: fc.constantFrom(30, 50, 70), isLocked: oneIn(6) })
const someColumns = fc.record({ hand_a: column, hand_b: column, hand_c: column }, { requiredKeys: [] })
const shown = fc.subarray([...columns])
const view = fc.record({ name: label, columns: shown, isShared: fc.boolean() })

const table = (how: TableSays['how'], closedOneIn = 8): fc.Arbitrary<TableSays> =>
  fc.record({
    how: fc.constant(how),
    label,
    isClosed: how === 'place' ? fc.constant(false) : oneIn(closedOneIn),
    columns: someColumns,
    form: maybe(shown),
    joined: how === 'place' ? maybe(shown, 3) : fc.constant(undefined),
    view: maybe(view),
    isSized: oneIn(4),
    isLinked: oneIn(4),
  })
const carried = (weights: Readonly<Record<TableSays['how'], number>>): fc.Arbitrary<TableSays> =>
  fc.oneof(
    { weight: weights.whole, arbitrary: table('whole', 2) },
    { weight: weights.listed, arbitrary: table('listed', 2) },
    { weight: weights.place, arbitrary: table('place') },
  )

const choice = maybe(fc.record({ 1: label, 2: label, 3: label }, { requiredKeys: [] }))
const role = maybe(fc.record({ name: label, tables: fc.subarray([...tables]) }))

const flow = maybe(fc.record({ says: label, isLocked: oneIn(6) }))
const app = maybe(fc.record({ title: label, tables: fc.subarray([...tables]) }))
const canvas = maybe(fc.record({ title: label, tables: fc.subarray([...tables]) }))
const page = fc.constantFrom('/boats', '/piers')
const pages = fc.record({ sub_a: page, sub_b: page, sub_c: page }, { requiredKeys: [] })
const map = maybe(fc.record({ pages, tables: fc.subarray([...tables]) }))

const saying = (boat: fc.Arbitrary<TableSays>, pier: fc.Arbitrary<TableSays>): fc.Arbitrary<Says> =>
  fc.record({ tables: fc.record({ hand_boat: boat, hand_pier: pier }, { requiredKeys: [] }), choice, role, flow, app, canvas, map })

/** All that either says, the second where both say something of the same. */
export function together(one: Says, other: Says): Says {
  const names = [...tables].filter((name) => one.tables[name] !== undefined || other.tables[name] !== undefined)
  return {
    tables: Object.fromEntries(names.map((name) => [name, tableTogether(one.tables[name], other.tables[name])])),
    choice: one.choice === undefined && other.choice === undefined ? undefined : { ...one.choice, ...other.choice },
    role: other.role ?? one.role,
    flow: other.flow ?? one.flow,
    app: other.app ?? one.app,
    canvas: other.canvas ?? one.canvas,
    map: other.map ?? one.map,
  }
}

function tableTogether(one: TableSays | undefined, other: TableSays | undefined): TableSays | undefined {
  if (one === undefined || other === undefined) return other ?? one
  return {
    ...other,
    columns: { ...one.columns, ...other.columns },
    form: other.form ?? one.form,
    joined: other.joined ?? one.joined,
    view: other.view === undefined ? one.view : { ...other.view, isShared: one.view?.isShared ?? other.view.isShared },
    isSized: one.isSized || other.isSized,
    isLinked: one.isLinked || other.isLinked,
  }
}

/** We own tables. */
export const ours = saying(table('whole'), table('whole'))
/** Others add to tables, own one, or carry the same. */
export const others = saying(carried({ whole: 1, listed: 1, place: 4 }), carried({ whole: 0, listed: 0, place: 1 }))
export const added = saying(table('place'), table('place'))
