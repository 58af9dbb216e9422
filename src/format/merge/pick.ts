/** Three versions of one thing: what both came from, and what each side made of it. */
export interface Versions<T> {
  readonly base: T
  /** The side whose changes are brought over. */
  readonly theirs: T
  /** The side that they are brought to; it is kept where both changed the same. */
  readonly ours: T
}

/** Where both sides changed the same thing, each in its own way. */
export interface MergeConflict {
  /** `kind:key` of the component. */
  readonly component: string
  /** Path of names down to the thing, for people. */
  readonly where: string
  /** As text; undefined where it is not there. */
  readonly base: string | undefined
  readonly theirs: string | undefined
  readonly ours: string | undefined
}

/** The side that changed; `both` when they changed it differently. */
export function pick<T>({ base, theirs, ours }: Versions<T>, isSame: (a: T, b: T) => boolean): 'theirs' | 'ours' | 'both' {
  if (isSame(base, theirs) || isSame(theirs, ours)) return 'ours'
  return isSame(base, ours) ? 'theirs' : 'both'
}

/** One order of what stays: ours, unless only they moved something; what only the other side has goes behind what it stood behind there. */
export function mergeOrder(versions: Versions<readonly string[]>, stays: ReadonlySet<string>): readonly string[] {
  const { base, theirs, ours } = versions
  const byTheirs = isMoved(base, theirs) && !isMoved(base, ours)
  const [first, second] = byTheirs ? [theirs, ours] : [ours, theirs]
  const merged = first.filter((id) => stays.has(id))
  const placed = new Set(merged)
  for (const [at, id] of second.entries()) {
    if (!stays.has(id) || placed.has(id)) continue
    const before = second.slice(0, at).findLast((other) => placed.has(other))
    merged.splice(before === undefined ? 0 : merged.indexOf(before) + 1, 0, id)
    placed.add(id)
  }
  return merged
}

function isMoved(from: readonly string[], to: readonly string[]): boolean {
  const [inFrom, inTo] = [new Set(from), new Set(to)]
  const kept = to.filter((id) => inFrom.has(id))
  return from.filter((id) => inTo.has(id)).some((id, at) => id !== kept[at])
}
