import { parentPort, workerData } from 'node:worker_threads'
import { DroverError, errorMessage } from '#domain/kernel'
import { createFolderWriter } from './folder-writer.ts'
import type { FromWriter, ToWriter, WriterData } from './threaded-writer.ts'

/** The thread that writes while another unpacks. It answers once: when all is written, or with the first thing that went wrong. */
// Started by startThreadedWriter alone.
const { place, taken } = workerData as WriterData
const writer = createFolderWriter(place)
const batchesTaken = new Int32Array(taken)

parentPort?.on('message', (message: ToWriter) => {
  if (message === 'end') return answer('done')
  try {
    for (const { path, from, to } of message.files) writer.write({ path, bytes: message.bytes.subarray(from, to) })
  } catch (error) {
    answer(faultOf(error))
  }
  Atomics.add(batchesTaken, 0, 1)
  Atomics.notify(batchesTaken, 0)
})

function answer(said: FromWriter): void {
  parentPort?.postMessage(said)
  // Closed, so that the thread ends and takes no more.
  parentPort?.close()
}

/** Errors lose their class on the way to another thread. */
function faultOf(error: unknown): FromWriter {
  const known = error instanceof DroverError ? error : undefined
  return { code: known?.code ?? 'unexpected', message: errorMessage(error), hint: known?.hint }
}
