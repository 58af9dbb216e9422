import type { Rehearsal } from '#domain/environment'
import type { Instant, Version } from '#domain/kernel'
import type { RecoveryDemand } from '#domain/policy'
import type { Tier } from '#domain/solution'

/** How a solution in a pet stands to the rehearsals that its tier asks for. */
export interface RehearsalDue {
  readonly solution: string
  readonly tier: Tier
  /** Days, or each major version; undefined: none is asked for. */
  readonly within: number | 'major' | undefined
  /** The newest that succeeded, whatever its age. */
  readonly lastAt: Instant | undefined
  readonly state: 'fresh' | 'too-old' | 'never' | 'not-asked'
}

export interface RehearsalDueFacts {
  readonly solution: string
  readonly tier: Tier
  readonly demand: RecoveryDemand
  /** Of the pet, newest first. */
  readonly rehearsals: readonly Rehearsal[]
  /** The newest version that is there or waits to go there. */
  readonly version: Version | undefined
  readonly now: Instant
}

/**
 * Ours: a restore alone rehearses no way back of a solution, since it rewinds the rows of everybody; taking the solution away practises none to an
 * earlier version of it, and of a first release none is asked for.
 */
export function judgeRehearsal({ solution, tier, demand, rehearsals, version, now }: RehearsalDueFacts): RehearsalDue {
  const good = rehearsals.filter(
    (one) => isOf(one, solution) && one.outcome === 'succeeded' && one.way !== 'restore' && one.way !== 'uninstall',
  )
  const lastAt = good[0]?.finishedAt
  const about = { solution, tier, lastAt }
  if (demand.kind !== 'rehearsed') return { ...about, within: undefined, state: 'not-asked' }
  const { within } = demand
  if (good.length === 0) return { ...about, within, state: 'never' }
  const isFresh = good.some(({ from, finishedAt }) =>
    within === 'major' ? majorOf(from) === majorOf(version) : Date.parse(now) - Date.parse(finishedAt) <= within * 86_400_000,
  )
  return { ...about, within, state: isFresh ? 'fresh' : 'too-old' }
}

function isOf(rehearsal: Rehearsal, solution: string): boolean {
  return rehearsal.solution.toLowerCase() === solution.toLowerCase()
}

function majorOf(version: Version | undefined): string | undefined {
  return version?.split('.')[0]
}
