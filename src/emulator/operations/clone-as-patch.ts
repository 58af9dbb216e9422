import { ODataError } from '../errors.ts'
import type { JobHistory, JobRequest } from '../jobs/jobs.ts'
import { isPatch } from '../layers/patches.ts'
import { findSolution, publisherOf } from '../layers/solutions.ts'
import { putRow } from '../store/rows.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'
import { checkVersion } from '../tables/solution-writes.ts'
import { isPatchVersion, notHighestText, patchNotBelow } from './import/patch-rules.ts'
import type { Operation, OperationContext } from './operation.ts'

export const cloneParameters = {
  ParentSolutionUniqueName: { type: 'string', required: true },
  DisplayName: { type: 'string', required: true },
  VersionNumber: { type: 'string', required: true },
} as const

/**
 * Makes an empty patch of an unmanaged solution, which is locked from then on (web-api A.3, H). The reference names managed parents too,
 * the guide for makers refuses them: refused here.
 */
export const cloneAsPatch: Operation = {
  name: 'CloneAsPatch',
  kind: 'action',
  parameters: cloneParameters,
  async run(ctx, params) {
    const wanted = readCloneRequest(params)
    const id = ctx.guid()
    const job = cloneJob(ctx, 'CloneAsPatch', wanted, (tx, parent) => {
      refusePatchVersion(tx, parent, wanted.version)
      putPatch(tx, ctx, { parent, wanted, id })
    })
    await ctx.jobs.runNow(job)
    return { status: 200, body: { SolutionId: id } }
  },
}

export interface CloneRequest {
  readonly parent: string
  readonly displayName: string
  readonly version: string
}

/** Throws InvalidSolutionVersion for what is no version. */
export function readCloneRequest(params: Readonly<Record<string, unknown>>): CloneRequest {
  const version = String(params.VersionNumber)
  checkVersion(version)
  return { parent: String(params.ParentSolutionUniqueName), displayName: String(params.DisplayName), version }
}

/** A clone waits for its place like every edit, and leaves a line of history; that the line's operation is 9 None is unverified. */
export function cloneJob(
  ctx: OperationContext,
  messageName: string,
  wanted: CloneRequest,
  work: (tx: Transaction, parent: Row) => void,
): JobRequest {
  const parent = ctx.env.read((tx) => clonable(tx, wanted.parent))
  const history: JobHistory = {
    solution: String(parent.uniquename),
    version: wanted.version,
    publisher: ctx.env.read((tx) => String(publisherOf(tx, parent)?.friendlyname)),
    isManaged: false,
    isPatch: messageName === 'CloneAsPatch',
    isOverwrite: false,
    operation: 9,
    suboperation: 0,
  }
  return {
    env: ctx.env,
    caller: ctx.caller,
    lock: 'EntityCustomization',
    messageName,
    operationName: messageName,
    operationType: 54,
    history,
    importJob: undefined,
    commit(tx) {
      work(tx, clonable(tx, wanted.parent))
      return { result: 'succeeded' }
    },
  }
}

// CloneSolutionException is the service's catch-all (facts-2 §0); wordings of our own.
function clonable(tx: ReadTransaction, uniqueName: string): Row {
  const solution = findSolution(tx, uniqueName)
  if (solution === undefined) throw new ODataError(404, '0x80040217', `solution With uniquename = ${uniqueName} Does Not Exist`)
  const reason = whyNotClonable(solution)
  if (reason === undefined) return solution
  throw new ODataError(400, '0x80048539', `The solution '${uniqueName}' cannot be cloned: ${reason}.`)
}

function whyNotClonable(solution: Row): string | undefined {
  if (['default', 'active', 'system'].includes(String(solution.uniquename).toLowerCase())) return 'it belongs to the system'
  if (solution.ismanaged === true) return 'it is managed'
  return isPatch(solution) ? 'it is a patch' : undefined
}

function refusePatchVersion(tx: ReadTransaction, parent: Row, version: string): void {
  const higher = patchNotBelow(tx, parent, version)
  if (higher !== undefined) throw new ODataError(400, '0x80061771', notHighestText(higher))
  if (isPatchVersion(version, String(parent.version))) return
  throw new ODataError(
    400,
    '0x80048539',
    `Patch version ${version} is invalid for parent version ${String(parent.version)}: the major and minor number must stay, and the build or revision rise.`,
  )
}

/** The platform names a patch after its base, with digits of its own making (web-api H, unverified form). */
function putPatch(
  tx: Transaction,
  ctx: OperationContext,
  patch: { readonly parent: Row; readonly wanted: CloneRequest; readonly id: string },
): void {
  const at = ctx.now().toISOString()
  putRow(tx, 'solution', patch.id, {
    ...patch.parent,
    solutionid: patch.id,
    uniquename: `${String(patch.parent.uniquename)}_Patch_${patch.id.replaceAll('-', '').slice(0, 8)}`,
    friendlyname: patch.wanted.displayName,
    version: patch.wanted.version,
    parentsolutionid: patch.parent.solutionid,
    installedon: at,
    updatedon: null,
    createdon: at,
    createdby: ctx.caller.userId,
    modifiedon: at,
    modifiedby: ctx.caller.userId,
  })
}
