import type { UpgradeDeed } from '#domain/environment'
import type { Version } from '#domain/kernel'

/** How a staged upgrade stands, and what the identity that Drover acts as has asked to be done with staged upgrades there. */
export interface SeenUpgrade {
  /** Version of the solution itself; undefined when it is not installed. */
  readonly base: Version | undefined
  /** Version of its holding solution; undefined when none waits. */
  readonly holding: Version | undefined
  /** Operations of the deed by Drover's own identity, newest first, as far back as the environment keeps a few of them; they do not name their solution. */
  readonly operations: readonly { readonly asyncOperationId: string; readonly isFinished: boolean }[]
}

/** Starting the deed takes no id of ours, so what became of a start that got no answer is told by what stands and by these operations. */
export interface UpgradeInspection {
  findUpgrade(solution: string, deed: UpgradeDeed): Promise<SeenUpgrade>
}
