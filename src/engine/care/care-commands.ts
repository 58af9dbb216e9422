import type { Incident } from '#domain/drift'
import type { EnvironmentId, Result } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import type { Biography, BiographyAsked } from './biography.ts'
import { loadBiography } from './biography.ts'
import type { IncidentCommand } from './record-incident.ts'
import { recordIncident } from './record-incident.ts'
import type { RestorePointCommand, RestorePointsView, TakenRestorePoint } from './restore-points.ts'
import { listRestorePoints, takeRestorePoint } from './restore-points.ts'

/** The life of an environment: what happened to it, and the points it can be restored to. */
export interface CareCommands {
  /** What happened to an environment, newest first (PET-15). */
  loadBiography(asked: BiographyAsked): Promise<Result<Biography>>
  recordIncident(command: IncidentCommand): Promise<Result<Incident>>
  /** Read now from the platform, with what the ledger says of them. */
  listRestorePoints(asked: { readonly environmentId: EnvironmentId }): Promise<Result<RestorePointsView>>
  takeRestorePoint(command: RestorePointCommand): Promise<Result<TakenRestorePoint>>
}

export function createCareCommands(deps: EngineDependencies): CareCommands {
  return {
    loadBiography: (asked) => loadBiography(deps, asked),
    recordIncident: (command) => recordIncident(deps, command),
    listRestorePoints: (asked) => listRestorePoints(deps, asked),
    takeRestorePoint: (command) => takeRestorePoint(deps, command),
  }
}
