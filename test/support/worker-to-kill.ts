import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { RunningDrover } from './product.ts'

const entry = join(import.meta.dirname, 'dying-worker.mjs')

/** Where power fails: around one kind of step. `before`: nothing of it is done; `after`: it is done, and not recorded. */
export interface Cut {
  readonly step: string
  readonly phase: 'before' | 'after'
  /** Which time that this worker comes there; the first without one. */
  readonly time?: number
}

export interface WorkerToKill {
  /** Kinds of step that it did since it began, or since it was told to forget. */
  seen(): readonly string[]
  forget(): void
  /** The signal, or the code, that it ended by. */
  endedWithin(ms: number): Promise<string>
  kill(): Promise<void>
}

/** A worker of a stack in a process of its own, which kills itself at the cut. */
export async function startWorkerToKill(drover: RunningDrover, cut?: Cut): Promise<WorkerToKill> {
  const child = fork(entry, [JSON.stringify(drover.workerStart)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=DeprecationWarning'],
  })
  let seen: string[] = []
  const ended = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? String(code))))
  const armed = new Promise<void>((resolve) => {
    // Sent by dying-worker.mjs alone.
    child.on('message', (message: { readonly step?: string; readonly armed?: true }) => {
      if (message.armed === true) resolve()
      if (message.step !== undefined) seen.push(message.step)
    })
  })
  child.send(cut ?? { step: 'none', phase: 'before' })
  await Promise.race([armed, ended])
  return {
    seen: () => [...new Set(seen)],
    forget() {
      seen = []
    },
    async endedWithin(ms) {
      const timer = setTimeout(() => child.kill('SIGTERM'), ms)
      return ended.finally(() => clearTimeout(timer))
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
