import { z } from 'zod'
import type { PendingChange, PendingWork } from '#engine/ports'
import type { DataverseClient } from './client.ts'
import type { ComponentSummary } from './component-summaries.ts'
import { fetchComponentSummaries } from './component-summaries.ts'
import { fetchInstalledSolution } from './solutions.ts'
import { noSolution } from './no-solution.ts'

/** A set whose unpublished definitions can be read. */
interface PublishableSet {
  readonly set: string
  readonly kind: string
  readonly type: number
  readonly idColumn: string
  readonly nameColumn: string
  /** Column with the logical name of the table that publishes it. */
  readonly tableColumn: string | undefined
}

/** RetrieveUnpublishedMultiple is bound to these collections [2016 reference; browser capture of the maker portal]. */
const sets: readonly PublishableSet[] = [
  { set: 'savedqueries', kind: 'SavedQuery', type: 26, idColumn: 'savedqueryid', nameColumn: 'name', tableColumn: 'returnedtypecode' },
  { set: 'systemforms', kind: 'SystemForm', type: 60, idColumn: 'formid', nameColumn: 'name', tableColumn: 'objecttypecode' },
  {
    set: 'savedqueryvisualizations',
    kind: 'SavedQueryVisualization',
    type: 59,
    idColumn: 'savedqueryvisualizationid',
    nameColumn: 'name',
    tableColumn: 'primaryentitytypecode',
  },
  { set: 'webresourceset', kind: 'WebResource', type: 61, idColumn: 'webresourceid', nameColumn: 'name', tableColumn: undefined },
]

/** Kinds that need publishing and for which the Web API cannot tell a saved definition from a published one. */
const untellable = new Set(['Entity', 'OptionSet', 'AppModule', 'SiteMap'])

const unpublished = 1
const deletedUnpublished = 3

const rootComponentRow = z.object({ objectid: z.string(), rootcomponentbehavior: z.number().nullish() })
const anyRow = z.record(z.string(), z.unknown())

interface Row {
  readonly id: string
  readonly name: string
  readonly table: string | undefined
  readonly state: number | undefined
  readonly version: number | undefined
}

export async function fetchPending(client: DataverseClient, uniqueName: string): Promise<PendingWork> {
  const solution = await fetchInstalledSolution(client, uniqueName)
  if (solution === undefined) throw noSolution(client, uniqueName)
  const members = await fetchComponentSummaries(client, solution.id)
  const wholeTables = await fetchWholeTables(client, solution.id, members)
  const pending: PendingChange[] = []
  for (const set of sets) pending.push(...(await fetchPendingOf(client, set, { members, wholeTables })))
  const cannotTell = members.filter(({ kind }) => untellable.has(kind))
  const own = cannotTell.filter((member) => isOwn(member, solution.publisherPrefix))
  const shared = cannotTell.filter((member) => !own.includes(member) && !isMapOfOwnApp(member, own))
  return {
    pending,
    untold: own.map(({ kind, id, name }) => ({ kind, id, name, publishTarget: kind === 'AppModule' ? id : name })),
    shared: [...new Set(shared.map(({ kind, name }) => `${kind} ${name}`))].sort(),
  }
}

/** Kinds whose unpublished edits can be told, each with a question for the names of those edits in the whole environment. */
export const publishableKinds: readonly { readonly kind: string; fetchUnpublished(client: DataverseClient): Promise<readonly string[]> }[] =
  sets.map((set) => ({
    kind: set.kind,
    fetchUnpublished: async (client) =>
      (await fetchUnpublishedRows(client, set)).map(({ name, table }) => `${set.kind} ${name}${table === undefined ? '' : ` of ${table}`}`),
  }))

/** Made by the solution's own publisher; a site map is published with its app. */
function isOwn({ kind, name, uniqueName }: ComponentSummary, prefix: string | undefined): boolean {
  return kind !== 'SiteMap' && prefix !== undefined && (uniqueName ?? name).toLowerCase().startsWith(`${prefix.toLowerCase()}_`)
}

/** An app's site map has the app's name and goes with it. */
function isMapOfOwnApp({ kind, name, uniqueName }: ComponentSummary, own: readonly ComponentSummary[]): boolean {
  const isNamedAs = (app: ComponentSummary) => (uniqueName === undefined ? app.name === name : app.uniqueName === uniqueName)
  return kind === 'SiteMap' && own.some((member) => member.kind === 'AppModule' && isNamedAs(member))
}

/** Logical names of the tables that are in the solution with all their forms, views and charts (root component behaviour 0). */
async function fetchWholeTables(
  client: DataverseClient,
  solutionId: string,
  members: readonly ComponentSummary[],
): Promise<ReadonlySet<string>> {
  if (!members.some((member) => member.kind === 'Entity')) return new Set()
  const filter = encodeURIComponent(`_solutionid_value eq ${solutionId} and componenttype eq 1`)
  const rows = await client.list(
    'ReadRows',
    `solutioncomponents?$filter=${filter}&$select=objectid,rootcomponentbehavior`,
    rootComponentRow,
  )
  const wholeIds = new Set(rows.filter((row) => (row.rootcomponentbehavior ?? 0) === 0).map((row) => row.objectid.toLowerCase()))
  return new Set(members.filter((member) => member.kind === 'Entity' && wholeIds.has(member.id)).map((member) => member.name))
}

/**
 * The unpublished list holds every row as it was last saved, published or not [SDK remarks on RetrieveUnpublishedMultiple];
 * so a row is pending when it says so, or when it differs from the row that is in force.
 */
async function fetchPendingOf(
  client: DataverseClient,
  set: PublishableSet,
  solution: { readonly members: readonly ComponentSummary[]; readonly wholeTables: ReadonlySet<string> },
): Promise<PendingChange[]> {
  const ids = new Set(solution.members.filter((member) => member.type === set.type).map((member) => member.id))
  const tables = set.tableColumn === undefined ? new Set<string>() : solution.wholeTables
  if (ids.size === 0 && tables.size === 0) return []
  const rows = await fetchUnpublishedRows(client, set)
  return rows
    .filter((row) => ids.has(row.id) || (row.table !== undefined && tables.has(row.table)))
    .map((row) => ({ kind: set.kind, id: row.id, name: row.name, publishTarget: publishTarget(row) }))
}

async function fetchUnpublishedRows(client: DataverseClient, set: PublishableSet): Promise<readonly Row[]> {
  const saved = await fetchRows(client, set, true)
  const published = new Map((await fetchRows(client, set, false)).map((row) => [row.id, row]))
  return saved.filter((row) => isPending(row, published.get(row.id)))
}

async function fetchRows(client: DataverseClient, set: PublishableSet, isUnpublished: boolean): Promise<readonly Row[]> {
  const columns = [set.idColumn, set.nameColumn, set.tableColumn, 'componentstate', 'versionnumber'].filter(
    (column) => column !== undefined,
  )
  const source = isUnpublished ? `${set.set}/Microsoft.Dynamics.CRM.RetrieveUnpublishedMultiple()` : set.set
  const operation = isUnpublished ? 'RetrieveUnpublishedMultiple' : 'ReadRows'
  const rows = await client.list(operation, `${source}?$select=${columns.join(',')}`, anyRow)
  return rows.map((row) => readRow(set, row))
}

function readRow(set: PublishableSet, row: Readonly<Record<string, unknown>>): Row {
  const id = String(row[set.idColumn] ?? '').toLowerCase()
  const name = row[set.nameColumn]
  const table = set.tableColumn === undefined ? undefined : row[set.tableColumn]
  return {
    id,
    name: typeof name === 'string' ? name : id,
    // Dashboards belong to no table and say `none`.
    table: typeof table === 'string' && table !== 'none' && table !== '' ? table : undefined,
    state: typeof row.componentstate === 'number' ? row.componentstate : undefined,
    version: typeof row.versionnumber === 'number' ? row.versionnumber : undefined,
  }
}

function isPending(saved: Row, published: Row | undefined): boolean {
  if (saved.state === unpublished || saved.state === deletedUnpublished) return true
  if (published === undefined) return true
  return saved.version !== published.version
}

function publishTarget(row: Row): string {
  return row.table ?? row.id
}
