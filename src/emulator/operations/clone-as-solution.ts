import { compareVersions, parseVersion } from '#domain/kernel'
import { ODataError } from '../errors.ts'
import { moveDependencies } from '../layers/dependencies.ts'
import { findMember, listMembers, putMember, rootsFirst } from '../layers/membership.ts'
import { patchesOf } from '../layers/patches.ts'
import { dropContainer } from '../layers/upgrade.ts'
import { putRow } from '../store/rows.ts'
import type { Row, Transaction } from '../store/store.ts'
import { cloneJob, cloneParameters, readCloneRequest } from './clone-as-patch.ts'
import type { Operation, OperationContext } from './operation.ts'

/**
 * Rolls the patches of an unmanaged solution up into a new version of it, which is open for edit and export again (web-api A.3, H).
 * That it keeps its id is unverified.
 */
export const cloneAsSolution: Operation = {
  name: 'CloneAsSolution',
  kind: 'action',
  parameters: cloneParameters,
  async run(ctx, params) {
    const wanted = readCloneRequest(params)
    let id: unknown
    const job = cloneJob(ctx, 'CloneAsSolution', wanted, (tx, parent) => {
      refuseVersion(wanted.version, String(parent.version))
      for (const patch of patchesOf(tx, parent)) rollUp(tx, ctx, { patch, parent })
      const next = { ...parent, friendlyname: wanted.displayName, version: wanted.version }
      putRow(tx, 'solution', String(parent.solutionid), { ...next, modifiedon: ctx.now().toISOString(), modifiedby: ctx.caller.userId })
      id = parent.solutionid
    })
    await ctx.jobs.runNow(job)
    return { status: 200, body: { SolutionId: id } }
  },
}

/** The major and minor number must rise; wording of our own. */
function refuseVersion(wanted: string, installed: string): void {
  const [next, old] = [lineOf(wanted), lineOf(installed)]
  if (next !== undefined && old !== undefined && compareVersions(next, old) > 0) return
  throw new ODataError(
    400,
    '0x80048539',
    `The version ${wanted} of the cloned solution must have a higher major or minor number than ${installed}.`,
  )
}

function lineOf(version: string): Parameters<typeof compareVersions>[0] | undefined {
  const line = parseVersion(version.split('.').slice(0, 2).join('.'))
  return line.ok ? line.value : undefined
}

/** The members of the patch go over to its base; a table that either holds with all subcomponents is held so. */
function rollUp(tx: Transaction, ctx: OperationContext, { patch, parent }: { readonly patch: Row; readonly parent: Row }): void {
  const solution = String(parent.uniquename)
  for (const member of rootsFirst(listMembers(tx, String(patch.uniquename)))) {
    const old = findMember(tx, solution, member)
    const objectId = tx.get('solutioncomponent', member.rowId)?.objectid
    const behavior = old === undefined || member.behavior < old.behavior ? member.behavior : old.behavior
    putMember(
      tx,
      parent,
      { ...member, ...old, solution, behavior, rowId: old?.rowId ?? ctx.guid() },
      { objectId: typeof objectId === 'string' ? objectId : undefined, at: ctx.now().toISOString(), by: ctx.caller.userId },
    )
  }
  moveDependencies(tx, String(patch.uniquename), solution)
  dropContainer(tx, patch)
}
