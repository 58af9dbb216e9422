import type { LedgerEvent, Result } from '#domain/kernel'
import { accept, errorCode, refuse } from '#domain/kernel'
import type { NewTrainEvent, Train, TrainEvent } from '#domain/train'
import { evolveTrain, trainStream } from '#domain/train'
import type { Ledger, ReadModel } from '#engine/ports'

export interface TrainStream {
  readonly train: Train
  readonly version: number
  readonly events: readonly TrainEvent[]
}

/** The train as its own events tell it, with the stream version that a decision must still find. */
export async function loadTrainStream(ledger: Ledger, trainId: string): Promise<TrainStream | undefined> {
  // The stream is written only through NewTrainEvent, so its entries are events of trains.
  const events = (await ledger.read(trainStream(trainId))) as readonly LedgerEvent[] as readonly TrainEvent[]
  const train = events.reduce<Train | undefined>(evolveTrain, undefined)
  return train === undefined ? undefined : { train, version: events.length, events }
}

export async function requireTrainStream(ledger: Ledger, trainId: string): Promise<Result<TrainStream>> {
  const stream = await loadTrainStream(ledger, trainId)
  return stream === undefined ? unknownTrain(trainId) : accept(stream)
}

export function loadTrainDocument(deps: { readonly readModel: ReadModel }, trainId: string): Promise<Train | undefined> {
  return deps.readModel.load<Train>('train', trainId)
}

export function unknownTrain(trainId: string): ReturnType<typeof refuse> {
  return refuse('train.unknown', `There is no train "${trainId}".`, 'Name one that `drover train list` shows.')
}

/** Appends what was decided on the stream as it was then; false when it moved on since. */
export async function appendDecided(
  ledger: Ledger,
  { train, version }: TrainStream,
  append: { readonly actor: string; readonly events: readonly NewTrainEvent[] },
): Promise<boolean> {
  try {
    await ledger.append({ stream: trainStream(train.trainId), expectedVersion: version, ...append })
    return true
  } catch (error) {
    if (errorCode(error) === 'ledger.conflict') return false
    throw error
  }
}

/** A fact of what follows from a decision: whatever came in between, it is written once by its key. */
export async function recordTrain(ledger: Ledger, trainId: string, event: NewTrainEvent): Promise<void> {
  await ledger.append({ stream: trainStream(trainId), expectedVersion: undefined, actor: 'drover', events: [event] })
}
