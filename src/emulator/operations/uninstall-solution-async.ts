import { ODataError } from '../errors.ts'
import type { JobRequest } from '../jobs/jobs.ts'
import { isPatch, patchesOf, refusePatched } from '../layers/patches.ts'
import { findSolution, isRestricted, publisherOf } from '../layers/solutions.ts'
import { dropContainer, uninstall } from '../layers/upgrade.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { Operation, OperationContext } from './operation.ts'

/** Removes a solution: a managed one with what only it holds, an unmanaged one as a container only (web-api A.1, H). */
export const uninstallSolutionAsync: Operation = {
  name: 'UninstallSolutionAsync',
  kind: 'action',
  parameters: { SolutionUniqueName: { type: 'string', required: true } },
  async run(ctx, params) {
    const { asyncOperationId } = await ctx.jobs.start(uninstallJob(ctx, String(params.SolutionUniqueName), 'UninstallSolutionAsync'))
    return { status: 200, body: { AsyncOperationId: asyncOperationId } }
  },
}

/** Also the work of `DELETE solutions(id)`. Throws 404 for a solution that is not there, 403 for one of the platform. */
export function uninstallJob(ctx: OperationContext, uniqueName: string, messageName: string): JobRequest {
  const solution = ctx.env.read((tx) => removable(findSolution(tx, uniqueName), uniqueName))
  return {
    env: ctx.env,
    caller: ctx.caller,
    lock: 'Uninstall',
    messageName,
    operationName: 'UninstallSolution',
    operationType: 208,
    history: {
      solution: String(solution.uniquename),
      version: String(solution.version),
      publisher: ctx.env.read((tx) => String(publisherOf(tx, solution)?.friendlyname)),
      isManaged: solution.ismanaged === true,
      isPatch: isPatch(solution),
      isOverwrite: false,
      operation: 1,
      suboperation: 4,
    },
    importJob: undefined,
    commit(tx) {
      const now = removable(findSolution(tx, uniqueName), uniqueName)
      if (now.ismanaged !== true) {
        refuseOutOfOrder(tx, now)
        dropContainer(tx, now)
        return { result: 'succeeded' }
      }
      const block = uninstall(tx, now)
      return block === undefined ? { result: 'succeeded' } : { result: 'failed', ...block }
    },
  }
}

function removable(solution: Row | undefined, uniqueName: string): Row {
  if (solution === undefined) throw new ODataError(404, '0x80040217', `solution With uniquename = ${uniqueName} Does Not Exist`)
  // CannotDeleteRestrictedSolution; text of the error reference.
  if (isRestricted(solution)) throw new ODataError(403, '0x8004F005', 'Attempting to delete a restricted solution.')
  return solution
}

/** Unmanaged patches are deleted one by one, the latest first, and their base after them (web-api H); the codes are unverified. */
function refuseOutOfOrder(tx: ReadTransaction, solution: Row): void {
  refusePatched(tx, solution)
  const base = isPatch(solution) ? tx.get('solution', String(solution.parentsolutionid)) : undefined
  const latest = base === undefined ? undefined : patchesOf(tx, base).at(-1)
  if (latest === undefined || latest.solutionid === solution.solutionid) return
  throw new ODataError(
    400,
    '0x80048539',
    `The patch '${String(solution.uniquename)}' cannot be deleted before the later patch '${String(latest.uniquename)}'.`,
  )
}
