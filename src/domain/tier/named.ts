import type { Named } from './tier.ts'

/** As many names as are told in a report, an event or a refusal. */
const told = 12

export function nameSome(names: readonly string[]): Named {
  const each = [...new Set(names)].sort((a, b) => (a < b ? -1 : Number(a > b)))
  return { count: each.length, names: each.slice(0, told) }
}

export function namedText({ count, names }: Named): readonly string[] {
  return count > names.length ? [...names, `and ${count - names.length} more`] : names
}
