/** A line of an order fact that parts groups, such as rows of a form: it has no identity of its own. */
export const orderBreak = '|'

/** Both orders, of the ids that both sides have, when they differ; what only one side has is told by its coming or going. */
export function reorderedOf(before: string, after: string): { readonly before: string; readonly after: string } | undefined {
  const old = before.split('\n')
  const now = after.split('\n')
  const common = intersection(old, now)
  const left = kept(old, common)
  const right = kept(now, common)
  return left === right ? undefined : { before: left, after: right }
}

function intersection(a: readonly string[], b: readonly string[]): ReadonlySet<string> {
  const inB = new Set(b)
  return new Set(a.filter((id) => inB.has(id)))
}

/** Breaks are kept once between what is kept, so that a row that came or went moves nothing else. */
function kept(order: readonly string[], common: ReadonlySet<string>): string {
  const list: string[] = []
  for (const id of order) {
    if (id === orderBreak) {
      if (list.length > 0 && list.at(-1) !== orderBreak) list.push(id)
    } else if (common.has(id)) list.push(id)
  }
  if (list.at(-1) === orderBreak) list.pop()
  return list.join('\n')
}
