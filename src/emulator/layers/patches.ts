import { compareVersions, parseVersion } from '#domain/kernel'
import { ODataError } from '../errors.ts'
import type { ReadTransaction, Row } from '../store/store.ts'

/** The patches of a solution, lowest version first: rows whose parent it is (web-api H). */
export function patchesOf(tx: ReadTransaction, solution: Row): readonly Row[] {
  return tx
    .list('solution')
    .filter((row) => row.parentsolutionid === solution.solutionid)
    .sort((a, b) => compareRows(a, b))
}

/** Unique names of a solution and of its patches, in the order of their layers. */
export function withPatches(tx: ReadTransaction, solution: Row): readonly string[] {
  return [solution, ...patchesOf(tx, solution)].map((row) => String(row.uniquename))
}

export function isPatch(solution: Row): boolean {
  return typeof solution.parentsolutionid === 'string'
}

/**
 * Throws CannotModifyPatchedSolution: an unmanaged solution with patches is locked for edit and export until they are rolled up or gone
 * (web-api H; text of the error reference).
 */
export function refusePatched(tx: ReadTransaction, solution: Row): void {
  const patches = patchesOf(tx, solution)
  if (patches.length > 0) throw new ODataError(400, '0x80048538', patchedText(patches))
}

/** Text of CannotModifyPatchedSolution. */
export function patchedText(patches: readonly Row[]): string {
  return `Cannot modify solution because it has the following patches: ${patches.map((patch) => String(patch.solutionid)).join(', ')}.`
}

function compareRows(a: Row, b: Row): number {
  const [left, right] = [parseVersion(String(a.version)), parseVersion(String(b.version))]
  return left.ok && right.ok ? compareVersions(left.value, right.value) : 0
}
