import type { CopyPlan, PackageFile } from '#format'

/** Files on their way to the thread that writes them. */
export interface WriteBatch {
  readonly files: readonly BatchedFile[]
  /** What is written of all of them, one after the other. */
  readonly written: Uint8Array
  /** The runs of all of them that are still to be copied from the source, one after the other; see CopyPlan. */
  readonly runs: Int32Array
}

interface BatchedFile {
  readonly path: string
  /** Where its part of `written` ends, and where that of `runs` does. */
  readonly writtenTo: number
  readonly runsTo: number
}

/** A file as it is sent: with a plan where the thread has what the plan copies from, else with its bytes. */
export type PlannedWrite = Omit<CopyPlan, 'source'> & Pick<PackageFile, 'path'>

/** Puts files into one message: one buffer, whatever their number. */
export function batchOf(files: readonly PlannedWrite[]): WriteBatch {
  const written = new Uint8Array(files.reduce((sum, file) => sum + file.written.length, 0))
  const runs = new Int32Array(files.reduce((sum, file) => sum + file.runs.length, 0))
  let writtenTo = 0
  let runsTo = 0
  const places = files.map((file): BatchedFile => {
    written.set(file.written, writtenTo)
    runs.set(file.runs, runsTo)
    writtenTo += file.written.length
    runsTo += file.runs.length
    return { path: file.path, writtenTo, runsTo }
  })
  return { files: places, written, runs }
}

/** The files of a message, in their order. */
export function* filesOfBatch({ files, written, runs }: WriteBatch): Generator<PlannedWrite> {
  let writtenFrom = 0
  let runsFrom = 0
  for (const { path, writtenTo, runsTo } of files) {
    yield { path, written: written.subarray(writtenFrom, writtenTo), runs: runs.subarray(runsFrom, runsTo) }
    writtenFrom = writtenTo
    runsFrom = runsTo
  }
}
