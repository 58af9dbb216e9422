import type { DescribedComponent } from '#domain/difference'
import type { Certainty } from './plan.ts'

/** What goes with values and no rescue saves. */
export interface UnsavedContent {
  /** Each in words. */
  readonly what: readonly string[]
  /** `assumed` where the definition does not tell whether there is any. */
  readonly certainty: Certainty
}

/** Column types whose contents are kept apart from the row [solution files; rows over the Web API hold a reference alone]: they are saved apart. */
const keptApart: ReadonlySet<string> = new Set(['file', 'image'])
const parties: ReadonlySet<string> = new Set(['partylist', 'activity parties'])

/** Whether rows of a table that goes may be activities, which have parties such as senders and recipients; what no definition denies may be. */
export function mayHaveParties(table: DescribedComponent | undefined): boolean {
  return table === undefined || isSaid(table, 'IsActivity')
}

/** Whether a table that goes may hold files or images; what no definition denies may be. */
export function mayHoldFiles(table: DescribedComponent | undefined, inside: readonly DescribedComponent[]): boolean {
  return table === undefined || inside.some((part) => part.kind.toLowerCase() === 'attribute' && isFileColumn(part))
}

/** Whether notes may hang on rows of a table; what no definition denies may be. */
export function mayHaveNotes(table: DescribedComponent | undefined): boolean {
  return table === undefined || isSaid(table, 'HasRelatedNotes')
}

/** Of a column that goes alone: the parties that it holds, which are saved with whole rows only. */
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
