import { setTimeout as pause } from 'node:timers/promises'
import { createAnchors } from '#adapters/anchor'
import { createArchiveStore } from '#adapters/files'
import { createFence, createStarter, startWorker } from '#adapters/durable'
import { createMessenger } from '#adapters/notify'
import { createLog } from '#adapters/world'
import { errorMessage } from '#domain/kernel'
import type { Environment } from '#domain/environment'
import type { Pace, WorkerDependencies } from '#engine'
import {
  adoptDefinition,
  attemptDefinition,
  dataDefinition,
  preparationDefinition,
  rebuildDefinition,
  creationDefinition,
  removalDefinition,
  hotfixDefinition,
  mergeDefinition,
  recoveryDefinition,
  restoreDefinition,
  revertDefinition,
  shippedPace,
  sweep,
  upgradeDefinition,
  createNotifier,
  createObservationSchedule,
} from '#engine'
import type { Log } from '#engine/ports'
import { judgeFile } from '../evidence/verify-pack.ts'
import { sourceControls } from '../source-controls.ts'
import { wireEngine } from '../wire-engine.ts'
import { openWorkspace } from '../workspace.ts'

export interface WorkerStart {
  readonly workspace: string
  readonly databaseUrl: string
  readonly executorId: string
  readonly applicationVersion: string
  /** For environments on this machine. */
  readonly pace: Pace
  readonly sweepEveryMs: number
}

/** Between two looks at what is due to be observed, and how long a running observation holds up the end of a worker. */
const observeLookMs = 60_000
const observeGraceMs = 2_000

/** Between two looks at what is to be told; one that finds nothing new costs a few small reads. */
const tellEveryMs = 2_000

/** Called around each recorded step, for whoever watches a worker at work. */
export type StepWatcher = (name: string, phase: 'before' | 'after') => void

/** Runs durable work until stopped, and every so often starts what the ledger says should run. */
export async function runWorker(start: WorkerStart, onStep?: StepWatcher): Promise<{ stop(): Promise<void> }> {
  const log = createLog({ level: 'warn' })
  const workspace = await openWorkspace(start.workspace)
  const starter = await createStarter({ databaseUrl: start.databaseUrl, applicationVersion: start.applicationVersion })
  const { deps, secrets, notifications, close } = wireEngine({ workspace, databaseUrl: start.databaseUrl, starter, log })
  const workerDeps: WorkerDependencies = {
    ...deps,
    fence: createFence(start.databaseUrl),
    anchors: createAnchors(),
    archiving: { open: createArchiveStore, judge: judgeFile },
    openSourceControl: sourceControls({ workspace: workspace.folder, workFolder: workspace.sourceWork, log }),
    paceOf: (environment) => (isLocal(environment) ? start.pace : shippedPace),
    pause: (ms) => pause(ms),
  }
  const worker = await startWorker({
    databaseUrl: start.databaseUrl,
    definitions: [
      preparationDefinition(workerDeps),
      hotfixDefinition(workerDeps),
      mergeDefinition(workerDeps),
      attemptDefinition(workerDeps),
      adoptDefinition(workerDeps),
      revertDefinition(workerDeps),
      restoreDefinition(workerDeps),
      recoveryDefinition(workerDeps),
      rebuildDefinition(workerDeps),
      creationDefinition(workerDeps),
      removalDefinition(workerDeps),
      upgradeDefinition(workerDeps),
      dataDefinition(workerDeps),
    ],
    executorId: start.executorId,
    applicationVersion: start.applicationVersion,
    log,
    ...(onStep === undefined ? {} : { onStep }),
  })
  const sweeping = sweepRegularly(() => sweep(workerDeps), start.sweepEveryMs, log)
  const telling = sweepRegularly(createNotifier({ ...deps, notifications, messenger: createMessenger({ secrets }) }), tellEveryMs, log)
  const observing = sweepRegularly(createObservationSchedule(workerDeps), observeLookMs, log)
  return {
    async stop() {
      await sweeping.stop()
      // What was being sent goes out again under the same id.
      await Promise.race([telling.stop(), pause(observeGraceMs)])
      // A look at an environment can take minutes; what was read is kept, and the next one goes on from there.
      await Promise.race([observing.stop(), pause(observeGraceMs)])
      await worker.stop()
      await starter.close()
      await close()
    },
  }
}

/** A rehearsal on this machine answers at once; anything else is waited for as the service needs it. */
function isLocal(environment: Environment): boolean {
  const { hostname } = new URL(environment.url)
  return hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost' || hostname.endsWith('.localhost')
}

function sweepRegularly(work: () => Promise<void>, everyMs: number, log: Log): { stop(): Promise<void> } {
  const stopping = new AbortController()
  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await work().catch((error: unknown) => log.warn('The sweep failed; it will run again', { error: errorMessage(error) }))
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const ended = loop()
  return {
    async stop() {
      stopping.abort()
      await ended
    },
  }
}
