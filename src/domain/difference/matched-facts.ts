import type { Fact } from './described-component.ts'

/** The facts of two sides as far as they can be compared with each other, what is the same thing under one path. */
export function matchedFacts(before: readonly Fact[], after: readonly Fact[]): readonly [readonly Fact[], readonly Fact[]] {
  const now = withIdsOf(before, after)
  return [withoutLesser(before, now), withoutLesser(now, before)]
}

/** Without empty elements of which the other side holds more: that is told by what they hold. */
function withoutLesser(facts: readonly Fact[], other: readonly Fact[]): readonly Fact[] {
  if (!facts.some(({ isPresence }) => isPresence === true)) return facts
  const held = new Set<string>()
  for (const { path, isPresence } of other) {
    if (isPresence === true) continue
    for (const above of [...stepsOf(path), path]) held.add(above)
  }
  return facts.filter(({ path, isPresence }) => isPresence !== true || !held.has(path))
}

/** `a/b[c/d]` stands in `a`: every place where a step, or the name of a list, ends. */
function stepsOf(path: string): string[] {
  return [...path.matchAll(/[/[#]/g)].map(({ index }) => path.slice(0, index))
}

/** The later facts under the ids of the earlier ones, where only the ids of two tabs or sections of one name differ. */
function withIdsOf(before: readonly Fact[], after: readonly Fact[]): readonly Fact[] {
  const ids = newIds(before, after)
  if (ids.size === 0) return after
  return after.map((fact): Fact => {
    const isPlace = fact.shape === 'place'
    const isOrder = fact.shape === 'order'
    return {
      ...fact,
      path: renamed(fact.path, ids),
      ...(fact.within === undefined ? {} : { within: renamed(fact.within, ids) }),
      ...(isPlace ? { value: renamed(fact.value, ids) } : {}),
      ...(isOrder ? { value: renamedLines(fact.value, ids) } : {}),
    }
  })
}

/** Path of an item → path of its twin in the earlier facts. */
function newIds(before: readonly Fact[], after: readonly Fact[]): ReadonlyMap<string, string> {
  const [old, now] = [byAlias(before), byAlias(after)]
  if (old.size === 0 || now.size === 0) return new Map()
  const [oldPaths, nowPaths] = [before, after].map((facts) => new Set(facts.map(({ path }) => path)))
  const ids = new Map<string, string>()
  for (const [alias, path] of now) {
    const twin = old.get(alias)
    if (path === undefined || twin === undefined || twin === path) continue
    if (oldPaths?.has(path) === false && nowPaths?.has(twin) === false) ids.set(path, twin)
  }
  return ids
}

/** The item of each alias; undefined for one that several items have. */
function byAlias(facts: readonly Fact[]): Map<string, string | undefined> {
  const items = new Map<string, string | undefined>()
  for (const { alias, path } of facts) if (alias !== undefined) items.set(alias, items.has(alias) ? undefined : path)
  return items
}

function renamed(path: string, ids: ReadonlyMap<string, string>): string {
  for (const [from, to] of ids) {
    if (path === from) return to
    // What has no id of its own is known by the place that it stands in.
    const inside = `[${asId(from)} `
    if (path.includes(inside)) return path.replace(inside, () => `[${asId(to)} `)
    if (path.startsWith(from) && /[/ #]/.test(path.charAt(from.length))) return to + path.slice(from.length)
  }
  return path
}

/** Orders list the bare ids. */
function renamedLines(value: string, ids: ReadonlyMap<string, string>): string {
  const bare = new Map([...ids].map(([from, to]) => [idIn(from), idIn(to)]))
  return value
    .split('\n')
    .map((line) => bare.get(line) ?? renamed(line, ids))
    .join('\n')
}

/** A path as it stands in the id of something else. */
function asId(path: string): string {
  return path.replace(/[%/\][]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)
}

function idIn(path: string): string {
  return /\[([^\]]*)\]$/.exec(path)?.[1] ?? path
}
