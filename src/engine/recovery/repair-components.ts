import type { PersonId, Result } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { ComponentPlan, PlannedReturn, RecoveryWork } from '#domain/recovery'
import { returnsOf } from '#domain/recovery'
import { isSameName } from '#domain/settings'
import type { EngineDependencies } from '../dependencies.ts'
import type { FoundPair, SandboxAsked } from './sandbox-command.ts'
import { findPair, orderRecovery } from './sandbox-command.ts'

export interface RepairComponentsCommand extends SandboxAsked {
  /** Unique name. */
  readonly solution: string
  /** `kind:key`; undefined: all that can come back. */
  readonly components?: readonly string[] | undefined
  readonly isDryRun: boolean
  readonly reason: string
  readonly actor: PersonId
}

/**
 * Begins to hold the components of a solution in a sandbox against those of its pet, and unless it is a dry run to bring back what the newest such
 * look showed: two people agree on what was seen, and what has changed since is not brought.
 */
export async function repairComponents(deps: EngineDependencies, command: RepairComponentsCommand): Promise<Result<RecoveryWork>> {
  const pair = await findPair(deps, command)
  if (!pair.ok) return pair
  const { current, pet } = pair.value
  const { isDryRun, reason, actor } = command
  const governed = current.configuration.solutions.find(({ uniqueName }) => isSameName(uniqueName, command.solution))
  if (governed === undefined)
    return refuse(
      'solution.unknown',
      `There is no solution "${command.solution}" in the configuration.`,
      'Name one that drover.yaml declares.',
    )
  const solution = governed.uniqueName
  if (isDryRun)
    return orderRecovery(deps, pair.value, { deed: { kind: 'repair-components', solution, planned: [], isDryRun }, reason, actor })
  const look = await findLook(deps, pair.value, solution)
  if (look === undefined)
    return refuse(
      'recovery.look-first',
      `Nobody has looked lately what of ${solution} would come back into ${pet.name}.`,
      `Look with \`drover recovery repair-components ${pet.id} ${solution} --from ${command.sandboxId} --reason …\`, then ask again with --yes.`,
    )
  const planned = plannedOf(look, command.components)
  return planned.ok
    ? orderRecovery(deps, pair.value, { deed: { kind: 'repair-components', solution, planned: planned.value, isDryRun }, reason, actor })
    : planned
}

/** The newest that ended well, while it is young enough for two people to speak of the same. */
async function findLook(
  deps: EngineDependencies,
  { current, pet, sandbox }: FoundPair,
  solution: string,
): Promise<ComponentPlan | undefined> {
  const where = { environmentId: pet.id, sandboxId: sandbox.id, kind: 'repair-components' }
  const works = await deps.readModel.list<RecoveryWork>('recovery', { where })
  const oldest =
    Date.parse(deps.clock.now()) - applyOverride(deps.policy, current.configuration.policy).sandboxes.wordHolds.value * 3_600_000
  return works
    .filter(({ deed }) => deed.kind === 'repair-components' && deed.isDryRun && deed.solution === solution)
    .filter(({ state, endedAt }) => state === 'done' && Date.parse(endedAt ?? '') >= oldest)
    .toSorted((one, other) => Date.parse(other.endedAt ?? '') - Date.parse(one.endedAt ?? ''))[0]?.planned
}

function plannedOf(look: ComponentPlan, named: readonly string[] | undefined): Result<readonly PlannedReturn[]> {
  const planned = returnsOf(look, named)
  const missing = named?.filter((name) => !planned.some(({ component }) => isSameName(component, name))) ?? []
  if (planned.length > 0 && missing.length === 0) return { ok: true, value: planned }
  const reasons = look.lines
    .filter(({ fate, component }) => fate !== 'comes-back' && (named === undefined || named.some((name) => isSameName(name, component))))
    .map(({ component, why, way }) => ({ subject: component, message: way === '' ? why : `${why} ${way}` }))
  return refuse(
    'recovery.nothing-comes-back',
    named === undefined
      ? 'The look found nothing that comes back by hand.'
      : `The look did not find that this comes back by hand: ${missing.join(', ')}.`,
    'See what can be done instead with each, or look again.',
    reasons,
  )
}
