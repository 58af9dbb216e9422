import type { Fact } from './described-component.ts'

/** A line of an order fact that parts groups, such as rows of a form: it has no identity of its own. */
export const orderBreak = '|'

/** Both orders, for people, of the ids that both sides have, when they differ; what only one side has is told by its coming or going. */
export function reorderedOf(before: Fact, after: Fact): { readonly before: string; readonly after: string } | undefined {
  const old = before.value.split('\n')
  const now = after.value.split('\n')
  const inNow = new Set(now)
  const common = new Set(old.filter((id) => inNow.has(id)))
  const left = kept(old, common)
  const right = kept(now, common)
  if (left.join('\n') === right.join('\n')) return undefined
  const names = namesOf(after)
  return { before: inWords(left, names), after: inWords(right, names) }
}

/** Breaks are kept once between what is kept, so that a row that came or went moves nothing else. */
function kept(order: readonly string[], common: ReadonlySet<string>): string[] {
  const list: string[] = []
  for (const id of order) {
    if (id === orderBreak) {
      if (list.length > 0 && list.at(-1) !== orderBreak) list.push(id)
    } else if (common.has(id)) list.push(id)
  }
  if (list.at(-1) === orderBreak) list.pop()
  return list
}

function namesOf(order: Fact): ReadonlyMap<string, string> {
  const names = order.shown?.split('\n') ?? []
  return new Map(order.value.split('\n').map((id, at) => [id, names[at] ?? id]))
}

function inWords(ids: readonly string[], names: ReadonlyMap<string, string>): string {
  return ids.map((id) => names.get(id) ?? id).join('\n')
}
