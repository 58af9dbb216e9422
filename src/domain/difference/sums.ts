import type { SumOf } from './described-component.ts'
import type { FactChange } from './difference.ts'
import { counted } from './kind-nouns.ts'

interface SumRule {
  /** Fewer are told one by one. */
  readonly from: number
  /** What came is told apart from what went and what changed. */
  readonly isByChange: boolean
  readonly text: (changes: readonly FactChange[], context: FactChange | undefined) => string
}

/** How changes of one sum are told in one line. */
export const sumRules: Readonly<Record<SumOf, SumRule>> = {
  studio: {
    from: 2,
    isByChange: false,
    text: (changes, context) =>
      `${savedBy(context)}${changes.length === 1 ? '1 definition or setting' : `${changes.length} definitions and settings`} that Studio keeps itself changed`,
  },
  layout: {
    from: 3,
    isByChange: false,
    text: (changes) => `layout: ${counted(changes.length, 'setting')} changed in ${listed(changes)}`,
  },
  'field settings': {
    from: 3,
    isByChange: false,
    text: (changes) => `${counted(changes.length, 'setting')} changed of ${listed(changes)}`,
  },
  mark: {
    from: 1,
    isByChange: false,
    text: (changes) => `another mark of what the solution changes in ${listed(changes)}`,
  },
  dependency: {
    from: 5,
    isByChange: true,
    text: (changes) => {
      const verb = changes[0]?.change === 'removed' ? 'no longer needs' : 'now needs'
      return `${verb} from other solutions: ${listed(changes)}`
    },
  },
  'dependency version': {
    from: 2,
    isByChange: false,
    text: (changes) =>
      `what it needs comes from other versions: ${inShort(changes.map(({ before, after }) => `${before ?? 'none'} → ${after ?? 'none'}`))}`,
  },
}

function savedBy(context: FactChange | undefined): string {
  if (context?.before === undefined || context.after === undefined) return ''
  const age = isOlder(context.before, context.after) ? 'a newer' : 'an older'
  return `saved by ${age} Studio (${context.before} → ${context.after}): `
}

function isOlder(version: string, other: string): boolean {
  const [own, its] = [version, other].map((text) => text.split('.').map(Number))
  const at = own?.findIndex((part, position) => part !== its?.[position]) ?? -1
  return at >= 0 && (own?.[at] ?? 0) < (its?.[at] ?? 0)
}

// As many names as a line holds.
const mostListed = 4

/** "section A, tab B and 3 more". */
function listed(changes: readonly FactChange[]): string {
  return inShort(changes.map(({ subject, words }) => subject ?? words))
}

function inShort(all: readonly string[]): string {
  const names = [...new Set(all)]
  if (names.length <= mostListed + 1) return names.join(', ')
  return `${names.slice(0, mostListed).join(', ')} and ${names.length - mostListed} more`
}
