import { ODataError } from '../errors.ts'
import type { JobRequest } from '../jobs/jobs.ts'
import { findSolution, publisherOf } from '../layers/solutions.ts'
import { promote } from '../layers/upgrade.ts'
import type { Row } from '../store/store.ts'
import type { Operation, OperationContext } from './operation.ts'

const parameters = { UniqueName: { type: 'string', required: true } } as const

/** Puts `<Name>_Upgrade` in the place of its base; `UniqueName` is the base's (web-api A.1). */
export const deleteAndPromote: Operation = {
  name: 'DeleteAndPromote',
  kind: 'action',
  parameters,
  async run(ctx, params) {
    const uniqueName = String(params.UniqueName)
    await ctx.jobs.runNow(promotion(ctx, uniqueName, 'DeleteAndPromote'))
    return { status: 200, body: { SolutionId: ctx.env.read((tx) => findSolution(tx, uniqueName)?.solutionid) } }
  },
}

export const deleteAndPromoteAsync: Operation = {
  name: 'DeleteAndPromoteAsync',
  kind: 'action',
  parameters,
  async run(ctx, params) {
    const { asyncOperationId } = await ctx.jobs.start(promotion(ctx, String(params.UniqueName), 'DeleteAndPromoteAsync'))
    return { status: 200, body: { AsyncOperationId: asyncOperationId } }
  },
}

function promotion(ctx: OperationContext, uniqueName: string, messageName: string): JobRequest {
  const upgrade = ctx.env.read((tx) => pairOf(findSolution(tx, uniqueName), findSolution(tx, `${uniqueName}_Upgrade`), uniqueName).upgrade)
  return {
    env: ctx.env,
    caller: ctx.caller,
    lock: 'DeleteAndPromote',
    messageName,
    operationName: 'DeleteAndPromote',
    operationType: 207,
    history: {
      solution: uniqueName,
      version: String(upgrade.version),
      publisher: ctx.env.read((tx) => String(publisherOf(tx, upgrade)?.friendlyname)),
      isManaged: true,
      isPatch: false,
      isOverwrite: false,
      operation: 0,
      suboperation: 2,
    },
    importJob: undefined,
    commit(tx) {
      const pair = pairOf(findSolution(tx, uniqueName), findSolution(tx, `${uniqueName}_Upgrade`), uniqueName)
      const block = promote(tx, pair.base, pair.upgrade)
      return block === undefined ? { result: 'succeeded' } : { result: 'failed', ...block }
    },
  }
}

// SolutionUpgradeNotAvailable (web-api A.5); wording of our own.
function pairOf(base: Row | undefined, upgrade: Row | undefined, uniqueName: string): { base: Row; upgrade: Row } {
  if (base !== undefined && upgrade !== undefined) return { base, upgrade }
  throw new ODataError(
    400,
    '0x8004853B',
    `There is no upgrade to apply: solution '${uniqueName}' ${base === undefined ? 'is not installed' : 'has no holding solution'}.`,
  )
}
