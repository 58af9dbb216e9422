import type { EnvironmentRecord, RevertPlan, TweakDecision } from '#domain/drift'
import type { EnvironmentId, PersonId, Result } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import { resumeStage } from '../holds/resume-stage.ts'
import type { ObservationCommands } from '../observation/observation-commands.ts'
import type { DriftView } from './drift-commands.ts'
import {
  acceptDeviation,
  adoptDeviations,
  confirmRevert,
  declineChangeRequest,
  loadDrift,
  revertDeviation,
  watchDrift,
} from './drift-commands.ts'

/** Where an environment is not what is expected of it, and what becomes of that. */
export interface DeviationCommands {
  /** Looks at an environment now and holds it against what is expected of it. */
  watchDrift(command: { readonly environmentId: EnvironmentId; readonly actor: PersonId }): Promise<Result<DriftView>>
  /** As it was last assessed. */
  loadDrift(environmentId: EnvironmentId): Promise<Result<DriftView>>
  /** Gives a held place free for a solution. */
  resumeStage(command: {
    readonly environmentId: EnvironmentId
    readonly solution: string
    /** What was found, and what it is given free for. */
    readonly reason: string
    readonly actor: PersonId
  }): Promise<Result<EnvironmentRecord>>
  /** Registers a deviation as a tweak. */
  acceptDeviation(command: {
    readonly environmentId: EnvironmentId
    readonly deviation: string
    readonly reason: string
    readonly owner: PersonId
    readonly days: number
    readonly decision: TweakDecision
    readonly actor: PersonId
  }): Promise<Result<DriftView>>
  /** Begins to read changes out of an environment and to propose them on a branch of the source repository. */
  adoptDeviations(command: {
    readonly environmentId: EnvironmentId
    readonly deviations: readonly string[]
    readonly actor: PersonId
  }): Promise<Result<DriftView>>
  /** A person's no to a change request: its changes are open again. */
  declineChangeRequest(command: {
    readonly environmentId: EnvironmentId
    readonly requestId: string
    readonly reason: string
    readonly actor: PersonId
  }): Promise<Result<DriftView>>
  /** Asks for a change by hand to be taken away; a second person confirms it. */
  revertDeviation(command: {
    readonly environmentId: EnvironmentId
    readonly deviation: string
    readonly reason: string
    readonly actor: PersonId
  }): Promise<Result<{ readonly view: DriftView; readonly plan: RevertPlan | undefined }>>
  confirmRevert(command: {
    readonly environmentId: EnvironmentId
    readonly deviation: string
    readonly actor: PersonId
  }): Promise<Result<DriftView>>
}

export function createDeviationCommands(deps: EngineDependencies, observe: ObservationCommands['observeEnvironment']): DeviationCommands {
  return {
    watchDrift: (command) => watchDrift(deps, observe, command),
    loadDrift: (environmentId) => loadDrift(deps, environmentId),
    resumeStage: (command) => resumeStage(deps, command),
    acceptDeviation: (command) => acceptDeviation(deps, command),
    adoptDeviations: (command) => adoptDeviations(deps, command),
    declineChangeRequest: (command) => declineChangeRequest(deps, command),
    revertDeviation: (command) => revertDeviation(deps, command),
    confirmRevert: (command) => confirmRevert(deps, command),
  }
}
