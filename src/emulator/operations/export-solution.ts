import { ODataError } from '../errors.ts'
import type { JobOutcome, JobRequest } from '../jobs/jobs.ts'
import { isPatch } from '../layers/patches.ts'
import { findSolution, publisherOf } from '../layers/solutions.ts'
import type { Row, Transaction } from '../store/store.ts'
import { exportableSolution, exportBytes, exportParameters, refuseSettings } from './export/export-request.ts'
import type { Operation, OperationContext } from './operation.ts'

/** Exports while the caller waits (web-api A.2). */
export const exportSolution: Operation = {
  name: 'ExportSolution',
  kind: 'action',
  parameters: exportParameters,
  async run(ctx, params) {
    refuseSettings(params)
    let file: Uint8Array = new Uint8Array()
    const job = exportJob(ctx, 'ExportSolution', params, (_tx, bytes) => {
      file = bytes
      return { result: 'succeeded' }
    })
    await ctx.jobs.runNow(job)
    return { status: 200, body: { ExportSolutionFile: Buffer.from(file).toString('base64') } }
  },
}

/** Starts an export; the file is fetched with DownloadSolutionExportData (web-api A.2). */
export const exportSolutionAsync: Operation = {
  name: 'ExportSolutionAsync',
  kind: 'action',
  parameters: exportParameters,
  async run(ctx, params) {
    refuseSettings(params)
    const exportJobId = ctx.guid()
    const job = exportJob(ctx, 'ExportSolutionAsync', params, (tx, bytes, solution) => {
      tx.put('~export', exportJobId, { file: tx.putBlob(bytes), solutionid: findSolution(tx, String(solution.uniquename))?.solutionid })
      return { result: 'succeeded' }
    })
    const { asyncOperationId } = await ctx.jobs.start(job)
    return { status: 200, body: { AsyncOperationId: asyncOperationId, ExportJobId: exportJobId } }
  },
}

/** An export takes no place, and leaves a line of history. */
function exportJob(
  ctx: OperationContext,
  messageName: string,
  params: Readonly<Record<string, unknown>>,
  keep: (tx: Transaction, bytes: Uint8Array, solution: Row) => JobOutcome,
): JobRequest {
  const solution = ctx.env.read((tx) => exportableSolution(tx, String(params.SolutionName)))
  let file: Uint8Array = new Uint8Array()
  return {
    env: ctx.env,
    caller: ctx.caller,
    lock: undefined,
    messageName,
    operationName: 'ExportSolution',
    operationType: 202,
    history: {
      solution: String(solution.uniquename),
      version: String(solution.version),
      publisher: ctx.env.read((tx) => String(publisherOf(tx, solution)?.friendlyname)),
      isManaged: params.Managed === true,
      isPatch: isPatch(solution),
      isOverwrite: false,
      operation: 2,
      suboperation: 0,
    },
    importJob: undefined,
    async prepare() {
      file = await exportBytes(ctx, params)
    },
    commit: (tx) => keep(tx, file, solution),
  }
}

export const downloadSolutionExportData: Operation = {
  name: 'DownloadSolutionExportData',
  kind: 'action',
  parameters: { ExportJobId: { type: 'guid', required: true } },
  async run(ctx, params) {
    const id = String(params.ExportJobId).toLowerCase()
    const bytes = ctx.env.read((tx) => {
      const digest = tx.get('~export', id)?.file
      return typeof digest === 'string' ? tx.blob(digest) : undefined
    })
    if (bytes === undefined)
      throw new ODataError(404, '0x80040217', `The data of export job ${id} does not exist: it has not ended, failed, or is unknown.`)
    return { status: 200, body: { ExportSolutionFile: Buffer.from(bytes).toString('base64') } }
  },
}
