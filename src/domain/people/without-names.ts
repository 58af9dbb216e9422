import type { Person } from './people.ts'

/**
 * The same data with the id of each person where its texts have the name: for reasons and refusals that become part of the ledger, which
 * holds no names. Data is JSON. What people wrote themselves is not given to this.
 */
export function withoutNames<T>(data: T, people: readonly Person[]): T {
  const forms = people
    .filter(({ name, id }) => name !== id && name.trim() !== '')
    // Longest first: one name may begin as another does.
    .toSorted((a, b) => b.name.length - a.name.length)
    .map(({ name, id }) => [new RegExp(`(?<![\\p{L}\\p{N}])${escaped(name)}(?![\\p{L}\\p{N}])`, 'gu'), id] as const)
  return walk(data, (text) => forms.reduce((left, [form, id]) => left.replace(form, () => id), text)) as T // walk keeps the shape
}

function walk(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => walk(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, change)]))
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (sign) => `\\${sign}`)
}
