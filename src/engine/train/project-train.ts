import type { TrainEvent, Train } from '#domain/train'
import { evolveTrain } from '#domain/train'
import type { Projection } from '#engine/ports'

/** From its own stream alone; how its promotions stand is read from them. */
export const trainProjection: Projection = {
  kind: 'train',
  id: (event) => (event.stream.startsWith('train/') ? event.stream.slice('train/'.length) : undefined),
  // A document of this kind is what this projection folds, and the stream is written only through NewTrainEvent.
  fold: (document, event) => evolveTrain(document as Train | undefined, event as TrainEvent),
  summarise: (document) => {
    const { state, endedAt, environmentId } = document as Train // as above
    // What the sweep looks for.
    return { state, environmentId, work: endedAt === undefined ? 'open' : 'none' }
  },
}
