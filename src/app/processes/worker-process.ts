import { join } from 'node:path'
import { lockFolder } from '../folder-lock.ts'
import { afterKillMs, serveParent } from './serve-parent.ts'
import type { WorkerStart } from './worker.ts'
import { runWorker } from './worker.ts'

serveParent<WorkerStart, true>(async (start) => {
  await lockFolder(join(start.workspace, start.executorId), start.workspace, afterKillMs)
  const worker = await runWorker(start)
  return { ready: true, stop: () => worker.stop() }
  // Going on while database and local environments end beside it would record their absence as the end of an attempt.
}, 'exit')
