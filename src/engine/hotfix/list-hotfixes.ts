import type { Hotfix, HotfixState } from '#domain/hotfix'
import { stateOfHotfix } from '#domain/hotfix'
import type { OwedItem } from '#domain/promotion'
import type { EngineDependencies } from '../dependencies.ts'
import { listOwedItems } from '../emergency/list-owed.ts'

/** A hotfix as doors show it. */
export interface HotfixView {
  readonly hotfix: Hotfix
  readonly state: HotfixState
  /** Gates that its promotions did not wait for and still owe. */
  readonly owed: readonly OwedItem[]
}

type Reads = Pick<EngineDependencies, 'readModel' | 'clock'>

/** Newest first. */
export async function listHotfixes(deps: Reads): Promise<readonly HotfixView[]> {
  const owed = await listOwedItems(deps)
  return (await deps.readModel.list<Hotfix>('hotfix')).map((hotfix) => asView(hotfix, owed))
}

/** Those that are worked on, and those of which something is owed. */
export async function listOpenHotfixes(deps: Reads): Promise<readonly HotfixView[]> {
  return (await listHotfixes(deps)).filter(({ state, owed }) => (state !== 'merged' && state !== 'abandoned') || owed.length > 0)
}

export async function viewHotfix(deps: Reads, hotfix: Hotfix): Promise<HotfixView> {
  return asView(hotfix, await listOwedItems(deps, hotfix.solution))
}

function asView(hotfix: Hotfix, owed: readonly OwedItem[]): HotfixView {
  return { hotfix, state: stateOfHotfix(hotfix), owed: owed.filter(({ hotfixId }) => hotfixId === hotfix.hotfixId) }
}
