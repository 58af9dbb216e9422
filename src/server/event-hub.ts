import { errorMessage } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Log } from '#engine/ports'

/** One watch on the ledger for all event streams of this server. */
export interface EventHub {
  /** Calls back after each commit until the returned function is called. */
  subscribe(onAppended: () => void): Promise<() => void>
  /** Sequence of the newest entry. */
  head(): Promise<number>
  /** Called when the server closes, once. */
  onClose(listener: () => void): () => void
  close(): Promise<void>
}

export function createEventHub(engine: Engine, log: Log): EventHub {
  const listeners = new Set<() => void>()
  const closers = new Set<() => void>()
  let watch: Promise<() => Promise<void>> | undefined
  let knownHead = 0
  function onAppended(sequence: number): void {
    knownHead = Math.max(knownHead, sequence)
    for (const listener of listeners) listener()
  }
  return {
    subscribe: async (listener) => {
      watch ??= engine.watchEvents(onAppended)
      try {
        await watch
      } catch (error) {
        // The next stream tries again; this one is told by the error.
        watch = undefined
        throw error
      }
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    head: async () => {
      knownHead = await findHead(engine, knownHead)
      return knownHead
    },
    onClose: (listener) => {
      closers.add(listener)
      return () => closers.delete(listener)
    },
    close: async () => {
      for (const closer of closers) closer()
      const stop = await watch?.catch(() => undefined)
      await stop?.().catch((error: unknown) => log.warn('The watch on the ledger did not stop cleanly.', { error: errorMessage(error) }))
    },
  }
}

/** Sequences have no gaps, so the newest is found in a number of looks that grows with its logarithm. */
async function findHead(engine: Engine, known: number): Promise<number> {
  async function hasAfter(sequence: number): Promise<boolean> {
    return (await engine.readEvents(sequence, 1)).length > 0
  }
  let low = known
  let step = 1
  while (await hasAfter(low + step - 1)) {
    low += step
    step *= 2
  }
  // The newest lies in [low, low + step - 1].
  let high = low + step - 1
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2)
    if (await hasAfter(middle)) low = middle + 1
    else high = middle
  }
  return low
}
