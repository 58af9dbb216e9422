import { z } from 'zod'
import type { InstalledSolution } from '#domain/environment'
import { parseVersion } from '#domain/kernel'
import type { DataverseClient } from './client.ts'
import { literal } from './client.ts'

const row = z.object({
  solutionid: z.string(),
  uniquename: z.string(),
  version: z.string(),
  ismanaged: z.boolean(),
  publisherid: z.object({ customizationprefix: z.string().nullish() }).nullish(),
})

const columns = '$select=solutionid,uniquename,version,ismanaged&$expand=publisherid($select=customizationprefix)'

/** All of them, also hidden platform solutions, since packages name these as dependencies. */
export async function fetchInstalledSolutions(client: DataverseClient): Promise<readonly InstalledSolution[]> {
  const rows = await client.list('ReadRows', `solutions?${columns}`, row)
  return rows.map(readSolution).filter((solution) => solution !== undefined)
}

export async function fetchInstalledSolution(client: DataverseClient, uniqueName: string): Promise<InstalledSolution | undefined> {
  const rows = await client.list('ReadRows', `solutions?${columns}&$filter=uniquename%20eq%20${literal(uniqueName)}`, row)
  return rows.map(readSolution).find((solution) => solution?.uniqueName.toLowerCase() === uniqueName.toLowerCase())
}

/** A row without a readable version cannot satisfy any dependency, so it counts as absent. */
function readSolution(solution: z.infer<typeof row>): InstalledSolution | undefined {
  const version = parseVersion(solution.version)
  if (!version.ok) return undefined
  return {
    id: solution.solutionid,
    uniqueName: solution.uniquename,
    version: version.value,
    isManaged: solution.ismanaged,
    publisherPrefix: solution.publisherid?.customizationprefix ?? undefined,
  }
}
