import { transportName } from '#domain/drift'
import type { ObservedComponent } from '#domain/environment'
import type { Digest } from '#domain/kernel'
import { isSameName } from '#domain/settings'
import { exportUnmanaged } from '../hotfix/check-dev.ts'
import type { ComponentRepair } from './components-run.ts'

/**
 * Exports what was brought out of the pet again, by the container that it came in; one that somebody cleared away meanwhile is made anew. Where the
 * solution itself is unmanaged there, what came back is in it again first.
 */
export async function exportBack(
  { run, deed, pair, checkPet }: ComponentRepair,
  components: readonly ObservedComponent[],
): Promise<Digest> {
  const uniqueName = transportName(run.workId)
  const { openPet: target, pet } = pair
  await run.ctx.step('hold-brought', async () => {
    await checkPet()
    const own = (await target.fetchSolutions()).find((one) => isSameName(one.uniqueName, deed.solution))
    if (own?.isManaged === false) await target.makeTransport({ uniqueName: own.uniqueName, publisherOf: own.uniqueName, components })
    await target.makeTransport({ uniqueName, publisherOf: deed.solution, components })
  })
  const exporting = { deps: run.deps, ctx: run.ctx, pace: run.deps.paceOf(pet), target }
  return exportUnmanaged(exporting, { label: 'back', solution: uniqueName, from: pet.name })
}
