import { parentPort, workerData } from 'node:worker_threads'
import { DroverError, errorMessage } from '#domain/kernel'
import { createPlanReader } from '#format'
import { createFolderWriter } from './folder-writer.ts'
import type { FromWriter, ToWriter, WriterData } from './threaded-writer.ts'
import { filesOfBatch, type WriteBatch } from './write-batch.ts'

/** The thread that writes while another unpacks. It answers once: when all is written, or with the first thing that went wrong. */
// Started by startThreadedWriter alone.
const { place, taken } = workerData as WriterData
const writer = createFolderWriter(place)
const readPlan = createPlanReader()
const batchesTaken = new Int32Array(taken)
let source: Uint8Array = new Uint8Array()
let total = 0

parentPort?.on('message', (message: ToWriter) => {
  if (message === 'end') return answer({ state: 'done', bytes: total })
  if ('source' in message) {
    source = message.source
    return
  }
  try {
    writeBatch(message)
  } catch (error) {
    answer(faultOf(error))
  }
  Atomics.add(batchesTaken, 0, 1)
  Atomics.notify(batchesTaken, 0)
})

function writeBatch(batch: WriteBatch): void {
  for (const { path, written, runs } of filesOfBatch(batch)) {
    const bytes = runs.length === 0 ? written : readPlan({ source, written, runs })
    writer.write({ path, bytes })
    total += bytes.length
  }
}

function answer(said: FromWriter): void {
  parentPort?.postMessage(said)
  // Closed, so that the thread ends and takes no more.
  parentPort?.close()
}

/** Errors lose their class on the way to another thread. */
function faultOf(error: unknown): FromWriter {
  const known = error instanceof DroverError ? error : undefined
  return { state: 'failed', code: known?.code ?? 'unexpected', message: errorMessage(error), hint: known?.hint }
}
