import { z } from 'zod'
import type { ObservedSolution } from '#domain/environment'
import { parseVersion } from '#domain/kernel'
import type { DataverseClient } from '../client.ts'
import { readInstant } from './instants.ts'
import type { KnownUser, UserDirectory } from './users.ts'
import { userOf } from './users.ts'

const row = z.object({
  solutionid: z.string(),
  uniquename: z.string(),
  friendlyname: z.string().nullish(),
  version: z.string(),
  ismanaged: z.boolean(),
  isvisible: z.boolean().nullish(),
  installedon: z.string().nullish(),
  modifiedon: z.string().nullish(),
  _parentsolutionid_value: z.string().nullish(),
  _modifiedby_value: z.string().nullish(),
  _modifiedonbehalfby_value: z.string().nullish(),
  publisherid: z.object({ uniquename: z.string().nullish(), customizationprefix: z.string().nullish() }).nullish(),
})
type Row = z.infer<typeof row>

const columns =
  'solutionid,uniquename,friendlyname,version,ismanaged,isvisible,installedon,modifiedon,_parentsolutionid_value,_modifiedby_value,_modifiedonbehalfby_value'

/** All of them, hidden ones of the platform too. A row without a readable version satisfies no dependency and counts as absent. */
export async function fetchSolutions(client: DataverseClient, users: UserDirectory): Promise<readonly ObservedSolution[]> {
  const path = `solutions?$select=${columns}&$expand=publisherid($select=uniquename,customizationprefix)`
  const rows = await client.list('ReadRows', path, row)
  const known = await users.fetchUsers(rows.map(changerOf))
  const names = new Map(rows.map((solution) => [solution.solutionid.toLowerCase(), solution.uniquename]))
  return rows.flatMap((solution) => {
    const parent = names.get((solution._parentsolutionid_value ?? '').toLowerCase())
    const observed = readSolution(solution, known)
    return observed === undefined ? [] : [{ ...observed, ...(parent === undefined ? {} : { parent }) }]
  })
}

/** Work that the platform does for somebody names both: the person counts [facts-2 §9]. */
function changerOf(solution: Row): string | undefined {
  return solution._modifiedonbehalfby_value ?? solution._modifiedby_value ?? undefined
}

function readSolution(solution: Row, users: ReadonlyMap<string, KnownUser>): ObservedSolution | undefined {
  const version = parseVersion(solution.version)
  if (!version.ok) return undefined
  return {
    id: solution.solutionid.toLowerCase(),
    uniqueName: solution.uniquename,
    version: version.value,
    isManaged: solution.ismanaged,
    publisherPrefix: solution.publisherid?.customizationprefix ?? undefined,
    displayName: solution.friendlyname || solution.uniquename,
    publisher: solution.publisherid?.uniquename ?? undefined,
    isVisible: solution.isvisible ?? true,
    installedAt: readInstant(solution.installedon),
    changedAt: readInstant(solution.modifiedon),
    changedBy: userOf(users, changerOf(solution)),
  }
}
