import type { Train, TrainEvent } from './train.ts'

/** Folds one event of a train's own stream; `train-requested` comes first by construction. */
export function evolveTrain(train: Train | undefined, event: TrainEvent): Train | undefined {
  if (event.type === 'train-requested') return { ...event.data.start, state: 'assembling', decisions: [] }
  if (train === undefined) return undefined
  switch (event.type) {
    case 'train-assembled':
      return train.state === 'assembling' ? { ...train, state: 'standing' } : train
    case 'train-refused':
      return { ...train, state: 'refused', refusal: event.data.refusal }
    case 'train-decided': {
      const { decision } = event.data
      const decisions = [...train.decisions, decision]
      return decision.verdict === 'approve' ? { ...train, decisions } : { ...train, decisions, state: 'rejected' }
    }
    case 'train-withdrawn':
      return { ...train, state: 'withdrawn', withdrawn: { ...event.data, at: event.at } }
    case 'train-ended':
      return { ...train, endedAt: event.at, ...(train.state === 'standing' ? { state: event.data.outcome } : {}) }
  }
}

/** Whether its promotions may still go in by it. */
export function isUnderWay({ state }: Pick<Train, 'state'>): boolean {
  return state === 'assembling' || state === 'standing'
}
