import type { MaskedTable, MaskingRules } from '#domain/data'
import { describeRule } from '#domain/data'
import type { EnvironmentId, Instant, LedgerEvent, NewEvent, PersonId } from '#domain/kernel'
import type { Projection } from '#engine/ports'
import type { ScanFinding } from './scan-rows.ts'

/** What shall be done: an environment filled with masked or invented rows, or looked through for what should not be there. */
export interface DataRequest {
  readonly id: string
  readonly kind: 'seed' | 'scan'
  readonly environmentId: EnvironmentId
  /** Where rows are from, or whose values are looked for; absent: rows are made up, or only forms are looked for. */
  readonly sourceId?: EnvironmentId
  readonly rules: MaskingRules
  readonly tables: readonly string[]
  /** At most so many of each table, in the order of their ids; absent: all. */
  readonly rows?: number
  /** So many rows of each table are made up. */
  readonly synthetic?: number
  /** Another one gives other fakes. */
  readonly seed: string
  readonly needsWord: boolean
  /** The rebuild that asked for it; what needs no word is done within its work. */
  readonly rebuildId?: string
}

/** What becomes of a column, in words; values are nowhere in a record. */
export interface PlannedColumn {
  readonly column: string
  readonly rule: string
  /** Named by the rules; otherwise by the default of its kind. */
  readonly isNamed: boolean
}

export interface SeededTable {
  readonly table: string
  readonly part: 'values' | 'links'
  readonly written: number
  /** Rows that were there and stay as they are. */
  readonly kept: number
  readonly refused: number
  readonly examples: readonly { readonly id: string; readonly message: string }[]
}

export interface ScanReport {
  /** Rows that were looked at. */
  readonly rows: number
  /** Hashes of protected values that were looked for. */
  readonly sought: number
  readonly found: number
  /** Some of them. */
  readonly findings: readonly ScanFinding[]
  /** What could not be looked at, in sentences. */
  readonly unread: readonly string[]
}

export interface DataWork {
  readonly request: DataRequest
  readonly requestedBy: PersonId
  readonly requestedAt: Instant
  readonly decision?: { readonly by: PersonId; readonly at: Instant; readonly verdict: 'approve' | 'reject'; readonly comment: string }
  readonly plan: readonly { readonly table: string; readonly columns: readonly PlannedColumn[] }[]
  /** What whoever reads the record should know: flows that run, columns that the target lacks. */
  readonly notes: readonly string[]
  readonly done: readonly SeededTable[]
  readonly scan?: ScanReport
  readonly status:
    | { readonly state: 'waiting' }
    | { readonly state: 'running' }
    | { readonly state: 'rejected'; readonly at: Instant }
    | { readonly state: 'ended'; readonly at: Instant }
    | { readonly state: 'errored'; readonly at: Instant; readonly code: string; readonly message: string }
}

interface DataEventData {
  'data-requested': { readonly request: DataRequest }
  'data-decided': { readonly verdict: 'approve' | 'reject'; readonly comment: string }
  'data-planned': Pick<DataWork, 'plan' | 'notes'>
  'data-written': { readonly done: SeededTable }
  'data-scanned': { readonly scan: ScanReport }
  'data-ended': Readonly<Record<string, never>>
  'data-errored': { readonly code: string; readonly message: string }
}

type DataEventType = keyof DataEventData
export type NewDataEvent = { [T in DataEventType]: NewEvent<T, DataEventData[T]> }[DataEventType]
export type DataEvent = { [T in DataEventType]: LedgerEvent<T, DataEventData[T]> }[DataEventType]

/** What becomes of each column, as people are shown it. */
export function tellPlan(masked: readonly MaskedTable[]): DataWork['plan'] {
  return masked.map(({ table, masks }) => ({
    table: table.table,
    columns: masks.map(({ column, rule, isNamed }) => ({ column: column.name, rule: describeRule(rule), isNamed })),
  }))
}

export function dataStream(id: string): string {
  return `data/${id}`
}

export function evolveData(current: DataWork | undefined, event: DataEvent): DataWork {
  if (event.type === 'data-requested') {
    const { request } = event.data
    return {
      request,
      // Whoever asks is a person; the ledger writes all actors alike.
      requestedBy: event.actor as PersonId,
      requestedAt: event.at,
      plan: [],
      notes: [],
      done: [],
      status: { state: request.needsWord ? 'waiting' : 'running' },
    }
  }
  if (current === undefined) throw new Error(`${event.stream} does not begin with a request.`)
  switch (event.type) {
    case 'data-decided':
      return {
        ...current,
        decision: { by: event.actor as PersonId, at: event.at, ...event.data },
        status: event.data.verdict === 'approve' ? { state: 'running' } : { state: 'rejected', at: event.at },
      }
    case 'data-planned':
      return { ...current, ...event.data }
    case 'data-written':
      return { ...current, done: [...current.done, event.data.done] }
    case 'data-scanned':
      return { ...current, scan: event.data.scan }
    case 'data-ended':
      return { ...current, status: { state: 'ended', at: event.at } }
    case 'data-errored':
      return { ...current, status: { state: 'errored', at: event.at, ...event.data } }
  }
}

/** One document for each filling and each look. */
export const dataProjection: Projection = {
  kind: 'data',
  id: (event) => (event.stream.startsWith('data/') ? event.stream.slice('data/'.length) : undefined),
  // The stream is written through its own event types only.
  fold: (document, event) => evolveData(document as DataWork | undefined, event as DataEvent),
  summarise(document) {
    const { request, status } = document as DataWork
    return { state: status.state, environmentId: request.environmentId, kind: request.kind }
  },
}
