import type { EnvironmentRecord } from '#domain/drift'
import type { Rehearsal } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { EnvironmentId, Result, Version } from '#domain/kernel'
import { accept, compareVersions } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { RecoveryWork, RehearsalDue } from '#domain/recovery'
import { judgeRehearsal } from '#domain/recovery'
import type { EngineDependencies } from '../dependencies.ts'
import { listSealedReleasesOf } from '../queries/releases.ts'
import { requireEnvironment } from '../require-environment.ts'

export interface RecoveryList {
  /** Newest first. */
  readonly rehearsals: readonly Rehearsal[]
  readonly due: readonly RehearsalDue[]
  /** Newest first. */
  readonly works: readonly RecoveryWork[]
}

/** The rehearsals of a pet, which of its solutions lack one by their tier, and the work on its sandboxes. */
export async function listRecoveries(deps: EngineDependencies, environmentId: EnvironmentId): Promise<Result<RecoveryList>> {
  const found = await requireEnvironment(deps, environmentId)
  if (!found.ok) return found
  const { configuration, environment } = found.value
  const record = await deps.readModel.load<EnvironmentRecord>('environment', laneOf(environment))
  const rehearsals = record?.rehearsals ?? []
  const policy = applyOverride(deps.policy, configuration.policy)
  const leading = configuration.pipelines.filter(({ stages }) => stages.some(({ environment }) => environment === environmentId))
  const solutions = configuration.solutions.filter(({ pipeline }) => leading.some(({ id }) => id === pipeline))
  const due: RehearsalDue[] = []
  for (const { uniqueName, tier } of solutions) {
    const version = newest((await listSealedReleasesOf(deps, uniqueName)).map((release) => release.version))
    const facts = { solution: uniqueName, tier, demand: policy.tiers[tier].recovery.value, rehearsals, version, now: deps.clock.now() }
    due.push(judgeRehearsal(facts))
  }
  return accept({ rehearsals, due, works: await deps.readModel.list<RecoveryWork>('recovery', { where: { environmentId } }) })
}

function newest(versions: readonly Version[]): Version | undefined {
  return versions.toSorted(compareVersions).at(-1)
}
