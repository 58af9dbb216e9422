import { ODataError } from '../errors.ts'
import { findSolution, publisherOf } from '../layers/solutions.ts'
import { exportableSolution, exportBytes, exportParameters, refuseSettings } from './export/export-request.ts'
import type { Operation } from './operation.ts'

/** Exports while the caller waits (web-api A.2). */
export const exportSolution: Operation = {
  name: 'ExportSolution',
  kind: 'action',
  parameters: exportParameters,
  async run(ctx, params) {
    const bytes = await exportBytes(ctx, params)
    return { status: 200, body: { ExportSolutionFile: Buffer.from(bytes).toString('base64') } }
  },
}

/** Starts an export; the file is fetched with DownloadSolutionExportData (web-api A.2). */
export const exportSolutionAsync: Operation = {
  name: 'ExportSolutionAsync',
  kind: 'action',
  parameters: exportParameters,
  async run(ctx, params) {
    refuseSettings(params)
    const solution = ctx.env.read((tx) => exportableSolution(tx, String(params.SolutionName)))
    const exportJobId = ctx.guid()
    let file: Uint8Array = new Uint8Array()
    const { asyncOperationId } = await ctx.jobs.start({
      env: ctx.env,
      caller: ctx.caller,
      lock: undefined,
      messageName: 'ExportSolutionAsync',
      operationName: 'ExportSolution',
      operationType: 202,
      history: {
        solution: String(solution.uniquename),
        version: String(solution.version),
        publisher: ctx.env.read((tx) => String(publisherOf(tx, solution)?.friendlyname)),
        isManaged: params.Managed === true,
        isPatch: false,
        isOverwrite: false,
        operation: 2,
        suboperation: 0,
      },
      importJob: undefined,
      async prepare() {
        file = await exportBytes(ctx, params)
      },
      commit(tx) {
        tx.put('~export', exportJobId, { file: tx.putBlob(file), solutionid: findSolution(tx, String(solution.uniquename))?.solutionid })
        return { result: 'succeeded' }
      },
    })
    return { status: 200, body: { AsyncOperationId: asyncOperationId, ExportJobId: exportJobId } }
  },
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
