import type { EnvironmentId, Instant, PersonId, Result } from '#domain/kernel'
import type { CattleRecord } from '#domain/rebuild'
import type { EngineDependencies } from '../dependencies.ts'
import type { CreateCommand } from './create-cattle.ts'
import { createCattle } from './create-cattle.ts'
import { keepEnvironment, removeEnvironment } from './end-cattle.ts'
import type { CattleView } from './list-cattle.ts'
import { listCattle } from './list-cattle.ts'
import type { RebuildCommand, RebuildView } from './rebuild-environment.ts'
import { confirmRebuildSettings, loadRebuild, rebuildEnvironment, resumeRebuild } from './rebuild-environment.ts'

/** Disposable environments, from their making to their end. */
export interface CattleCommands {
  /** Rebuilds a cattle environment from source and settings, or tells what that would take; never a pet. */
  rebuildEnvironment(command: RebuildCommand): Promise<Result<RebuildView>>
  /** A person's word that what a rebuild waited for is done. */
  resumeRebuild(command: { readonly environmentId: EnvironmentId; readonly actor: PersonId }): Promise<Result<RebuildView>>
  /** The word of somebody who may apply a configuration, on the connection ids that the newest rebuild found. */
  confirmRebuildSettings(command: { readonly environmentId: EnvironmentId; readonly actor: PersonId }): Promise<Result<RebuildView>>
  /** How far a rebuild is. */
  loadRebuild(rebuildId: string): Promise<Result<RebuildView>>
  /** Disposable environments: when each ends, and when it was last rebuilt; also those that are being made. */
  listCattle(): Promise<readonly CattleView[]>
  /** Orders a disposable environment from the platform. */
  createCattle(command: CreateCommand): Promise<Result<CattleRecord>>
  /** Puts off the end of a disposable environment. */
  keepEnvironment(command: {
    readonly environmentId: EnvironmentId
    readonly until: Instant
    readonly reason: string
    readonly actor: PersonId
  }): Promise<Result<CattleRecord>>
  /** Removes a disposable environment now, at its typed name; never a pet. */
  removeEnvironment(command: {
    readonly environmentId: EnvironmentId
    readonly typedName: string
    readonly reason: string
    readonly actor: PersonId
  }): Promise<Result<CattleRecord>>
}

export function createCattleCommands(deps: EngineDependencies): CattleCommands {
  return {
    rebuildEnvironment: (command) => rebuildEnvironment(deps, command),
    resumeRebuild: (command) => resumeRebuild(deps, command),
    confirmRebuildSettings: (command) => confirmRebuildSettings(deps, command),
    loadRebuild: (rebuildId) => loadRebuild(deps, rebuildId),
    listCattle: () => listCattle(deps),
    createCattle: (command) => createCattle(deps, command),
    keepEnvironment: (command) => keepEnvironment(deps, command),
    removeEnvironment: (command) => removeEnvironment(deps, command),
  }
}
