import type { ObservedComponent } from '#domain/environment'
import { DroverError, errorMessage } from '#domain/kernel'
import { isPlatforms } from '#domain/rebuild'
import { isSameName } from '#domain/settings'
import { layerKindOf } from '#domain/solution'
import type { DurableContext, OpenEnvironment } from '#engine/ports'

/** Something that merging took out of the source, as its file names it. */
export interface RemovedComponent {
  readonly kind: string
  readonly key: string
  /** Logical name of the table that it is in; null of one that is in none. */
  readonly table: string | null
}

interface DeletingRun {
  readonly ctx: DurableContext
  readonly target: OpenEnvironment
  readonly solution: string
  readonly devName: string
  checkLease(): Promise<void>
}

/** What is to go, by its ids, so that nothing that was made anew under the same name goes with it. */
type Found = readonly Pick<ObservedComponent, 'kind' | 'id' | 'key' | 'table' | 'solutions'>[]

/**
 * Deletes in Dev what only the hotfix took out of the source; what another solution of Dev holds too, or what Dev refuses since something there
 * needs it, stays for a person. Gives that in a sentence. Repeated, it goes on with what is left.
 */
export async function deleteInDev(run: DeletingRun, removed: readonly RemovedComponent[]): Promise<string> {
  if (removed.length === 0) return ''
  const found = await run.ctx.step('find-removed', () => find(run, removed))
  return run.ctx.step('delete-dev', async () => {
    await run.checkLease()
    const shared = found.filter(({ solutions }) => solutions.some((name) => !isPlatforms(name) && !isSameName(name, run.solution)))
    const refused = await deleteAll(
      run.target,
      found.filter((one) => !shared.includes(one)),
    )
    const left = [
      ...shared.map(
        ({ key, solutions }) => `${key}, which ${solutions.filter((name) => !isSameName(name, run.solution)).join(', ')} holds too`,
      ),
      ...refused.map(({ key, why }) => `${key}: ${why}`),
    ]
    const gone = found.length - left.length
    const stays = left.length === 0 ? '' : ` To be deleted there by a person: ${left.join('; ')}.`
    return `${gone} component(s) that the hotfix took out are deleted in ${run.devName}.${stays}`
  })
}

async function find({ target }: DeletingRun, removed: readonly RemovedComponent[]): Promise<Found> {
  const wanted = removed.map(({ kind, key, table }) => ({ kind: layerKindOf(kind), key, table: table ?? undefined }))
  const { components } = await target.findComponents(wanted)
  return components.map(({ kind, id, key, table, solutions }) => ({ kind, id, key, table, solutions }))
}

/** What needs another one is refused until that is gone: so long as any goes, the others are tried again. */
async function deleteAll(target: OpenEnvironment, all: Found): Promise<readonly { readonly key: string; readonly why: string }[]> {
  let left = all
  for (;;) {
    const refused: (Found[number] & { readonly why: string })[] = []
    for (const one of left) {
      try {
        await target.deleteComponent(one)
      } catch (error) {
        if (!(error instanceof DroverError) || error.isRetryable) throw error
        refused.push({ ...one, why: errorMessage(error) })
      }
    }
    if (refused.length === 0 || refused.length === left.length) return refused
    left = refused
  }
}
