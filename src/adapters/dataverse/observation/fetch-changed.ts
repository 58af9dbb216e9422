import { z } from 'zod'
import type { Unseen } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import type { ChangedComponent, ComponentInspection } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import type { ComponentSet } from './component-sets.ts'
import { componentSets } from './component-sets.ts'
import { inTurn } from './in-turn.ts'
import { readInstant } from './instants.ts'
import { askOrUnseen, isNotServed } from './unseen.ts'
import type { UserDirectory } from './users.ts'
import { userOf } from './users.ts'

const anyRow = z.record(z.string(), z.unknown())
type Row = z.infer<typeof anyRow>

type Changed = Awaited<ReturnType<ComponentInspection['fetchChanged']>>

/**
 * A request a table. A kind whose table may not be read, or is not served there, is not among those that are told. Nor are forms, tables,
 * columns, keys, relationships, choices and site maps: forms have no time of change, and of definitions `RetrieveMetadataChanges` alone
 * would tell, by a stamp that somebody has to keep.
 */
export async function fetchChanged(client: DataverseClient, users: UserDirectory, since: Instant): Promise<Changed> {
  const found: { readonly set: ComponentSet; readonly rows: readonly Row[] }[] = []
  const unseen: Unseen[] = []
  await inTurn(componentSets.filter(tells), client.limits.parallelReads, async (set) => {
    const asked = await askOrUnseen({
      what: `which components of kind ${set.kind} were changed, and by whom`,
      help: `It takes the privilege to read ${set.set} of the whole organization, which System Customizer has.`,
      ask: () => fetchRowsIfServed(client, set, since),
    })
    unseen.push(...asked.unseen.map((each) => ({ ...each, kind: set.kind })))
    if (asked.answer !== undefined) found.push({ set, rows: asked.answer })
  })
  const known = await users.fetchUsers(found.flatMap(({ set, rows }) => rows.map((row) => changerOf(set, row))))
  return {
    changed: found.flatMap(({ set, rows }) =>
      rows.flatMap((row) => {
        const at = readInstant(textOf(row[set.changedColumn ?? '']))
        if (at === undefined) return []
        const by = userOf(known, changerOf(set, row))?.name
        return [{ kind: set.kind, id: (textOf(row[set.idColumn]) ?? '').toLowerCase(), modified: { by, at } } satisfies ChangedComponent]
      }),
    ),
    kinds: found.map(({ set }) => set.kind),
    unseen,
  }
}

function tells(set: ComponentSet): boolean {
  return set.changedColumn !== undefined
}

async function fetchRowsIfServed(client: DataverseClient, set: ComponentSet, since: Instant): Promise<readonly Row[] | undefined> {
  try {
    return await fetchRows(client, set, since)
  } catch (error) {
    if (isNotServed(error)) return undefined
    throw error
  }
}

async function fetchRows(client: DataverseClient, set: ComponentSet, since: Instant): Promise<readonly Row[]> {
  const columns = [set.idColumn, set.changedColumn, set.changedByColumn].filter((column) => column !== undefined).join(',')
  return client.list('ReadRows', `${set.set}?$select=${columns}&$filter=${set.changedColumn ?? ''}%20ge%20${since}`, anyRow)
}

function changerOf(set: ComponentSet, row: Row): string | undefined {
  return set.changedByColumn === undefined ? undefined : textOf(row[set.changedByColumn])
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
