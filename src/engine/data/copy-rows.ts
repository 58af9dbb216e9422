import type { MaskedTable } from '#domain/data'
import type { Masks, OpenEnvironment, Row, RowReference } from '#engine/ports'
import { createRowMasker } from './copy-masker.ts'
import type { Needles } from './scan-needles.ts'
import type { DataRequest } from './seed-record.ts'

export interface CopyFacts {
  readonly request: DataRequest
  readonly source: OpenEnvironment
  readonly masked: readonly MaskedTable[]
  readonly masks: Masks
}

/** What must be known of all rows before one of them is written: what must not arrive, and which rows lookups may point to. */
export interface SourceFacts {
  readonly needles: Needles
  /** Ids by table, lower case; undefined where all rows of the tables are copied. */
  readonly copied: ReadonlyMap<string, ReadonlySet<string>> | undefined
}

/** Reads all that is to be copied once, and keeps hashes and, where not all is copied, ids of it. */
export async function readSourceFacts({ request, source, masked }: CopyFacts, needles: Needles): Promise<SourceFacts> {
  const copied = request.rows === undefined ? undefined : new Map<string, Set<string>>()
  for (const table of masked) {
    const ids = new Set<string>()
    copied?.set(table.table.table, ids)
    for await (const page of readSome(source, table.table.table, request.rows)) {
      for (const row of page) {
        needles.protect(table, row)
        if (copied !== undefined) ids.add(String(row[table.table.primaryId]).toLowerCase())
      }
    }
  }
  return { needles, copied }
}

/** Rows of one table, masked as they are read: nothing else of them goes on. */
export async function* readMasked(facts: CopyFacts, table: MaskedTable, { needles, copied }: SourceFacts): AsyncIterable<readonly Row[]> {
  const { request, source, masks, masked } = facts
  const tables = new Set(masked.map(({ table: { table: name } }) => name))
  const isCopied = ({ table: name, id }: RowReference): boolean => tables.has(name) && isAmong(copied, name, id)
  const mask = createRowMasker({
    masked: table,
    masks,
    locale: request.rules.locale,
    holdsProtected: (text) => needles.findIn(text) !== undefined,
    isCopied,
  })
  for await (const page of readSome(source, table.table.table, request.rows)) yield page.map(mask)
}

/** Pairs of rows that are both copied. */
export async function* readPairs(facts: CopyFacts, join: string, { copied }: SourceFacts): AsyncIterable<readonly Row[]> {
  const ends = facts.masked.map(({ table }) => ({ table: table.table, column: table.primaryId }))
  for await (const page of facts.source.readRows({ table: join, columns: undefined }))
    yield page.filter((pair) =>
      ends.every(({ table, column }) => pair[column] === undefined || isAmong(copied, table, String(pair[column]))),
    )
}

function isAmong(copied: SourceFacts['copied'], table: string, id: string): boolean {
  return copied === undefined || copied.get(table)?.has(id.toLowerCase()) === true
}

/** Pages come in the order of their ids, so the first ones are the same every time. */
async function* readSome(source: OpenEnvironment, table: string, atMost: number | undefined): AsyncIterable<readonly Row[]> {
  let left = atMost ?? Infinity
  for await (const page of source.readRows({ table, columns: undefined })) {
    if (left <= 0) return
    yield page.length <= left ? page : page.slice(0, left)
    left -= page.length
  }
}
