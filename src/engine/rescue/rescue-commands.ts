import type { Result } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import type { RescueRecord } from './events.ts'
import { listRescues } from './list-rescues.ts'
import type { RestoreCommand, RestoreView } from './restore-rescue.ts'
import { restoreRescue } from './restore-rescue.ts'

/** What was saved before it was destroyed, and its way back. */
export interface RescueCommands {
  /** What was saved before attempts destroyed it, newest first. */
  listRescues(lookup: { readonly environmentId?: string | undefined }): Promise<readonly RescueRecord[]>
  loadRescue(rescueId: string): Promise<RescueRecord | undefined>
  /** Begins to write it back, or says what would be written. */
  restoreRescue(command: RestoreCommand): Promise<Result<RestoreView>>
}

export function createRescueCommands(deps: EngineDependencies): RescueCommands {
  return {
    listRescues: (lookup) => listRescues(deps, lookup),
    loadRescue: (rescueId) => deps.readModel.load('rescue', rescueId),
    restoreRescue: (command) => restoreRescue(deps, command),
  }
}
