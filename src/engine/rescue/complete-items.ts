import type { RescueItem } from '#domain/plan'
import { partiesTable } from '#domain/plan'
import type { RowAccess } from '#engine/ports'

/** What is to be saved, and which columns hold what cannot be, each as `table.column`. */
export interface CompleteItems {
  readonly items: readonly RescueItem[]
  readonly unread: readonly string[]
}

/**
 * What a plan saves, completed by the target's own definitions: contents of files and images come apart from the rows that they belong to, also
 * where the plan could not tell that there are any, or was made before they were saved; and what joins rows of a table that goes to others, which goes
 * with them.
 */
export async function completeItems(target: Pick<RowAccess, 'fetchShape'>, planned: readonly RescueItem[]): Promise<CompleteItems> {
  const items: RescueItem[] = []
  const contents = new Map<string, readonly string[] | undefined>()
  const unread: string[] = []
  const joins = new Map<string, RescueItem>()
  for (const item of planned) {
    // Planned where nobody could tell whether the rows are activities.
    if (item.table === partiesTable && !(await target.fetchShape(item)).isThere) continue
    if (item.regarding !== undefined || item.relationship !== undefined) {
      items.push(item)
      continue
    }
    const { table, columns } = item
    const shape = await target.fetchShape(item)
    if (shape.contents.length > 0) contents.set(table, bothColumns(contents, table, columns === undefined ? undefined : shape.contents))
    if (item.contents === true) continue
    for (const join of shape.joins)
      if (!planned.some(({ relationship }) => relationship === join.relationship))
        joins.set(join.table, { ...join, columns: undefined, regarding: table })
    unread.push(...shape.unread.map((column) => `${table}.${column}`))
    const plain = columns?.filter((column) => !shape.contents.includes(column))
    if (plain === undefined || plain.length > 0) items.push({ ...item, columns: plain })
  }
  const files = [...contents].map(([table, columns]): RescueItem => ({ table, columns, contents: true }))
  return { items: [...items, ...files, ...joins.values()], unread }
}

/** Undefined stands for all columns of the table. */
function bothColumns(
  known: ReadonlyMap<string, readonly string[] | undefined>,
  table: string,
  more: readonly string[] | undefined,
): readonly string[] | undefined {
  const before = known.get(table)
  if (more === undefined || (known.has(table) && before === undefined)) return undefined
  return [...new Set([...(before ?? []), ...more])].sort()
}
