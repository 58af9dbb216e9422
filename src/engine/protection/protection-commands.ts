import type { ReleaseId, Result, StageId } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import type { ProtectionChange } from './change-protection.ts'
import { changeProtection } from './change-protection.ts'
import type { ConflictCommand } from './decide-conflict.ts'
import { decideConflict } from './decide-conflict.ts'
import type { ProtectionView } from './load-protection.ts'
import { loadProtection } from './load-protection.ts'
import type { UnmanagedPlanView } from './plan-unmanaged.ts'
import { planUnmanaged } from './plan-unmanaged.ts'

/** Who and what may change an environment, and what goes into it unmanaged. */
export interface ProtectionCommands {
  /** What deploying the unmanaged artifact would do; exports the target's solution and changes nothing in it. */
  planUnmanaged(ask: { readonly releaseId: ReleaseId; readonly stageId: StageId }): Promise<Result<UnmanagedPlanView>>
  /** Records which side of a conflict holds, and plans again. */
  decideConflict(command: ConflictCommand): Promise<Result<UnmanagedPlanView>>
  /** Who and what may change an environment, read now. */
  loadProtection(environmentId: string): Promise<Result<ProtectionView>>
  /** Blocks or allows unmanaged changes; in a pet at the word of two people. */
  changeProtection(command: ProtectionChange): Promise<Result<ProtectionView>>
}

export function createProtectionCommands(deps: EngineDependencies): ProtectionCommands {
  return {
    planUnmanaged: (ask) => planUnmanaged(deps, ask),
    decideConflict: (command) => decideConflict(deps, command),
    loadProtection: (environmentId) => loadProtection(deps, environmentId),
    changeProtection: (command) => changeProtection(deps, command),
  }
}
