import type { RecoveryWayKind } from '#domain/environment'
import type { PersonId, ReleaseId, Result } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { PointInTime, RecoveryWork } from '#domain/recovery'
import type { Release } from '#domain/release'
import type { EngineDependencies } from '../dependencies.ts'
import { choosePoint } from './restore-sandbox.ts'
import type { FoundPair, SandboxAsked } from './sandbox-command.ts'
import { findPair, orderRecovery } from './sandbox-command.ts'
import { seePair } from './sandbox-seen.ts'

export interface RehearseCommand extends SandboxAsked {
  readonly solution: string
  readonly way: RecoveryWayKind
  /** A release that is brought first and gone back from; undefined: what is there. */
  readonly from?: ReleaseId | undefined
  /** The sandbox is not restored first. */
  readonly isAsItIs: boolean
  readonly reason: string
  readonly actor: PersonId
}

/** Begins to go a way back on a recovery sandbox. */
export async function rehearseRecovery(deps: EngineDependencies, command: RehearseCommand): Promise<Result<RecoveryWork>> {
  const pair = await findPair(deps, command)
  if (!pair.ok) return pair
  const { solution, way, from, isAsItIs, reason, actor } = command
  const unfit = refuseWay(pair.value, command) ?? (await refuseFrom(deps, command))
  if (unfit !== undefined) return unfit
  let point: PointInTime | undefined
  const administration = deps.administrations.open(pair.value.pet)
  const seen = await seePair(administration, pair.value)
  if (!seen.ok) return seen
  if (!isAsItIs) {
    const chosen = await choosePoint(deps, { pair: pair.value, administration, seen: seen.value, actor })
    if (!chosen.ok) return chosen
    point = chosen.value
  }
  return orderRecovery(deps, pair.value, { deed: { kind: 'rehearsal', solution, way, from, point }, reason, actor })
}

function refuseWay({ current, pet }: FoundPair, { solution, way, isAsItIs, from }: RehearseCommand): ReturnType<typeof refuse> | undefined {
  if (!current.configuration.solutions.some(({ uniqueName }) => uniqueName.toLowerCase() === solution.toLowerCase())) {
    return refuse('solution.not-governed', `The solution "${solution}" is not in the configuration.`, 'Name one that drover.yaml declares.')
  }
  if (way === 'roll-forward' || way === 'baseline') {
    const how =
      way === 'baseline' ? 'What stood there before Drover has no bytes that could be brought.' : 'A hotfix is a release of its own.'
    return refuse(
      'recovery.way-not-rehearsed',
      `The way ${way} of ${pet.name} cannot be rehearsed.`,
      `${how} Rehearse redeploy, repack, uninstall or restore.`,
    )
  }
  if (way === 'restore' && (isAsItIs || from !== undefined))
    return refuse('recovery.way-not-rehearsed', 'The way restore is the restore itself.', 'Leave out --as-it-is and --from.')
  return undefined
}

async function refuseFrom(deps: EngineDependencies, { from, solution }: RehearseCommand): Promise<ReturnType<typeof refuse> | undefined> {
  if (from === undefined) return undefined
  const release = await deps.readModel.load<Release>('release', from)
  if (release?.solution.toLowerCase() === solution.toLowerCase()) return undefined
  return refuse('release.unknown', `There is no sealed release "${from}" of ${solution}.`, 'List them with `drover release list`.')
}
