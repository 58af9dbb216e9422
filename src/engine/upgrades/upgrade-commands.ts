import type { UpgradeWorkRecord } from '#domain/drift'
import type { EnvironmentId, Result } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import type { LeftoverUpgradeCommand } from './leftover-upgrade.ts'
import { loadUpgradeWork, workLeftoverUpgrade } from './leftover-upgrade.ts'

/** Upgrades that others staged and left behind. */
export interface UpgradeCommands {
  /** Applies or withdraws an upgrade that others staged and left behind; unless it is confirmed, the refusal tells what that would do. */
  workLeftoverUpgrade(command: LeftoverUpgradeCommand): Promise<Result<UpgradeWorkRecord>>
  /** How far such work is. */
  loadUpgradeWork(of: { readonly environmentId: EnvironmentId; readonly workId: string }): Promise<Result<UpgradeWorkRecord>>
}

export function createUpgradeCommands(deps: EngineDependencies): UpgradeCommands {
  return {
    workLeftoverUpgrade: (command) => workLeftoverUpgrade(deps, command),
    loadUpgradeWork: (of) => loadUpgradeWork(deps, of),
  }
}
