import type { InstalledSolution } from '#domain/environment'
import type { Instant, PersonId, Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import type { PointInTime, RecoveryWork, SeenPair } from '#domain/recovery'
import { findPoint, reachingOut } from '#domain/recovery'
import type { EnvironmentAdministration } from '#engine/ports'
import type { EngineDependencies } from '../dependencies.ts'
import type { FoundPair, SandboxAsked } from './sandbox-command.ts'
import { findPair, findProposals, orderRecovery } from './sandbox-command.ts'
import { seePair } from './sandbox-seen.ts'

export interface RestoreSandboxCommand extends SandboxAsked {
  /** The platform's id of a restore point, or an instant; neither: the newest. */
  readonly pointId?: string | undefined
  readonly at?: Instant | undefined
  readonly reason: string
  /** False: nothing is done, and the answer tells what it would do. */
  readonly isConfirmed: boolean
  readonly actor: PersonId
}

export interface RestoreSandboxView {
  readonly point: PointInTime
  /** What is in the sandbox now and is lost; undefined where it does not answer. */
  readonly loses: readonly Pick<InstalledSolution, 'uniqueName' | 'version'>[] | undefined
  /** What must be kept from reaching out afterwards. */
  readonly neutralise: readonly string[]
  /** Whether the sandbox lets in whom the pet lets in; else it is set with the restore. */
  readonly hasSameGroup: boolean
  /** Undefined while nothing was begun. */
  readonly work: RecoveryWork | undefined
}

/** Restores a pet as it was at a moment into its recovery sandbox, never over a pet; unless it is confirmed, says what that would do. */
export async function restoreSandbox(deps: EngineDependencies, command: RestoreSandboxCommand): Promise<Result<RestoreSandboxView>> {
  const pair = await findPair(deps, command)
  if (!pair.ok) return pair
  const administration = deps.administrations.open(pair.value.pet)
  const seen = await seePair(administration, pair.value)
  if (!seen.ok) return seen
  const point = await choosePoint(deps, { ...command, pair: pair.value, administration, seen: seen.value })
  if (!point.ok) return point
  const view: RestoreSandboxView = {
    point: point.value,
    loses: await fetchInstalled(deps, pair.value),
    neutralise: reachingOut.map(({ what, hint }) => `${what}: ${hint}`),
    hasSameGroup: seen.value.pet.securityGroupId === seen.value.sandbox.securityGroupId,
    work: undefined,
  }
  if (!command.isConfirmed) return accept(view)
  const { reason, actor } = command
  const work = await orderRecovery(deps, pair.value, { deed: { kind: 'restore', point: point.value }, reason, actor })
  return work.ok ? accept({ ...view, work: work.value }) : work
}

/** Who confirms without naming a moment means the one that was proposed: a newer restore point must not outdate that. */
export async function choosePoint(
  deps: EngineDependencies,
  of: {
    readonly pair: FoundPair
    readonly administration: EnvironmentAdministration
    readonly seen: SeenPair
    readonly pointId?: string | undefined
    readonly at?: Instant | undefined
    readonly actor: PersonId
  },
): Promise<Result<PointInTime>> {
  const { pair, administration, seen, pointId, at, actor } = of
  const points = await administration.listRestorePoints(seen.pet.platformId)
  const now = deps.clock.now()
  if (pointId === undefined && at === undefined) {
    const proposals = await findProposals(deps, { environmentId: pair.pet.id, sandboxId: pair.sandbox.id })
    const open = proposals.find(({ by, configurationVersion }) => by !== actor && configurationVersion === pair.current.version)
    const proposed = open !== undefined && 'point' in open.deed ? open.deed.point : undefined
    if (
      proposed !== undefined &&
      points.some(({ id, expiresAt }) => id === proposed.restorePointId && Date.parse(expiresAt) > Date.parse(now))
    )
      return accept(proposed)
  }
  return findPoint(pair.pet, points, { id: pointId, at, now })
}

/** A sandbox that does not answer loses what nobody can see; that must not keep it from being restored. */
async function fetchInstalled(deps: EngineDependencies, { sandbox }: FoundPair): Promise<RestoreSandboxView['loses']> {
  try {
    const { solutions } = await deps.environments.open(sandbox).observe({ solution: '', connectionIds: [] })
    return solutions.map(({ uniqueName, version }) => ({ uniqueName, version }))
  } catch {
    return undefined
  }
}
