import { importParameters, readOrder } from './import/order.ts'
import { importJob } from './import/run-import.ts'
import type { Operation } from './operation.ts'

const parameters = {
  ...importParameters,
  CustomizationFile: { type: 'binary', required: true },
  ImportJobId: { type: 'guid', required: true },
  HoldingSolution: { type: 'boolean', required: false },
} as const

/** Imports while the caller waits (web-api A.1). */
export const importSolution: Operation = {
  name: 'ImportSolution',
  kind: 'action',
  parameters,
  async run(ctx, params) {
    await ctx.jobs.runNow(importJob(ctx, await readOrder(ctx, 'ImportSolution', { params, mode: 'update' })))
    return { status: 204 }
  },
}

/** Starts an import (web-api A.1). `ImportJobKey` is the import job's id. */
export const importSolutionAsync: Operation = {
  name: 'ImportSolutionAsync',
  kind: 'action',
  parameters: { ...importParameters, HoldingSolution: { type: 'boolean', required: false } },
  async run(ctx, params) {
    const order = await readOrder(ctx, 'ImportSolutionAsync', { params, mode: 'update' })
    const { asyncOperationId } = await ctx.jobs.start(importJob(ctx, order))
    return { status: 200, body: { AsyncOperationId: asyncOperationId, ImportJobKey: order.importJobId } }
  },
}
