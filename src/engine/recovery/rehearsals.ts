import type { EnvironmentRecord } from '#domain/drift'
import type { Rehearsal } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { EnvironmentId, Result, Version } from '#domain/kernel'
import { accept, compareVersions } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { RecoveryWork, RehearsalDue } from '#domain/recovery'
import { judgeRehearsal } from '#domain/recovery'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { listSealedReleasesOf } from '../queries/releases.ts'

export interface RecoveryList {
  /** Newest first. */
  readonly rehearsals: readonly Rehearsal[]
  readonly due: readonly RehearsalDue[]
  /** Newest first. */
  readonly works: readonly RecoveryWork[]
}

/** The rehearsals of a pet, which of its solutions lack one by their tier, and the work on its sandboxes. */
export async function listRecoveries(deps: EngineDependencies, environmentId: EnvironmentId): Promise<Result<RecoveryList>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const found = findEnvironment(configuration, environmentId)
  if (!found.ok) return found
  const record = await deps.readModel.load<EnvironmentRecord>('environment', laneOf(found.value))
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
