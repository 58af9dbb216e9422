import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { DroverError } from '#domain/kernel'
import type { PackageFile } from '#format'
import type { FolderWriter, WriterPlace } from './folder-writer.ts'

export interface WriterData {
  readonly place: WriterPlace
  /** One counter of batches that the thread is through with. */
  readonly taken: SharedArrayBuffer
}

export type ToWriter =
  | { readonly files: readonly { readonly path: string; readonly from: number; readonly to: number }[]; readonly bytes: Uint8Array }
  | 'end'

export type FromWriter = 'done' | { readonly code: string; readonly message: string; readonly hint: string | undefined }

/** A folder writer on a thread of its own; what goes wrong is told at the end. */
export interface ThreadedWriter extends Pick<FolderWriter, 'write'> {
  /** Resolves when all is written; throws what went wrong. */
  end(): Promise<void>
  /** Stops the thread; afterwards nothing is written any more. */
  stop(): Promise<void>
}

/** Bytes and files that travel together: one message costs about as much as writing a few files. */
const batchBytes = 512 * 1024
const batchFiles = 200
/** How far unpacking may be ahead of writing, so that memory stays bounded when the disk is slow. */
const maxBatchesAhead = 24

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
  let batchesSent = 0
  let batch = newBatch()

  function send(): void {
    if (batch.files.length === 0) return
    const bytes = joined(batch)
    const message: ToWriter = { files: placesOf(batch), bytes }
    thread.postMessage(message, [bytes.buffer])
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
      batch.files.push(file)
      batch.bytes += file.bytes.length
      if (batch.bytes >= batchBytes || batch.files.length >= batchFiles) send()
    },
    async end() {
      send()
      thread.postMessage('end' satisfies ToWriter)
      await answered
    },
    async stop() {
      await thread.terminate()
    },
  }
}

interface Batch {
  readonly files: PackageFile[]
  bytes: number
}

function newBatch(): Batch {
  return { files: [], bytes: 0 }
}

/** One buffer of its own: the files' bytes may be views of what others still need, and cannot be handed over. */
function joined({ files, bytes }: Batch): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const file of files) {
    whole.set(file.bytes, at)
    at += file.bytes.length
  }
  return whole
}

function placesOf({ files }: Batch): { path: string; from: number; to: number }[] {
  let at = 0
  return files.map(({ path, bytes }) => {
    const from = at
    at += bytes.length
    return { path, from, to: at }
  })
}

async function answerOf(thread: Worker): Promise<void> {
  const said = new Promise<FromWriter>((resolve, reject) => {
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', () => reject(new DroverError('solution.target-unwritable', 'Writing was stopped. Nothing was changed.')))
  })
  // Asked for at the end; what goes wrong before that is not unheard.
  said.catch(() => undefined)
  const answer = await said
  if (answer !== 'done') throw new DroverError(answer.code, answer.message, answer.hint === undefined ? {} : { hint: answer.hint })
}
