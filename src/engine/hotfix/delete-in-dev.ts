import type { Count, ObservedComponent } from '#domain/environment'
import { DroverError, errorMessage } from '#domain/kernel'
import { isPlatforms } from '#domain/rebuild'
import { isSameName } from '#domain/settings'
import { layerKindOf } from '#domain/solution'
import type { CountQuestion, DurableContext, OpenEnvironment } from '#engine/ports'

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
  /** Whether also what rows or values are in goes. */
  readonly withRows: boolean
  checkLease(): Promise<void>
}

/** What is to go, by its ids, so that nothing that was made anew under the same name goes with it. */
type Found = readonly Pick<ObservedComponent, 'kind' | 'id' | 'key' | 'table' | 'solutions'>[]

/**
 * Deletes in Dev what only the hotfix took out of the source; what another solution of Dev holds too, or what Dev refuses since something there
 * needs it, stays for a person, and so does what rows or values are in, unless somebody said that they may go: nothing saves them here. Gives that in a
 * sentence. Repeated, it goes on with what is left.
 */
export async function deleteInDev(run: DeletingRun, removed: readonly RemovedComponent[]): Promise<string> {
  if (removed.length === 0) return ''
  const found = await run.ctx.step('find-removed', () => find(run, removed))
  const inside = await run.ctx.step('count-removed', () => countInside(run.target, found))
  return run.ctx.step('delete-dev', async () => {
    await run.checkLease()
    const shared = found.filter(({ solutions }) => solutions.some((name) => !isPlatforms(name) && !isSameName(name, run.solution)))
    const full = run.withRows ? [] : found.filter((one) => !shared.includes(one) && inside[one.id] !== undefined)
    const going = found.filter((one) => !shared.includes(one) && !full.includes(one))
    const refused = await deleteAll(run.target, going)
    const left = [
      ...shared.map(
        ({ key, solutions }) => `${key}, which ${solutions.filter((name) => !isSameName(name, run.solution)).join(', ')} holds too`,
      ),
      ...full.map(({ key, id }) => `${key}, in which is: ${inside[id]} (--with-rows lets that go)`),
      ...refused.map(({ key, why }) => `${key}: ${why}`),
    ]
    const gone = going.filter(({ id }) => !refused.some((one) => one.id === id))
    const lost = gone.flatMap(({ key, id }) => (inside[id] === undefined ? [] : [`${key}: ${inside[id]}`]))
    const withWhat = lost.length === 0 ? '' : `, with what was in them (${lost.join('; ')})`
    const stays = left.length === 0 ? '' : ` To be deleted there by a person: ${left.join('; ')}.`
    return `${gone.length} component(s) that the hotfix took out are deleted in ${run.devName}${withWhat}.${stays}`
  })
}

/** Requests that counting may send. */
const countingRequests = 200

/** By id what is, or may be, in a table, column or pair of tables; what cannot be counted may be there. */
async function countInside(target: OpenEnvironment, found: Found): Promise<Readonly<Record<string, string>>> {
  const questions = found.flatMap(({ kind, key, id, table }): CountQuestion[] => {
    const component = { kind, key, id }
    if (isSameName(kind, 'Entity')) return [{ kind: 'rows', component, table: key, column: undefined }]
    if (isSameName(kind, 'Attribute')) return [{ kind: 'values', component, table, column: key.slice(key.indexOf('.') + 1) }]
    return isSameName(kind, 'EntityRelationship') ? [{ kind: 'links', component, table: undefined, column: undefined }] : []
  })
  if (questions.length === 0) return {}
  const counts = await target.count(questions, { requests: countingRequests })
  const told = counts.flatMap((count, at): [string, string][] => {
    const question = questions[at]
    return question === undefined || isNothing(count) ? [] : [[question.component.id, `${question.kind} ${countText(count)}`]]
  })
  return Object.fromEntries(told)
}

function isNothing(count: Count): boolean {
  return count.kind === 'exact' && count.n === 0
}

function countText(count: Count): string {
  if (count.kind === 'unknown') return `that cannot be counted: ${count.why}`
  return count.kind === 'exact' ? String(count.n) : `at least ${count.n}`
}

async function find({ target }: DeletingRun, removed: readonly RemovedComponent[]): Promise<Found> {
  const wanted = removed.map(({ kind, key, table }) => ({ kind: layerKindOf(kind), key, table: table ?? undefined }))
  const { components } = await target.findComponents(wanted)
  return components.map(({ kind, id, key, table, solutions }) => ({ kind, id, key, table, solutions }))
}

/** What needs another one is refused until that is gone: so long as any goes, the others are tried again. */
async function deleteAll(target: OpenEnvironment, all: Found): Promise<readonly (Found[number] & { readonly why: string })[]> {
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
