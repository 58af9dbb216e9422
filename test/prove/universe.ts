import type { HandMade } from '../conformance/hand-made.ts'
import type { Sight, TableSight } from './sight.ts'
import { columns, formIds, lookupColumn, tables } from './scene.ts'

/** One thing of a scene, before and after. */
export interface Thing {
  /** `kind:key`, lower case. */
  readonly id: string
  /** Logical name of the table that it is in. */
  readonly table: string | undefined
  readonly was: boolean
  readonly is: boolean
  /** What of its definition shows; undefined where nothing of it is compared. */
  readonly definitionBefore: unknown
  readonly definitionAfter: unknown
  /** What the release says of it, where it does and that can be compared. */
  readonly released: unknown
  /** Rows, or values that are there. */
  readonly dataBefore: number | undefined
  readonly dataAfter: number | undefined
}

/** Everything that scenes are made of. */
export function readUniverse(before: Sight, after: Sight, release?: HandMade): readonly Thing[] {
  const inTables = tables.flatMap((table) => {
    const [was, is] = [before.tables[table], after.tables[table]]
    const inside = (id: string, has: (sight: TableSight) => boolean): Thing => ({
      ...bare(id, table),
      was: was !== undefined && has(was),
      is: is !== undefined && has(is),
    })
    return [
      { ...bare(`entity:${table}`, undefined), was: was !== undefined, is: is !== undefined, dataBefore: was?.rows, dataAfter: is?.rows },
      inside(`systemform:${formIds[table]}`, (sight) => sight.hasForm),
      ...(table === 'hand_boat' ? [inside(`attribute:${table}.${lookupColumn}`, (sight) => sight.hasLookup)] : []),
      ...columns.map((column) => ({
        ...inside(`attribute:${table}.${column}`, (sight) => sight.columns[column] !== undefined),
        definitionBefore: was?.columns[column],
        definitionAfter: is?.columns[column],
        released: release?.tables?.find((one) => one.name === table)?.columns?.find((one) => one.name === column)?.maxLength,
        dataBefore: was?.values[column],
        dataAfter: is?.values[column],
      })),
    ]
  })
  const label = (sight: Sight): unknown => JSON.stringify(sight.choice)
  const choice = {
    ...bare('optionset:hand_size', undefined),
    was: before.choice !== undefined,
    is: after.choice !== undefined,
    definitionBefore: label(before),
    definitionAfter: label(after),
  }
  return [...inTables, choice]
}

function bare(id: string, table: string | undefined): Thing {
  const nothing = {
    definitionBefore: undefined,
    definitionAfter: undefined,
    released: undefined,
    dataBefore: undefined,
    dataAfter: undefined,
  }
  return { id, table, was: false, is: false, ...nothing }
}
