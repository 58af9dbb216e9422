import type { HandMade, HandMadeTable } from '../conformance/hand-made.ts'
import type { TableName } from './scene.ts'
import {
  appName,
  canvasName,
  choiceName,
  columns,
  flowId,
  formIds,
  lookupColumns,
  mapName,
  otherTable,
  roleId,
  sizeColumn,
  tables,
  viewIds,
} from './scene.ts'
import type { Sight, TableSight } from './sight.ts'

/** One thing of a scene, before and after. */
export interface Thing {
  /** `kind:key`, lower case. */
  readonly id: string
  /** Logical name of the table that it is in. */
  readonly table: string | undefined
  /** Other things that it cannot be without. */
  readonly needs: readonly string[]
  readonly was: boolean
  readonly is: boolean
  /** What of its definition shows; undefined where nothing of it is compared. */
  readonly definitionBefore: Definition
  readonly definitionAfter: Definition
  /** What the release says of it, where it does and that can be compared. */
  readonly released: Definition
  /** Rows, values that are there, or holders. */
  readonly dataBefore: number | undefined
  readonly dataAfter: number | undefined
}

/** The parts of it, for kinds whose layers are merged; of others the whole. */
export type Definition = readonly string[] | string | undefined

/** Everything that scenes are made of. */
export function readUniverse(before: Sight, after: Sight, release?: HandMade): readonly Thing[] {
  const inTables = tables.flatMap((table) => readTable(table, [before.tables[table], after.tables[table]], release))
  const options = release?.choices?.[0]?.options
  const choice = thing(`optionset:${choiceName}`, [before, after], {
    definition: (sight) => sight.choice,
    released: options === undefined ? undefined : Object.entries(options).map(([value, label]) => `${value} ${label}`),
  })
  const role = thing(`role:${roleId}`, [before, after], {
    definition: (sight) => sight.role?.name,
    data: (sight) => sight.role?.holders,
    released: release?.roles?.[0]?.name,
  })
  const flow = thing(`workflow:${flowId}`, [before, after], {
    definition: (sight) => sight.flow,
    released: release?.flows?.[0]?.says,
  })
  const app = thing(`appmodule:${appName}`, [before, after], {
    definition: (sight) => sight.app,
    released: release?.apps?.[0]?.title,
  })
  const canvas = thing(`canvasapp:${canvasName}`, [before, after], {
    definition: (sight) => sight.canvas,
    released: release?.canvasApps?.[0]?.title,
  })
  const subareas = release?.siteMaps?.[0]
  const map = thing(`sitemap:${mapName}`, [before, after], {
    definition: (sight) => sight.map,
    released:
      subareas === undefined
        ? undefined
        : [...Object.entries(subareas.pages), ...subareas.tables.map((table) => [`of_${table}`, table])].map((one) => one.join(' ')),
  })
  return [...inTables, choice, role, flow, app, canvas, map]
}

function readTable(
  table: TableName,
  sights: readonly [TableSight | undefined, TableSight | undefined],
  release?: HandMade,
): readonly Thing[] {
  const said = release?.tables?.find((one) => one.name === table)
  const own = thing(`entity:${table}`, sights, {
    definition: (sight) => sight.label,
    data: (sight) => sight.rows,
    released: said?.isWhole === false ? undefined : said?.label,
  })
  const form = thing(`systemform:${formIds[table]}`, sights, {
    table,
    definition: (sight) => sight.form,
    released: shownBy(said?.forms?.find(({ id }) => id === formIds[table])?.tabs),
  })
  const view = thing(`savedquery:${viewIds[table]}`, sights, {
    table,
    definition: (sight) => sight.view?.join(' '),
    released: viewOf(said),
  })
  const lookup = lookupColumns[table]
  const parts = [...columns, sizeColumn, lookup].map((column) =>
    thing(`attribute:${table}.${column}`, sights, {
      table,
      ...(column === lookup ? { needs: [`entity:${otherTable[table]}`] } : {}),
      definition: (sight) => sight.columns[column]?.toString(),
      data: (sight) => sight.values[column],
      released: said?.columns?.find((one) => one.name === column)?.maxLength?.toString(),
    }),
  )
  return [own, form, view, ...parts]
}

function shownBy(tabs: string | undefined): readonly string[] | undefined {
  return tabs === undefined ? undefined : [...tabs.matchAll(/datafieldname="([^"]+)"/g)].map(([, name]) => name ?? '')
}

function viewOf(said: HandMadeTable | undefined): string | undefined {
  const view = said?.views?.find(({ id }) => Object.values(viewIds).includes(id))
  return view === undefined ? undefined : [view.name, ...[...view.columns].sort()].join(' ')
}

interface Reading<S> {
  readonly table?: string
  readonly needs?: readonly string[]
  /** Undefined where it is not there. */
  definition(sight: S): Definition
  data?(sight: S): number | undefined
  readonly released: Definition
}

function thing<S>(id: string, [before, after]: readonly [S | undefined, S | undefined], reading: Reading<S>): Thing {
  const definitionOf = (sight: S | undefined): Definition => (sight === undefined ? undefined : reading.definition(sight))
  const dataOf = (sight: S | undefined): number | undefined => (sight === undefined ? undefined : reading.data?.(sight))
  return {
    id,
    table: reading.table,
    needs: [...(reading.table === undefined ? [] : [`entity:${reading.table}`]), ...(reading.needs ?? [])],
    was: definitionOf(before) !== undefined,
    is: definitionOf(after) !== undefined,
    definitionBefore: definitionOf(before),
    definitionAfter: definitionOf(after),
    released: reading.released,
    dataBefore: dataOf(before),
    dataAfter: dataOf(after),
  }
}
