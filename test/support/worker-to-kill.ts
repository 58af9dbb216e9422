import { fork } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { RunningDrover } from './product.ts'

const entry = join(import.meta.dirname, 'dying-worker.mjs')

const isEvery = process.env['DROVER_KILLS'] === 'every'
/** How long a worker may go on before nobody believes that it still comes to its cut. */
const patienceMs = 240_000

/** Where power fails: around one kind of step. `before`: nothing of it is done; `after`: it is done, and not recorded. */
export interface Cut {
  readonly step: string
  readonly phase: 'before' | 'after'
  /** Which time that this worker comes there; the first without one. */
  readonly time?: number
}

/** Where power fails: at the first kind of step that is none of these and, where some are named, one of those. */
interface NextCut {
  readonly spared: readonly string[]
  readonly among?: readonly string[] | undefined
  readonly phase: 'before' | 'after'
}

export interface WorkerToKill {
  /** Kinds of step that it did since it began, or since it was told to forget. */
  seen(): readonly string[]
  forget(): void
  /** The signal, or the code, that it ended by; SIGTERM where it never came to its cut. */
  endsAs(): Promise<string>
  kill(): Promise<void>
}

/** A worker of a stack in a process of its own, which is killed at the cut. */
export async function startWorkerToKill(drover: RunningDrover, cut?: Cut): Promise<WorkerToKill> {
  const loaded = loadWorker(drover)
  await loaded.begin(cut ?? { step: 'none', phase: 'before' })
  return loaded
}

export interface EveryStep {
  /** Whether what they work at has ended. */
  readonly isOver: () => Promise<boolean>
  /** The kinds of step at which one dies in every run. `npm run prove -- --kills` lets one die at each kind there is. */
  readonly always: readonly string[]
}

/**
 * Kills one worker after the other at each of these kinds of step: done, and not recorded. Ends when what they worked at is over, and gives
 * the kinds at which one died, in their order. Each takes over from the dead one before it, and is loaded while that one works.
 */
export async function killAtEveryStep(drover: RunningDrover, { isOver, always }: EveryStep): Promise<readonly string[]> {
  const spared: string[] = []
  const among = isEvery ? undefined : always
  let next = loadWorker(drover)
  try {
    for (;;) {
      const worker = next
      await worker.begin({ spared, among, phase: 'after' })
      next = loadWorker(drover)
      const died = await diedOrOver(worker, isOver).finally(() => worker.kill())
      if (died === undefined) return spared
      spared.push(died)
    }
  } finally {
    await next.kill()
  }
}

/** What is over may still have a step to record; a worker in the middle of one is let go on. */
async function diedOrOver(worker: LoadedWorker, isOver: () => Promise<boolean>): Promise<string | undefined> {
  for (;;) {
    const ended = await Promise.race([worker.ended, wait(100)])
    if (ended === 'SIGKILL') return worker.diedAt()
    if (ended !== undefined) throw new Error(`a worker ended by ${ended}`)
    if (!worker.isBusy() && (await isOver()) && !worker.isBusy()) return undefined
  }
}

interface LoadedWorker extends WorkerToKill {
  begin(cut: Cut | NextCut): Promise<void>
  readonly ended: Promise<string>
  /** The step at which it died, or is about to. */
  diedAt(): string | undefined
  /** Whether it is in the middle of a step. */
  isBusy(): boolean
}

/** A process with all that a worker needs, which does nothing yet. */
function loadWorker(drover: RunningDrover): LoadedWorker {
  const child = fork(entry, [JSON.stringify(drover.workerStart)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=DeprecationWarning'],
  })
  let seen: string[] = []
  let steps = 0
  let dying: string | undefined
  const ended = new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? String(code))))
  const armed = new Promise<void>((resolve) => {
    // Sent by dying-worker.mjs alone.
    child.on('message', (message: { readonly step?: string; readonly phase?: string; readonly dying?: string; readonly armed?: true }) => {
      if (message.armed === true) resolve()
      if (message.phase === 'before') steps++
      if (message.phase === 'after') steps--
      if (message.phase === 'after' && message.step !== undefined) seen.push(message.step)
      if (message.dying === undefined) return
      dying = message.dying
      child.kill('SIGKILL')
    })
  })
  return {
    ended,
    diedAt: () => dying,
    isBusy: () => steps > 0,
    async begin(cut) {
      child.send(cut)
      await Promise.race([armed, ended])
    },
    seen: () => [...new Set(seen)],
    forget() {
      seen = []
    },
    async endsAs() {
      const timer = setTimeout(() => child.kill('SIGTERM'), patienceMs)
      return ended.finally(() => clearTimeout(timer))
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
