import type { DescribedComponent } from '#domain/difference'
import type { Certainty } from './plan.ts'

/** What goes with rows or values and no rescue saves. */
export interface UnsavedContent {
  /** Each in words. */
  readonly what: readonly string[]
  /** `assumed` where the definition does not tell whether there is any. */
  readonly certainty: Certainty
}

/** Column types whose contents are kept apart from the row [solution files; rows over the Web API hold a reference alone]. */
const keptApart: ReadonlySet<string> = new Set(['file', 'image'])
const parties: ReadonlySet<string> = new Set(['partylist', 'activity parties'])

/** Of a table that goes: files and images of its columns, and the parties of activities. */
export function unsavedOfTable(table: DescribedComponent | undefined, inside: readonly DescribedComponent[]): UnsavedContent {
  if (table === undefined)
    return {
      what: ['contents of file and image columns and parties of activities, if it has any'],
      certainty: 'assumed',
    }
  const columns = inside.filter((part) => part.kind.toLowerCase() === 'attribute' && isKeptApart(part)).map(({ key }) => columnOf(key))
  return {
    what: [
      ...(columns.length === 0 ? [] : [`the contents of its file and image columns (${columns.sort().join(', ')})`]),
      ...(isSaid(table, 'IsActivity') ? ['the parties of its activities, such as senders and recipients'] : []),
    ],
    certainty: 'known',
  }
}

/** Whether notes may hang on rows of a table; what no definition denies may be. */
export function mayHaveNotes(table: DescribedComponent | undefined): boolean {
  return table === undefined || isSaid(table, 'HasRelatedNotes')
}

/** Of a column that goes: all that it holds, where that is kept apart from its row. */
export function unsavedOfColumn(column: DescribedComponent | undefined): UnsavedContent {
  if (column === undefined) return { what: ['what it holds, if it is a column of files, images or parties'], certainty: 'assumed' }
  return { what: isKeptApart(column) || parties.has(typeOf(column) ?? '') ? ['what it holds'] : [], certainty: 'known' }
}

function isKeptApart(column: DescribedComponent): boolean {
  return keptApart.has(typeOf(column) ?? '')
}

function typeOf(column: DescribedComponent): string | undefined {
  return column.facts.find(({ path }) => path === 'Type')?.value.toLowerCase()
}

function columnOf(key: string): string {
  return key.slice(key.indexOf('.') + 1)
}

/** Solution files say so with 1 or True, described components in words; what is not, they leave out or deny. */
function isSaid(table: DescribedComponent, name: string): boolean {
  return table.facts.some(({ path, value }) => path.split('/').at(-1) === name && /^(1|true|yes|on)$/i.test(value))
}
