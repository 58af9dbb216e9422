import type { Instant, PersonId, Result } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { RecoveryWork } from '#domain/recovery'
import type { EngineDependencies } from '../dependencies.ts'
import type { SandboxAsked } from './sandbox-command.ts'
import { findPair, orderRecovery } from './sandbox-command.ts'

export interface RepairCommand extends SandboxAsked {
  /** Logical name. */
  readonly table: string
  /** Undefined: every column. */
  readonly columns?: readonly string[] | undefined
  readonly changedSince?: Instant | undefined
  readonly isOverwriting: boolean
  readonly isDryRun: boolean
  readonly reason: string
  readonly actor: PersonId
}

/** Begins to compare rows of a sandbox with those of its pet, and unless it is a dry run to bring back what is gone. */
export async function repairRows(deps: EngineDependencies, command: RepairCommand): Promise<Result<RecoveryWork>> {
  const pair = await findPair(deps, command)
  if (!pair.ok) return pair
  const { pet, sandbox } = pair.value
  const { table, columns, changedSince, isOverwriting, isDryRun, reason, actor } = command
  for (const environment of [sandbox, pet]) {
    const { isThere, missing } = await deps.environments.open(environment).fetchShape({ table, columns })
    if (isThere && missing.length === 0) continue
    return refuse(
      'recovery.no-such-rows',
      isThere ? `${environment.name} has no column ${missing.join(', ')} of table ${table}.` : `${environment.name} has no table ${table}.`,
      environment === pet
        ? 'Bring the version of the solution that has it first: `drover rollback` goes back to it.'
        : 'Name it by its logical name, or restore a moment at which it was there.',
    )
  }
  const deed = { kind: 'repair', table, columns, changedSince, isOverwriting, isDryRun } as const
  return orderRecovery(deps, pair.value, { deed, reason, actor })
}
