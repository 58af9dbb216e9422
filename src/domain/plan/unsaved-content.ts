import type { DescribedComponent } from '#domain/difference'
import type { Certainty } from './plan.ts'

/** What goes with rows or values and no rescue saves. */
export interface UnsavedContent {
  /** Each in words. */
  readonly what: readonly string[]
  /** `assumed` where the definition does not tell whether there is any. */
  readonly certainty: Certainty
}

/** Column types whose contents are kept apart from the row [solution files; rows over the Web API hold a reference alone]: they are saved apart. */
const keptApart: ReadonlySet<string> = new Set(['file', 'image'])
const parties: ReadonlySet<string> = new Set(['partylist', 'activity parties'])

/** Of a table that goes: the parties of activities. */
export function unsavedOfTable(table: DescribedComponent | undefined): UnsavedContent {
  if (table === undefined) return { what: ['the parties of its activities, if it has any'], certainty: 'assumed' }
  return { what: isSaid(table, 'IsActivity') ? ['the parties of its activities, such as senders and recipients'] : [], certainty: 'known' }
}

/** Whether a table that goes may hold files or images; what no definition denies may be. */
export function mayHoldFiles(table: DescribedComponent | undefined, inside: readonly DescribedComponent[]): boolean {
  return table === undefined || inside.some((part) => part.kind.toLowerCase() === 'attribute' && isFileColumn(part))
}

/** Whether notes may hang on rows of a table; what no definition denies may be. */
export function mayHaveNotes(table: DescribedComponent | undefined): boolean {
  return table === undefined || isSaid(table, 'HasRelatedNotes')
}

/** Of a column that goes: the parties that it holds. */
export function unsavedOfColumn(column: DescribedComponent | undefined): UnsavedContent {
  if (column === undefined) return { what: ['the parties that it holds, if it holds any'], certainty: 'assumed' }
  return { what: parties.has(typeOf(column) ?? '') ? ['the parties that it holds'] : [], certainty: 'known' }
}

export function isFileColumn(column: DescribedComponent | undefined): boolean {
  return column !== undefined && keptApart.has(typeOf(column) ?? '')
}

function typeOf(column: DescribedComponent): string | undefined {
  return column.facts.find(({ path }) => path === 'Type')?.value.toLowerCase()
}

/** Solution files say so with 1 or True, described components in words; what is not, they leave out or deny. */
function isSaid(table: DescribedComponent, name: string): boolean {
  return table.facts.some(({ path, value }) => path.split('/').at(-1) === name && /^(1|true|yes|on)$/i.test(value))
}
