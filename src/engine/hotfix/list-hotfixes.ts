import type { Hotfix, HotfixState, OwedSignOff } from '#domain/hotfix'
import { findOwed, stateOfHotfix } from '#domain/hotfix'
import type { EngineDependencies } from '../dependencies.ts'

/** A hotfix as doors show it. */
export interface HotfixView {
  readonly hotfix: Hotfix
  readonly state: HotfixState
  /** Sign-offs that are still owed. */
  readonly owed: readonly (OwedSignOff & { readonly isOverdue: boolean })[]
}

type Reads = Pick<EngineDependencies, 'readModel' | 'clock'>

/** Newest first. */
export async function listHotfixes(deps: Reads): Promise<readonly HotfixView[]> {
  return (await deps.readModel.list<Hotfix>('hotfix')).map((hotfix) => viewHotfix(deps, hotfix))
}

/** Those that are worked on, and those of which something is owed. */
export async function listOpenHotfixes(deps: Reads): Promise<readonly HotfixView[]> {
  return (await listHotfixes(deps)).filter(({ state, owed }) => (state !== 'merged' && state !== 'abandoned') || owed.length > 0)
}

export function viewHotfix({ clock }: Pick<Reads, 'clock'>, hotfix: Hotfix): HotfixView {
  const now = Date.parse(clock.now())
  const owed = findOwed(hotfix).map((one) => ({ ...one, isOverdue: Date.parse(one.dueAt) < now }))
  return { hotfix, state: stateOfHotfix(hotfix), owed }
}
