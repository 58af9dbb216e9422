import { idOf, isKind } from './forecast-facts.ts'
import type { UnmanagedComponent, UnmanagedFacts } from './plan-unmanaged.ts'

/**
 * A table goes with all that is in it: its parts need no removal of their own. Where somebody changed or made one of them there, removing the
 * table would destroy that unseen, so it is a conflict.
 */
export function withWholeTables(facts: UnmanagedFacts, components: readonly UnmanagedComponent[]): readonly UnmanagedComponent[] {
  const going = new Set(components.filter((one) => one.action === 'remove' && isKind(one, 'Entity')).map(idOf))
  if (going.size === 0) return components
  const parts = partsOf(facts, going)
  const handMade = findHandMade(facts, components, parts)
  return components.flatMap((one): UnmanagedComponent[] => {
    const table = parts.get(idOf(one))
    if (one.action === 'remove' && table !== undefined) return []
    const inside = handMade.get(idOf(one))
    if (one.action !== 'remove' || inside === undefined) return [one]
    return [
      { ...one, action: 'conflict', message: `${one.message} In it is what was changed or made there by hand: ${inside.join(', ')}.` },
    ]
  })
}

/** Id of each part of these tables → id of its table. */
function partsOf({ shipped, current }: UnmanagedFacts, tables: ReadonlySet<string>): ReadonlyMap<string, string> {
  const parts = [...(shipped ?? []), ...current].flatMap((component): [string, string][] => {
    const table = component.parent?.toLowerCase()
    return table !== undefined && tables.has(table) ? [[idOf(component), table]] : []
  })
  return new Map(parts)
}

/** Id of each table → names of what people did inside of it. */
function findHandMade(
  { shipped, current }: UnmanagedFacts,
  components: readonly UnmanagedComponent[],
  parts: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const known = new Set((shipped ?? []).map(idOf))
  const judged = new Map(components.map((one) => [idOf(one), one]))
  const found = new Map<string, string[]>()
  for (const component of current) {
    const id = idOf(component)
    const table = parts.get(id)
    const action = judged.get(id)?.action
    const isTouched = action === 'conflict' || action === 'keep' || !known.has(id)
    if (table !== undefined && isTouched) found.set(table, [...(found.get(table) ?? []), component.displayName ?? component.key])
  }
  return found
}
