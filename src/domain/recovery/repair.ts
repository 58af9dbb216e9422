import type { Instant } from '#domain/kernel'

/** A row by the logical names of its columns; columns without a value are left out. */
export type ComparedRow = Readonly<Record<string, unknown>>

/** How one row of a sandbox stands to the same row of the pet. Of a row that is there, the columns by name. */
export type RowStanding =
  | { readonly kind: 'missing' }
  | { readonly kind: 'same' }
  /** Left alone, since nobody has changed it in the pet since the named moment. */
  | { readonly kind: 'untouched' }
  | { readonly kind: 'other'; readonly empty: readonly string[]; readonly differing: readonly string[] }

/** What a comparison found, by count and by id; no value is in it. */
export interface RepairCounts {
  readonly compared: number
  readonly missing: number
  /** Rows of which at least one value is empty in the pet, and not in the sandbox. */
  readonly emptied: number
  /** Rows of which at least one value is another in the pet. */
  readonly differing: number
  readonly untouched: number
  /** Values that differ, by column. */
  readonly columns: Readonly<Record<string, number>>
  /** Some of the rows, by id. */
  readonly examples: { readonly missing: readonly string[]; readonly emptied: readonly string[]; readonly differing: readonly string[] }
}

/** How what was compared is written. */
export interface RepairWritten {
  /** Holds what the sandbox has; its restore makes rows and fills values. */
  readonly rescueId: string
  readonly restoreId: string | undefined
  /** Holds what stood in the pet before it was written over; undefined where nothing was. */
  readonly beforeId: string | undefined
  readonly overwritten: number
  /** Rows that somebody changed between the look and the write, and that were left as they are. */
  readonly kept: number
  readonly refused: number
}

/** So many rows of each sort are named; the others are counted. */
const examplesAtMost = 20

/** What the platform itself writes or computes: it differs between any two environments, and nobody can set it. */
const ownOfPlatform =
  /^(createdon|createdby|createdonbehalfby|modifiedon|modifiedby|modifiedonbehalfby|versionnumber|overriddencreatedon|importsequencenumber|timezoneruleversionnumber|utcconversiontimezonecode|owningbusinessunit|owninguser|owningteam|owneridtype|traversedpath|processid|stageid|exchangerate)$|_base$/

/** How a row of the sandbox stands to that of the pet. `now` undefined: the pet has none of this id. */
export function standRow(
  saved: ComparedRow,
  now: ComparedRow | undefined,
  { columns, changedSince }: { readonly columns: readonly string[] | undefined; readonly changedSince: Instant | undefined },
): RowStanding {
  if (now === undefined) return { kind: 'missing' }
  const wanted = Object.keys(saved).filter((name) => !ownOfPlatform.test(name) && (columns === undefined || columns.includes(name)))
  const empty = wanted.filter((name) => isEmpty(now[name]) && !isEmpty(saved[name]))
  const differing = wanted.filter((name) => !isEmpty(now[name]) && !isEmpty(saved[name]) && !isAlike(now[name], saved[name]))
  if (empty.length === 0 && differing.length === 0) return { kind: 'same' }
  const changedAt = now['modifiedon']
  if (changedSince !== undefined && typeof changedAt === 'string' && Date.parse(changedAt) < Date.parse(changedSince))
    return { kind: 'untouched' }
  return { kind: 'other', empty, differing }
}

export const nothingCompared: RepairCounts = {
  compared: 0,
  missing: 0,
  emptied: 0,
  differing: 0,
  untouched: 0,
  columns: {},
  examples: { missing: [], emptied: [], differing: [] },
}

/** The counts with one more row. */
export function countRow(counts: RepairCounts, id: string, standing: RowStanding): RepairCounts {
  const compared = counts.compared + 1
  if (standing.kind === 'same') return { ...counts, compared }
  if (standing.kind === 'untouched') return { ...counts, compared, untouched: counts.untouched + 1 }
  const { examples } = counts
  if (standing.kind === 'missing')
    return { ...counts, compared, missing: counts.missing + 1, examples: { ...examples, missing: withId(examples.missing, id) } }
  const isEmptied = standing.empty.length > 0
  const isDiffering = standing.differing.length > 0
  return {
    ...counts,
    compared,
    emptied: counts.emptied + Number(isEmptied),
    differing: counts.differing + Number(isDiffering),
    columns: [...standing.empty, ...standing.differing].reduce((all, name) => ({ ...all, [name]: (all[name] ?? 0) + 1 }), counts.columns),
    examples: {
      ...examples,
      emptied: isEmptied ? withId(examples.emptied, id) : examples.emptied,
      differing: isDiffering ? withId(examples.differing, id) : examples.differing,
    },
  }
}

function withId(ids: readonly string[], id: string): readonly string[] {
  return ids.length < examplesAtMost ? [...ids, id] : ids
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null
}

/** Lookups are objects; ids of either side may be written in another case. */
function isAlike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one).toLowerCase() === JSON.stringify(other).toLowerCase() && (isObject(one) || one === other)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
