import type { Version } from '#domain/kernel'
import type { ReadModel } from '#engine/ports'
import { listReleasesOf, listSealedReleasesOf } from '../queries/releases.ts'

/** Every version that a release of a solution has, whatever became of it, those that were packed to go back among them. */
export async function listGivenVersions(deps: { readonly readModel: ReadModel }, solution: string): Promise<readonly Version[]> {
  const [begun, sealed] = await Promise.all([listReleasesOf(deps, solution), listSealedReleasesOf(deps, solution)])
  return [...begun, ...sealed].flatMap(({ version }) => version ?? [])
}
