import { renamedObjects } from '../layers/object-index.ts'
import { busyTables } from '../store/busy-rows.ts'
import type { PlacedRow, Row } from '../store/store.ts'

/** What a copied or restored environment keeps of its own. */
export interface Settling {
  /** The target's row of `organization`: another database, the same organisation. */
  readonly organization: Row | undefined
  /** The target's own connections, which are in no database. */
  readonly connections: readonly PlacedRow[]
  readonly copyType: 'FullCopy' | 'MinimalCopy'
  guid(): string
}

/**
 * The rows that a copy or restore leaves in its target (release-facts §8): connection references are empty, cloud flows are off, canvas
 * apps have new ids, and a minimal copy has no rows of business tables and no roles of teams. All other ids stay.
 */
export function settledRows(rows: Iterable<PlacedRow>, settling: Settling): readonly PlacedRow[] {
  const all = [...rows]
  const former = all.find(({ table }) => table === 'organization')?.row
  const ids = newIds(all, settling)
  return [
    ...all
      .filter((placed) => !isLeftBehind(placed, settling.copyType))
      .map((placed) => settle(renamed(placed, ids), { own: settling.organization, former })),
    ...renamedObjects(all, ids),
    ...settling.connections,
  ]
}

// The index of object ids is made anew from that of the source.
const neverCopied: ReadonlySet<string> = new Set(['~connection', '~job', '~export', busyTables.objects])
// Of currencies every organisation needs its row.
const businessRows = /^~(data|link|key|pairs) (?!transactioncurrency)/
const neverMinimal: ReadonlySet<string> = new Set(['teamroles', 'principalobjectaccess'])

function isLeftBehind({ table, id }: PlacedRow, copyType: Settling['copyType']): boolean {
  if (neverCopied.has(table)) return true
  // What a key is worth belongs to the definition.
  return copyType === 'MinimalCopy' && (neverMinimal.has(table) || (businessRows.test(table) && id !== '~state'))
}

function settle(placed: PlacedRow, organizations: { readonly own: Row | undefined; readonly former: Row | undefined }): PlacedRow {
  const { table, row } = placed
  if (table === 'connectionreference') return { ...placed, row: { ...row, connectionid: null } }
  // Category 5 are cloud flows; statecode 0 is off.
  if (table === 'workflow' && Number(row['category']) === 5) return { ...placed, row: { ...row, statecode: 0, statuscode: 1 } }
  return withOrganization(placed, organizations)
}

function withOrganization(
  placed: PlacedRow,
  { own, former }: { readonly own: Row | undefined; readonly former: Row | undefined },
): PlacedRow {
  if (own === undefined || former === undefined || placed.row['organizationid'] !== former['organizationid']) return placed
  const { organizationid } = own
  if (placed.table !== 'organization') return { ...placed, row: { ...placed.row, organizationid } }
  return { ...placed, id: String(organizationid), row: { ...placed.row, organizationid, name: own['name'] } }
}

function newIds(rows: readonly PlacedRow[], settling: Settling): ReadonlyMap<string, string> {
  return new Map(rows.flatMap(({ table, id }) => (table === 'canvasapp' ? [[id, settling.guid()] as const] : [])))
}

// An id of a canvas app stands in its own row, in what is known of it as a component, in the rows of the solutions that have it, and in the index.
function renamed(placed: PlacedRow, ids: ReadonlyMap<string, string>): PlacedRow {
  if (ids.size === 0) return placed
  const row = Object.fromEntries(
    Object.entries(placed.row).map(([name, value]) => [name, typeof value === 'string' ? (ids.get(value) ?? value) : value]),
  )
  return { table: placed.table, id: ids.get(placed.id) ?? placed.id, row }
}
