import { transportName } from '#domain/drift'
import type { ObservedComponent } from '#domain/environment'
import { componentKey } from '#domain/environment'
import type { Digest } from '#domain/kernel'
import { isSameName } from '#domain/settings'
import type { OpenEnvironment } from '#engine/ports'
import { exportUnmanaged } from '../hotfix/check-dev.ts'
import type { ComponentRepair } from './components-run.ts'

/**
 * Exports what was brought out of the pet again, by the container that it came in; one that somebody cleared away meanwhile is made anew. Where the
 * solution itself is unmanaged there, what came back is in it again first, as the sandbox's solution holds it: what people make later in a table is else
 * in no export, and so in no way back.
 */
export async function exportBack(
  { run, deed, pair, compared, checkPet }: ComponentRepair,
  components: readonly ObservedComponent[],
): Promise<Digest> {
  const uniqueName = transportName(run.workId)
  const { openPet: target, pet } = pair
  await run.ctx.step('hold-brought', async () => {
    await checkPet()
    const own = (await target.fetchSolutions()).find((one) => isSameName(one.uniqueName, deed.solution))
    if (own?.isManaged === false) {
      const whole = await findWhole(pair.openSandbox, deed.solution, compared.saved)
      const held = components.map((component) => ({ ...component, isWhole: whole.has(componentKey(component).toLowerCase()) }))
      await target.holdComponents({ solution: own.uniqueName, components: held })
    }
    await target.makeTransport({ uniqueName, publisherOf: deed.solution, components })
  })
  const exporting = { deps: run.deps, ctx: run.ctx, pace: run.deps.paceOf(pet), target }
  return exportUnmanaged(exporting, { label: 'back', solution: uniqueName, from: pet.name })
}

/** Keys, in lower case, of the tables that a solution holds with all that is and will be in them. */
async function findWhole(
  target: Pick<OpenEnvironment, 'fetchSolutions' | 'fetchMemberships'>,
  solution: string,
  components: readonly ObservedComponent[],
): Promise<ReadonlySet<string>> {
  const found = (await target.fetchSolutions()).find(({ uniqueName }) => isSameName(uniqueName, solution))
  if (found === undefined) return new Set()
  const memberships = await target.fetchMemberships(undefined, [found.id])
  const whole = new Set(memberships.filter(({ isWhole }) => isWhole).map(({ componentId }) => componentId))
  return new Set(components.filter(({ id }) => whole.has(id.toLowerCase())).map((component) => componentKey(component).toLowerCase()))
}
