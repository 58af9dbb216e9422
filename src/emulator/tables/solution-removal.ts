import { ODataError } from '../errors.ts'
import { listMembers, removeMember } from '../layers/membership.ts'
import { notSupported } from '../odata/refuse.ts'
import { operations } from '../operations/registry.ts'
import type { Row } from '../store/store.ts'
import type { WriteContext } from './table.ts'

/** `DELETE solutions(id)`: a managed solution is uninstalled, of an unmanaged one only the container goes (web-api A.1). */
export async function removeSolution(ctx: WriteContext, row: Row): Promise<void> {
  const uniqueName = String(row['uniquename'])
  if (row['ismanaged'] === true) return uninstall(ctx, uniqueName)
  if (row['~system'] === true || uniqueName === 'Default' || uniqueName === 'Active') {
    throw new ODataError(403, '0x8004F000', `The solution '${uniqueName}' belongs to the system and cannot be deleted.`)
  }
  await ctx.jobs.withLock(ctx.env.name, 'Uninstall', () =>
    ctx.env.write((tx) => {
      for (const member of listMembers(tx, uniqueName)) removeMember(tx, member)
      tx.remove('solution', String(row['solutionid']))
    }),
  )
}

async function uninstall(ctx: WriteContext, uniqueName: string): Promise<void> {
  const operation = operations.find((known) => known.name === 'UninstallSolution')
  if (operation === undefined) throw notSupported('deleting a managed solution by DELETE (use UninstallSolutionAsync)')
  await operation.run(ctx, { SolutionUniqueName: uniqueName })
}
