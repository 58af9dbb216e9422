import { uninstallJob } from '../operations/uninstall-solution-async.ts'
import type { Row } from '../store/store.ts'
import type { WriteContext } from './table.ts'

/** `DELETE solutions(id)`: a managed solution is uninstalled, of an unmanaged one only the container goes (web-api A.1). */
export async function removeSolution(ctx: WriteContext, row: Row): Promise<void> {
  await ctx.jobs.runNow(uninstallJob(ctx, String(row['uniquename']), 'Delete'))
}
