/** verified: read in documentation or shipping code; observed: seen in real exports or recorded sessions; unverified: inference. */
export type Certainty = 'verified' | 'observed' | 'unverified'

/** What Drover does with one kind of component on its way, as it is today: what stands here is promised to users. */
export interface ComponentKind {
  /** Layer-table name: the name that `msdyn_componentlayers` and every part of this product use. */
  readonly name: string
  /** What makers call it. */
  readonly title: string
  readonly deployed: string
  /** What Drover does after the import. */
  readonly afterwards: string
  readonly verified: string
  /** Whether it can come back once an upgrade has deleted it. */
  readonly comesBack: string
  readonly notSupported: string
  readonly certainty: Certainty
  /** Where the facts come from. */
  readonly source: string
}

export const nothing = 'Nothing.'
export const byPlatform = 'By the import of the managed package.'
export const throughSolution = 'Through the installed version of its solution only; the component itself is not read back.'
export const throughSolutionAndLayers =
  'Through the installed version of its solution, and by reading that our steps added no unmanaged (Active) change to it.'
export const definitionReturns = 'Yes: an earlier definition returns when it is released again under a higher version.'
export const definitionReturnsWithoutData =
  'The definition does, released again under a higher version; the data that was deleted with it does not.'
