import type { EnvironmentRecord, ForeignImport } from '#domain/drift'
import { findForeignImports } from '#domain/drift'
import type { Environment, Observation } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import type { Attempt, Promotion } from '#domain/promotion'
import type { CattleRecord, RebuildRecord } from '#domain/rebuild'
import { loadPolicy } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { loadObservation } from '../observation/take-observation.ts'

/** The imports and uninstallations of the last observation that were not ours (PIP-19); none before the first observation. */
export async function loadForeignImports(
  deps: EngineDependencies,
  environment: Environment,
): Promise<{ readonly foreignImports: readonly ForeignImport[]; readonly observedAt: Instant | undefined }> {
  const lane = laneOf(environment)
  const record = await deps.readModel.load<EnvironmentRecord>('environment', lane)
  const observation = await loadObservation(deps, record)
  if (record?.observed === undefined || observation === undefined) return { foreignImports: [], observedAt: undefined }
  const foreignImports = await findForeignImportsIn(deps, { lane, observation, since: record.baseline?.observedAt })
  return { foreignImports, observedAt: record.observed.at }
}

/** The same of any observation. `since`: earlier ones are history that people have accepted. */
export async function findForeignImportsIn(
  deps: Pick<EngineDependencies, 'readModel' | 'policy'>,
  of: { readonly lane: string; readonly observation: Observation; readonly since: Instant | undefined },
): Promise<readonly ForeignImport[]> {
  const { lane, observation, since } = of
  const promotions = await deps.readModel.list<Promotion>('promotion', { where: { lane } })
  const work = promotions.flatMap((promotion) =>
    attemptsOf(promotion).map((attempt) => ({ attempt, solution: promotion.request.solution })),
  )
  const rebuilds = await deps.readModel.list<RebuildRecord>('rebuild', { where: { lane } })
  const cattle = await deps.readModel.load<CattleRecord>('cattle', observation.environmentId)
  const publishers = new Map(observation.solutions.map(({ uniqueName, publisher }) => [uniqueName.toLowerCase(), publisher]))
  return findForeignImports({
    observation,
    ourImportJobIds: new Set([
      ...work.flatMap(({ attempt }) => attempt.jobs.importJobId?.toLowerCase() ?? []),
      ...(cattle?.imports ?? []).map(({ importJobId }) => importJobId.toLowerCase()),
      ...rebuilds.flatMap(({ imports }) => imports.map(({ importJobId }) => importJobId.toLowerCase())),
    ]),
    ourWork: work.map(({ attempt, solution }) => ({
      solution,
      from: attempt.startedAt,
      to: attempt.finishedAt ?? observation.observedAt,
    })),
    foundWithinHours: (await loadPolicy(deps)).care.foreignImportHours.value,
    since,
    isOfPlatform: (solution) => isOfPlatform(publishers.get(solution.toLowerCase())),
  })
}

/** Publishers of Microsoft and of the platform, by their unique names; a solution that is gone has none that could be asked. */
function isOfPlatform(publisher: string | undefined): boolean {
  return publisher !== undefined && /^(microsoft|dynamics365|powerplatform|msdyn|mspp|system$)/i.test(publisher)
}

function attemptsOf({ status, earlierAttempts }: Promotion): readonly Attempt[] {
  return 'attempt' in status ? [...earlierAttempts, status.attempt] : earlierAttempts
}
