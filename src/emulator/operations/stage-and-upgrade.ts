import { findSolution } from '../layers/solutions.ts'
import { importParameters, readOrder } from './import/order.ts'
import { importJob } from './import/run-import.ts'
import type { Operation } from './operation.ts'

/** Upgrades in one step; a plain import when the solution is not installed (web-api A.1, H). */
export const stageAndUpgrade: Operation = {
  name: 'StageAndUpgrade',
  kind: 'action',
  parameters: importParameters,
  async run(ctx, params) {
    const order = await readOrder(ctx, 'StageAndUpgrade', { params, mode: 'upgrade' })
    await ctx.jobs.runNow(importJob(ctx, order))
    const solutionId = ctx.env.read((tx) => findSolution(tx, order.file.model.manifest.uniqueName)?.solutionid)
    return { status: 200, body: { SolutionId: solutionId } }
  },
}

export const stageAndUpgradeAsync: Operation = {
  name: 'StageAndUpgradeAsync',
  kind: 'action',
  parameters: importParameters,
  async run(ctx, params) {
    const order = await readOrder(ctx, 'StageAndUpgradeAsync', { params, mode: 'upgrade' })
    const { asyncOperationId } = await ctx.jobs.start(importJob(ctx, order))
    return { status: 200, body: { AsyncOperationId: asyncOperationId, ImportJobKey: order.importJobId } }
  },
}
