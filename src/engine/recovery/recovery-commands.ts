import type { EnvironmentId, PromotionId, Result } from '#domain/kernel'
import type { RecoveryPlan, RecoveryWork, TrainStep } from '#domain/recovery'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import type { RecoveryList } from './rehearsals.ts'
import { listRecoveries } from './rehearsals.ts'
import type { RehearseCommand } from './rehearse.ts'
import { rehearseRecovery } from './rehearse.ts'
import type { RepairComponentsCommand } from './repair-components.ts'
import { repairComponents } from './repair-components.ts'
import type { RepairCommand } from './repair-rows.ts'
import { repairRows } from './repair-rows.ts'
import type { RestoreSandboxCommand, RestoreSandboxView } from './restore-sandbox.ts'
import { restoreSandbox } from './restore-sandbox.ts'
import type { RollbackCommand } from './rollback.ts'
import { rollback } from './rollback.ts'
import { loadRecoveryWork } from './sandbox-command.ts'
import { planTrain, showRecovery } from './show-recovery.ts'

/** Ways back, stated, rehearsed and gone. */
export interface RecoveryCommands {
  /** Asks for a place to go back to a known good release. */
  rollback(command: RollbackCommand): Promise<Result<PromotionView>>
  /** How a place would come back from what is there now; changes nothing. */
  showRecovery(of: { readonly environmentId: EnvironmentId; readonly solution: string }): Promise<Result<RecoveryPlan>>
  /** The stated way back of promotions that were to go in one after the other; asks for nothing. */
  planTrainRecovery(of: {
    readonly environmentId: EnvironmentId
    readonly promotionIds: readonly PromotionId[]
  }): Promise<Result<readonly TrainStep[]>>
  /** Restores a pet into its recovery sandbox, or says what that would do. */
  restoreSandbox(command: RestoreSandboxCommand): Promise<Result<RestoreSandboxView>>
  /** Begins to hold rows of a recovery sandbox against those of its pet, and to bring back what is gone. */
  repairRows(command: RepairCommand): Promise<Result<RecoveryWork>>
  /** Begins to hold components of a recovery sandbox against those of its pet, and to bring back what was seen to be lost by hand. */
  repairComponents(command: RepairComponentsCommand): Promise<Result<RecoveryWork>>
  /** Begins to go a way back on a recovery sandbox. */
  rehearseRecovery(command: RehearseCommand): Promise<Result<RecoveryWork>>
  /** Rehearsals of a pet, which of its solutions lack one, and work on its sandboxes. */
  listRecoveries(environmentId: EnvironmentId): Promise<Result<RecoveryList>>
  loadRecoveryWork(workId: string): Promise<Result<RecoveryWork>>
}

export function createRecoveryCommands(deps: EngineDependencies): RecoveryCommands {
  return {
    rollback: (command) => rollback(deps, command),
    showRecovery: (of) => showRecovery(deps, of),
    planTrainRecovery: (of) => planTrain(deps, of),
    restoreSandbox: (command) => restoreSandbox(deps, command),
    repairRows: (command) => repairRows(deps, command),
    repairComponents: (command) => repairComponents(deps, command),
    rehearseRecovery: (command) => rehearseRecovery(deps, command),
    listRecoveries: (environmentId) => listRecoveries(deps, environmentId),
    loadRecoveryWork: (workId) => loadRecoveryWork(deps, workId),
  }
}
