import { serveParent } from './serve-parent.ts'
import type { WorkerStart } from './worker.ts'
import { runWorker } from './worker.ts'

serveParent<WorkerStart, true>(async (start) => {
  const worker = await runWorker(start)
  return { ready: true, stop: () => worker.stop() }
})
