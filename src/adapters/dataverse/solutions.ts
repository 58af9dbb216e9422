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
  _parentsolutionid_value: z.string().nullish(),
  publisherid: z.object({ customizationprefix: z.string().nullish() }).nullish(),
})
type Row = z.infer<typeof row>

const columns = '$select=solutionid,uniquename,version,ismanaged,_parentsolutionid_value&$expand=publisherid($select=customizationprefix)'

/** All of them, also hidden platform solutions, since packages name these as dependencies. */
export async function fetchInstalledSolutions(client: DataverseClient): Promise<readonly InstalledSolution[]> {
  const rows = await client.list('ReadRows', `solutions?${columns}`, row)
  const names = new Map(rows.map((solution) => [solution.solutionid.toLowerCase(), solution.uniquename]))
  return rows.map((solution) => readSolution(solution, names)).filter((solution) => solution !== undefined)
}

export async function fetchInstalledSolution(client: DataverseClient, uniqueName: string): Promise<InstalledSolution | undefined> {
  const rows = await client.list('ReadRows', `solutions?${columns}&$filter=uniquename%20eq%20${literal(uniqueName)}`, row)
  return rows.map((solution) => readSolution(solution)).find((solution) => solution?.uniqueName.toLowerCase() === uniqueName.toLowerCase())
}

/** A row without a readable version cannot satisfy any dependency, so it counts as absent. */
function readSolution(solution: Row, names: ReadonlyMap<string, string> = new Map()): InstalledSolution | undefined {
  const version = parseVersion(solution.version)
  if (!version.ok) return undefined
  const parent = names.get((solution._parentsolutionid_value ?? '').toLowerCase())
  return {
    id: solution.solutionid,
    uniqueName: solution.uniquename,
    version: version.value,
    isManaged: solution.ismanaged,
    publisherPrefix: solution.publisherid?.customizationprefix ?? undefined,
    ...(parent === undefined ? {} : { parent }),
  }
}
