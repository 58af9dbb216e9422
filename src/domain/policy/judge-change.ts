import { canonicalJson } from '#domain/kernel'
import type { ChangeAuthority, ConfigurationChange, PolicyChanges } from '#domain/pipeline'
import { change } from '#domain/pipeline'
import type { ConditionalDemand } from './conditions.ts'
import type { PolicyLeaf } from './list-leaves.ts'
import { listLeaves } from './list-leaves.ts'
import { findGuide, unguided } from './policy-guide.ts'
import type { Policy } from './policy.ts'
import { applyOverride } from './policy-in-force.ts'

/**
 * What a configuration changes in the policy, value by value, with the authority it takes: a platform-admin's word makes it stricter, and two
 * people's weakens it. What cannot be told takes two.
 */
export function diffPolicies(
  shipped: Policy,
  before: PolicyChanges | undefined,
  after: PolicyChanges | undefined,
): readonly ConfigurationChange[] {
  const [was, is] = [before, after].map((changes) => listLeaves(applyOverride(shipped, changes))) as [PolicyLeaf[], PolicyLeaf[]] // two in, two out
  const old = new Map(was.map((leaf) => [leaf.path, leaf]))
  const now = new Map(is.map((leaf) => [leaf.path, leaf]))
  const paths = [...new Set([...old.keys(), ...now.keys()])]
  return paths.flatMap((path) => diffLeaf(path, old.get(path), now.get(path)))
}

function diffLeaf(path: string, was: PolicyLeaf | undefined, is: PolicyLeaf | undefined): ConfigurationChange[] {
  const subject = `policy ${path}`
  if (canonicalJson(was?.sourced.value ?? null) === canonicalJson(is?.sourced.value ?? null)) {
    return was?.sourced.source === is?.sourced.source ? [] : [change(subject, `Another reason is given: ${is?.sourced.source ?? 'none'}.`)]
  }
  const authority = authorityOver(path, was?.sourced.value, is?.sourced.value)
  const text = `${(findGuide(path) ?? unguided).label}: ${tellValue(was?.sourced.value)} becomes ${tellValue(is?.sourced.value)} (${is?.sourced.source ?? 'it is no more'}).`
  return [change(subject, text, authority)]
}

/** A value in words. */
export function tellValue(value: unknown): string {
  if (value === undefined || value === null) return 'none'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(tellValue).join(', ')
  return typeof value === 'object' ? canonicalJson(value) : String(value)
}

/** Whose word the change of one value takes. */
export function authorityOver(path: string, was: unknown, is: unknown): ChangeAuthority {
  return isStricter(path, was, is) ? 'platform-admin' : 'two-people'
}

/** Whether it is certain that the change asks more of people. */
function isStricter(path: string, was: unknown, is: unknown): boolean {
  if (path.startsWith('demands.')) return isStricterDemand(was, is)
  const { weaker, order } = findGuide(path) ?? unguided
  if (weaker === 'either') return false
  const rises = comparison(was, is, order)
  return weaker === 'less' ? rises === 'more' : rises === 'less'
}

function comparison(was: unknown, is: unknown, order: readonly unknown[] | undefined): 'less' | 'more' | 'unclear' {
  if (order !== undefined) return compareNumbers(order.indexOf(was ?? undefined), order.indexOf(is ?? undefined))
  if (typeof was === 'number' && typeof is === 'number') return compareNumbers(was, is)
  if (typeof was === 'boolean' && typeof is === 'boolean') return compareNumbers(Number(was), Number(is))
  if (Array.isArray(was) && Array.isArray(is)) return compareLists(was, is)
  return compareRehearsals(was, is)
}

function compareNumbers(was: number, is: number): 'less' | 'more' | 'unclear' {
  if (was < 0 || is < 0 || was === is) return 'unclear'
  return is > was ? 'more' : 'less'
}

function compareLists(was: readonly unknown[], is: readonly unknown[]): 'less' | 'more' | 'unclear' {
  const [lost, gained] = [was.some((item) => !is.includes(item)), is.some((item) => !was.includes(item))]
  if (lost === gained) return 'unclear'
  return gained ? 'more' : 'less'
}

/** Of demands on the way back: none, documented, rehearsed, and rehearsed lately. */
function compareRehearsals(was: unknown, is: unknown): 'less' | 'more' | 'unclear' {
  const ranks = [rehearsalRank(was), rehearsalRank(is)] as const
  if (ranks[0] === undefined || ranks[1] === undefined) return 'unclear'
  return compareNumbers(ranks[0], ranks[1])
}

function rehearsalRank(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined
  if (value.kind === 'none') return 0
  if (value.kind === 'documented') return 1
  // Whether one of each major version or one of each so many days is more, depends on how often there is one.
  return 'within' in value && typeof value.within === 'number' ? 2 + 1 / (1 + value.within) : undefined
}

/** A demand that is new, or that under the same condition demands the same gates and more. */
function isStricterDemand(was: unknown, is: unknown): boolean {
  if (is === undefined) return false
  if (was === undefined) return true
  // Leaves below `demands` are conditional demands.
  const [old, now] = [was, is] as [ConditionalDemand, ConditionalDemand]
  return old.when === now.when && compareLists(old.gates, now.gates) === 'more'
}
