import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { DroverError } from '#domain/kernel'
import { type CopyPlan, type PackageFile, planOf } from '#format'
import type { WriterPlace } from './folder-writer.ts'
import { batchOf, type PlannedWrite, type WriteBatch } from './write-batch.ts'

export interface WriterData {
  readonly place: WriterPlace
  /** One counter of batches that the thread is through with. */
  readonly taken: SharedArrayBuffer
}

/** What plans copy from comes first, once; a message of it later takes its place. */
export type ToWriter = { readonly source: Uint8Array } | WriteBatch | 'end'

export type FromWriter =
  | { readonly state: 'done'; readonly bytes: number }
  | { readonly state: 'failed'; readonly code: string; readonly message: string; readonly hint: string | undefined }

/** A folder writer on a thread of its own; what goes wrong is told at the end. */
export interface ThreadedWriter {
  write(file: PackageFile): void
  /** Resolves with the size of all files when they are written; throws what went wrong. */
  end(): Promise<number>
  /** Stops the thread; afterwards nothing is written any more. */
  stop(): Promise<void>
}

/** Files, and bytes that are to be copied for them, that travel together: one message costs about as much as writing a few files. */
const batchBytes = 1024 * 1024
const batchFiles = 200
/** How far unpacking may be ahead of writing, so that memory stays bounded when the disk is slow. */
const maxBatchesAhead = 24
/** What is larger is copied from where it is: a second one beside it, for both threads to see, would be too much memory. In bytes. */
const largestSharedSource = 64 * 1024 ** 2

const entry = new URL('./write-worker.js', import.meta.url)

/** False when this runs from sources, where there is no file for a thread to start from. */
export function hasThreadedWriter(): boolean {
  return existsSync(fileURLToPath(entry))
}

/** Goes on where another writer of the same place stopped. Worth its start (about 20 ms of another core) from some hundred files on. */
export function startThreadedWriter(place: WriterPlace): ThreadedWriter {
  const taken = new SharedArrayBuffer(4)
  const batchesTaken = new Int32Array(taken)
  const data: WriterData = { place, taken }
  // Flags of this process that are for its own start, such as --cpu-prof or --import, are not for the thread.
  const thread = new Worker(entry, { workerData: data, execArgv: [] })
  const answered = answerOf(thread)
  // Asked for at the end; a thread that is stopped before, because something else went wrong, is nothing to tell of.
  answered.catch(() => undefined)
  let batchesSent = 0
  let batch = newBatch()
  let shared: Uint8Array | undefined

  /** Sends what a plan copies from when the thread does not have it; false when it does not get it. */
  function share({ source }: CopyPlan): boolean {
    if (source === shared) return true
    if (source.length > largestSharedSource) return false
    send()
    const copy = new Uint8Array(new SharedArrayBuffer(source.length))
    copy.set(source)
    thread.postMessage({ source: copy } satisfies ToWriter)
    shared = source
    return true
  }

  function send(): void {
    if (batch.files.length === 0) return
    const message = batchOf(batch.files)
    thread.postMessage(message satisfies ToWriter, [message.written.buffer as ArrayBuffer, message.runs.buffer as ArrayBuffer])
    batchesSent += 1
    batch = newBatch()
    waitForRoom()
  }

  /** Sleeps until the thread has caught up; a thread that died is found out by the time limit. */
  function waitForRoom(): void {
    for (let done = Atomics.load(batchesTaken, 0); batchesSent - done > maxBatchesAhead; done = Atomics.load(batchesTaken, 0))
      if (Atomics.wait(batchesTaken, 0, done, 1000) === 'timed-out') return
  }

  return {
    write(file) {
      const plan = planOf(file)
      const { written, runs } = plan !== undefined && share(plan) ? plan : { written: file.bytes, runs: [] }
      batch.files.push({ path: file.path, written, runs })
      batch.bytes += written.length + copiedBytes(runs)
      if (batch.bytes >= batchBytes || batch.files.length >= batchFiles) send()
    },
    async end() {
      send()
      thread.postMessage('end' satisfies ToWriter)
      return answered
    },
    async stop() {
      await thread.terminate()
    },
  }
}

interface Batch {
  readonly files: PlannedWrite[]
  bytes: number
}

function newBatch(): Batch {
  return { files: [], bytes: 0 }
}

function copiedBytes(runs: CopyPlan['runs']): number {
  let bytes = 0
  for (let i = 0; i < runs.length; i += 4) bytes += (runs[i + 2] ?? 0) - (runs[i + 1] ?? 0)
  return bytes
}

async function answerOf(thread: Worker): Promise<number> {
  const said = new Promise<FromWriter>((resolve, reject) => {
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', () => reject(new DroverError('solution.target-unwritable', 'Writing was stopped. Nothing was changed.')))
  })
  const answer = await said
  if (answer.state === 'done') return answer.bytes
  throw new DroverError(answer.code, answer.message, answer.hint === undefined ? {} : { hint: answer.hint })
}
