import type { HandMade, HandMadeForm, HandMadeTable, HandMadeView } from '../conformance/hand-made.ts'
import { section, tab } from '../conformance/hand-made.ts'
import type { Says, TableSays } from './says.ts'
import type { ColumnName, Maker, TableName } from './scene.ts'
import {
  appName,
  canvasName,
  choiceName,
  columns,
  flowId,
  formIds,
  lookupColumns,
  makers,
  mapName,
  otherPublisher,
  otherTable,
  ourSolution,
  roleId,
  sizeColumn,
  tables,
  viewIds,
} from './scene.ts'

export interface Making extends Pick<HandMade, 'version' | 'publisher' | 'isManaged' | 'patchOf' | 'prefix'> {
  readonly maker: Maker
  /** Unique name, where it is not the maker's. */
  readonly name?: string
  readonly says: Says
}

/** The file in which somebody says it. */
export function makeSolution({ maker, says, name = maker, ...more }: Making): HandMade {
  const { choice, role, flow, app, canvas, map } = says
  const made = tables.flatMap((table) => {
    const said = says.tables[table]
    return said === undefined || saysNothing(said) ? [] : [makeTable({ maker, name: table, said, hasChoice: choice !== undefined })]
  })
  const lookups = tables
    .filter((table) => says.tables[table]?.isLinked === true && (maker !== ourSolution || says.tables[otherTable[table]] !== undefined))
    .map((table) => ({ from: table, column: lookupColumns[table], to: otherTable[table] }))
  const options = Object.fromEntries(
    Object.entries(choice ?? {}).flatMap(([value, label]) => (label === undefined ? [] : [[value, label]])),
  )
  return {
    name,
    isManaged: true,
    ...(more.publisher === otherPublisher ? { prefix: 'other' } : {}),
    ...more,
    tables: made,
    lookups,
    ...(choice === undefined ? {} : { choices: [{ name: choiceName, options }] }),
    ...(role === undefined ? {} : { roles: [{ id: roleId, ...role }] }),
    ...(flow === undefined ? {} : { flows: [{ id: flowId, name: 'Reminder', ...flow }] }),
    ...(app === undefined ? {} : { apps: [{ name: appName, title: app.title, tables: app.tables.filter(isAt(maker, made)) }] }),
    ...(canvas === undefined
      ? {}
      : { canvasApps: [{ name: canvasName, title: canvas.title, tables: canvas.tables.filter(isAt(maker, made)) }] }),
    ...(map === undefined ? {} : { siteMaps: [{ name: mapName, pages: map.pages, tables: map.tables.filter(isAt(maker, made)) }] }),
  }
}

/** Apps of ours are over tables that we have: another would be named in the file as missing. */
function isAt(maker: Maker, made: readonly HandMadeTable[]): (table: TableName) => boolean {
  return (table) => maker !== ourSolution || made.some(({ name, isWhole }) => name === table && isWhole !== false)
}

/** The place of nothing says nothing. */
function saysNothing({ how, columns: own, form, joined, view, isSized, isLinked }: TableSays): boolean {
  const parts = [form, joined, view].filter((part) => part !== undefined)
  return how === 'place' && Object.keys(own).length === 0 && parts.length === 0 && !isSized && !isLinked
}

interface MadeTable {
  readonly maker: Maker
  readonly name: TableName
  readonly said: TableSays
  /** Whether the file has the choice. */
  readonly hasChoice: boolean
}

function makeTable({ maker, name, said, hasChoice }: MadeTable): HandMadeTable {
  const own = columns.flatMap((column) => {
    const about = said.columns[column]
    return about === undefined ? [] : [{ name: column, ...about }]
  })
  const names = own.map((column) => column.name)
  const isWhole = said.how !== 'place'
  const view = makeView({ maker, name, said, names })
  return {
    name,
    isWhole,
    isListed: said.how === 'listed',
    label: said.label,
    isClosed: said.isClosed,
    columns: [...own, ...(said.isSized && (maker !== ourSolution || hasChoice) ? [{ name: sizeColumn, choice: choiceName }] : [])],
    forms: makeForms({ maker, name, said, names }),
    ...(view === undefined ? {} : { views: [view] }),
  }
}

interface TablePart {
  readonly maker: Maker
  readonly name: TableName
  readonly said: TableSays
  /** Its own columns. */
  readonly names: readonly string[]
}

/**
 * Whoever has the table shows its own columns on the table's form; others show any, on a form of their own or in a section of that one. Ours
 * shows what it has: what else it showed would be named in its file as missing.
 */
function makeForms({ maker, name, said, names }: TablePart): readonly HandMadeForm[] {
  const isWhole = said.how !== 'place'
  const visible = (shown: readonly ColumnName[]): readonly string[] =>
    maker === ourSolution ? shown.filter((column) => names.includes(column)) : shown
  const at = makers.indexOf(maker)
  const withSection = (shown: readonly string[]): string =>
    tab(tabId, 'Main', [section(`b${at}000000-0000-4000-8000-000000000001`, maker, shown)])
  const own = { id: isWhole ? formIds[name] : idOfOwn('f', at, name), name: `Form of ${isWhole ? name : maker}` }
  const joined = { id: formIds[name], name: `Form of ${name}` }
  return [
    ...(said.form === undefined ? [] : [{ ...own, tabs: withSection(['hand_name', ...(isWhole ? names : visible(said.form))]) }]),
    ...(said.joined === undefined ? [] : [{ ...joined, tabs: withSection(visible(said.joined)) }]),
  ]
}

function makeView({ maker, name, said, names }: TablePart): HandMadeView | undefined {
  if (said.view === undefined) return undefined
  const isOurs = maker === ourSolution || said.how !== 'place'
  const shown = isOurs ? said.view.columns.filter((column) => names.includes(column)) : said.view.columns
  const id = isOurs || said.view.isShared ? viewIds[name] : idOfOwn('e', makers.indexOf(maker), name)
  return { id, name: said.view.name, columns: ['hand_name', ...shown] }
}

function idOfOwn(first: string, maker: number, table: TableName): string {
  return `${first}${maker}000000-0000-4000-8000-0000000000${table === 'hand_boat' ? '1' : '2'}0`
}

const tabId = 'a0000000-0000-4000-8000-000000000001'
