import type { Sourced } from './sourced.ts'
import { ours } from './sourced.ts'

/** Several releases that travel together. */
export interface TrainPolicy {
  /** The most releases of one train. */
  readonly mostReleases: Sourced<number>
}

export const shippedTrains: TrainPolicy = {
  mostReleases: ours(
    20,
    'ours, after PIP-18: every release is planned, shown and decided on with the others; what is longer nobody reads before approving it',
  ),
}
