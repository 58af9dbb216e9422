import type { LedgerEvent } from '#domain/kernel'
import type { Ledger, Lookup, Page, Projection, ReadModel, ReadModelKind, Summary } from '#engine/ports'

interface Row {
  readonly id: string
  readonly createdSequence: number
  readonly document: unknown
  readonly summary: Summary
}

/** A read model folded from a ledger whenever it is asked, from where it was; always up to date. */
export function createFakeReadModel(ledger: Ledger, projections: readonly Projection[]): ReadModel {
  const rows: Rows = new Map()
  let folded = 0
  async function select(kind: ReadModelKind, lookup: Lookup): Promise<readonly Row[]> {
    const events: readonly LedgerEvent[] = await ledger.readAll(folded, 10_000)
    for (const event of events) {
      // Another question may have folded it meanwhile.
      if (event.sequence <= folded) continue
      fold(projections, event, rows)
      folded = event.sequence
    }
    return [...(rows.get(kind)?.values() ?? [])].filter((row) => isFound(row, lookup)).sort((a, b) => b.createdSequence - a.createdSequence)
  }
  return {
    // A document of a kind is what the projection of that kind folds; the store's own read model trusts it in the same way.
    load: async <T>(kind: ReadModelKind, id: string) => (await select(kind, { ids: [id] }))[0]?.document as T | undefined,
    list: async <T>(kind: ReadModelKind, lookup: Lookup = {}) =>
      (await select(kind, lookup)).slice(0, lookup.limit).map((row) => row.document as T),
    listSummaries: async <T>(kind: ReadModelKind, lookup: Lookup = {}): Promise<Page<T>> => {
      const all = await select(kind, lookup)
      const shown = all.slice(0, lookup.limit)
      return { rows: shown.map((row) => row.summary as T), next: shown.length < all.length ? shown.at(-1)?.createdSequence : undefined }
    },
  }
}

type Rows = Map<ReadModelKind, Map<string, Row>>

function fold(projections: readonly Projection[], event: LedgerEvent, rows: Rows): void {
  const concerned = new Map<ReadModelKind, unknown>()
  for (const projection of projections) {
    const folded = (other: ReadModelKind): unknown => concerned.get(other)
    const id = projection.id(event, folded)
    if (id === undefined) continue
    const ofKind = rows.get(projection.kind) ?? new Map<string, Row>()
    rows.set(projection.kind, ofKind)
    const before = ofKind.get(id)
    const document = projection.fold(before?.document, event, folded)
    concerned.set(projection.kind, document)
    if (document === undefined) ofKind.delete(id)
    else
      ofKind.set(id, {
        id,
        createdSequence: before?.createdSequence ?? event.sequence,
        document,
        summary: projection.summarise?.(document) ?? {},
      })
  }
}

function isFound({ id, createdSequence, summary }: Row, { ids, where, after }: Lookup): boolean {
  if (ids !== undefined && !ids.includes(id)) return false
  if (after !== undefined && createdSequence >= after) return false
  return Object.entries(where ?? {}).every(([name, wanted]) => {
    const value = summary[name]
    return value !== undefined && (typeof wanted === 'string' ? value === wanted : wanted.includes(value))
  })
}
