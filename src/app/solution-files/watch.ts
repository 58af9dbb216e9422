import { setImmediate as letOthersRun } from 'node:timers/promises'
import { DroverError } from '#domain/kernel'

/** Looks up from long work now and then: lets a Ctrl-C arrive, and tells how far the work is. */
export interface Watch {
  /** Cheap: asks whether it is time to look up. */
  isDue(): boolean
  /** Throws `cli.interrupted` when the user wants to stop. */
  look(done: number, total?: number): Promise<void>
}

export const lookEveryMs = 40

export function createWatch(signal: AbortSignal, tell: (done: number, total?: number) => void): Watch {
  let dueAt = performance.now() + lookEveryMs
  return {
    isDue: () => performance.now() >= dueAt,
    async look(done, total) {
      await letOthersRun()
      if (signal.aborted) throw new DroverError('cli.interrupted', 'Stopped. Nothing was changed.', { hint: 'Run it again to do it.' })
      tell(done, total)
      dueAt = performance.now() + lookEveryMs
    },
  }
}
