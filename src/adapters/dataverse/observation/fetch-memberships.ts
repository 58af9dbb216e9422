import { z } from 'zod'
import type { Instant } from '#domain/kernel'
import type { Membership } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { idFilters } from './id-filters.ts'

const row = z.object({
  objectid: z.string(),
  componenttype: z.number(),
  _solutionid_value: z.string(),
  rootcomponentbehavior: z.number().nullish(),
})

/** Rows of `solutioncomponents`; a page holds thousands of them. Rows that are gone are not among those that changed. */
export async function fetchMemberships(
  client: DataverseClient,
  since: Instant | undefined,
  solutionIds: readonly string[] | undefined,
): Promise<readonly Membership[]> {
  const sinceThen = since === undefined ? [] : [encodeURIComponent(`modifiedon ge ${since}`)]
  const filters = solutionIds === undefined ? [undefined] : idFilters('_solutionid_value', solutionIds)
  const memberships: Membership[] = []
  for (const filter of filters) {
    const conditions = [...sinceThen, ...(filter === undefined ? [] : [filter])]
    const condition = conditions.length === 0 ? '' : `&$filter=${conditions.join('%20and%20')}`
    const rows = await client.list(
      'ReadRows',
      `solutioncomponents?$select=objectid,componenttype,_solutionid_value,rootcomponentbehavior${condition}`,
      row,
    )
    for (const { objectid, componenttype, _solutionid_value, rootcomponentbehavior } of rows) {
      memberships.push({
        componentId: objectid.toLowerCase(),
        type: componenttype,
        solutionId: _solutionid_value.toLowerCase(),
        isWhole: rootcomponentbehavior === 0,
      })
    }
  }
  return memberships
}
