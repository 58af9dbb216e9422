import type { Artifact } from '#domain/artifact'
import type { CheckReport } from '#domain/check'
import { applyOverride } from '#domain/policy'
import type { Waiver } from '#domain/waiver'
import { findWaivers, waiversOfReport } from '#domain/waiver'
import type { PreparationRun } from '../preparation/run.ts'
import { listWaiversOf } from './project-waiver.ts'

/** The waivers by which a release is sealed although its report is no pass; undefined: it is not. */
export async function waiveReport(
  { deps, configuration, way, requestedBy }: PreparationRun,
  { report, managed }: { readonly report: CheckReport; readonly managed: Artifact },
): Promise<readonly Waiver[] | undefined> {
  const solution = way.solution.uniqueName
  const policy = applyOverride(deps.policy, configuration.policy)
  const subject = { solution, artifact: managed.digest, createdBy: requestedBy }
  const waivers = findWaivers(await listWaiversOf(deps, solution), subject, { configuration, policy })
  return waiversOfReport(report, waivers, deps.clock.now())
}

/** Said in the record of the preparation. */
export function waivedNote(waivers: readonly Waiver[]): string {
  const told = waivers.map(({ waiverId, decided, until }) => `${waiverId} (${decided?.by ?? ''}, until ${until})`)
  return `Not a pass, and sealed all the same by ${told.join(', ')}; every stage judges that again.`
}
