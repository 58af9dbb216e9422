import type { TrainReply } from '#contract'

/** How a train stands, in words. */
export const trainStateWords: Readonly<Record<TrainReply['state'], string>> = {
  assembling: 'being put together',
  standing: 'under way',
  withdrawn: 'withdrawn',
  rejected: 'rejected',
  refused: 'refused',
  arrived: 'arrived',
  stopped: 'stopped',
}
