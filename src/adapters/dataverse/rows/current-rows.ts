import { z } from 'zod'
import type { DataverseClient } from '../client.ts'
import { parseJson } from '../token.ts'
import type { BatchAnswer, BatchRequest } from '../batch.ts'
import type { TableDefinition } from './definitions.ts'

/** A row as a reply shows it: lookups as `_name_value`, its version as `@odata.etag`. */
export type CurrentRow = Readonly<Record<string, unknown>>

const whoAmI = z.object({ UserId: z.string() })
const row = z.record(z.string(), z.unknown())

/**
 * Asks for each of the rows by its id, which is the fastest way to one row. `names`: columns by their names in replies; `expands`: a collection
 * with what is asked of its rows.
 */
export function currentRowRequests(
  definition: TableDefinition,
  { names, expands }: { readonly names: readonly string[]; readonly expands?: string | undefined },
  ids: readonly string[],
): readonly BatchRequest[] {
  const { setName, primaryId } = definition
  const columns = [...new Set([primaryId, ...names])].join(',')
  const expand = expands === undefined ? '' : `&$expand=${expands}`
  return ids.map((id) => ({ method: 'GET', path: `${setName}(${id})?$select=${columns}${expand}` }))
}

/** By id, lower case; those that are not there are left out. */
export function readCurrentRows({ primaryId }: TableDefinition, answers: readonly BatchAnswer[]): ReadonlyMap<string, CurrentRow> {
  const rows = answers.filter(({ status }) => status === 200).map(({ text }) => row.parse(parseJson(text)))
  return new Map(rows.map((each) => [String(each[primaryId]).toLowerCase(), each]))
}

/** The user that Drover acts as. */
export async function fetchMe(client: DataverseClient): Promise<string> {
  return (await client.call({ operation: 'WhoAmI', path: 'WhoAmI()', reply: whoAmI })).UserId
}

/** What has to be read of a row to know who made it; nothing where its table does not tell. */
export function makerOf({ columns }: TableDefinition): readonly string[] {
  return columns.has('createdby') ? ['_createdby_value'] : []
}
