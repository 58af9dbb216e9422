import type { Hotfix } from '#domain/hotfix'
import type { PersonId, ReleaseId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { DurableContext, EnvironmentInspection, SolutionExport, SolutionImport } from '#engine/ports'
import type { Pace, WorkerDependencies } from '../dependencies.ts'
import type { GovernedWay } from '../find.ts'
import type { NewPreparationEvent } from './events.ts'

/** What every step of a preparation works with. */
export interface PreparationRun {
  readonly deps: WorkerDependencies
  readonly ctx: DurableContext
  readonly releaseId: ReleaseId
  readonly requestedBy: PersonId
  readonly configuration: Configuration
  readonly way: GovernedWay
  /** What a release of a hotfix is made of. */
  readonly hotfix?: Hotfix | undefined
  /** Recorded when the work began, so that a replay takes the same steps. */
  readonly pace: Pace
  readonly environment: SolutionExport & SolutionImport & EnvironmentInspection
  /** Appends to the release's stream; a repeated key is a no-op. */
  record(events: readonly NewPreparationEvent[]): Promise<void>
}

/** Records in the ledger that a step ended, in words that a person reads. */
export function noteStep(name: string, note: string): NewPreparationEvent {
  return { type: 'preparation-step', data: { name, note }, key: `step:${name}` }
}
