import type { RecoveryWayKind } from '#domain/environment'
import type { EnvironmentId, Instant, LedgerEvent, NewEvent, PersonId, ReleaseId } from '#domain/kernel'
import type { RestoredSandbox } from './sandbox-checklist.ts'
import type { PointInTime } from './sandbox.ts'
import type { RepairCounts, RepairWritten } from './repair.ts'
import type { ComponentPlan, ComponentsWritten, PlannedReturn } from './repair-components.ts'

/** What is done with a recovery sandbox. */
export type RecoveryDeed =
  | { readonly kind: 'restore'; readonly point: PointInTime }
  | {
      readonly kind: 'repair'
      readonly table: string
      /** Undefined: every column. */
      readonly columns: readonly string[] | undefined
      /** Only rows that were changed in the pet since then, or are gone there. */
      readonly changedSince: Instant | undefined
      readonly isOverwriting: boolean
      /** It compares and counts, and writes nothing. */
      readonly isDryRun: boolean
    }
  | {
      readonly kind: 'repair-components'
      readonly solution: string
      /** What comes back, as a look showed it; empty of a look. */
      readonly planned: readonly PlannedReturn[]
      /** It compares, and brings nothing. */
      readonly isDryRun: boolean
    }
  | {
      readonly kind: 'rehearsal'
      readonly solution: string
      readonly way: RecoveryWayKind
      /** The release that goes wrong in the rehearsal, brought first; undefined: what is there. */
      readonly from: ReleaseId | undefined
      /** Undefined: gone on the sandbox as it is. */
      readonly point: PointInTime | undefined
    }

/** What somebody asked for. */
export interface RecoveryOrder {
  readonly id: string
  /** The pet. */
  readonly environmentId: EnvironmentId
  readonly sandboxId: EnvironmentId
  readonly deed: RecoveryDeed
  readonly reason: string
  readonly by: PersonId
  /** It is confirmed only while this configuration is in force. */
  readonly configurationVersion: number
}

/** One part of the work, measured. */
export interface RecoveryPart {
  readonly name: string
  readonly note: string
  readonly startedAt: Instant
  readonly finishedAt: Instant
}

export type RecoveryEnd = 'done' | 'failed' | 'errored' | 'indeterminate'

/** Work on a recovery sandbox, from the first word to its end. Its stream is `recovery/<id>`. */
export interface RecoveryWork extends RecoveryOrder {
  readonly askedAt: Instant
  /** The second of two people; undefined where one was enough. */
  readonly confirmedBy: PersonId | undefined
  readonly startedAt: Instant | undefined
  readonly state: 'proposed' | 'running' | RecoveryEnd
  readonly parts: readonly RecoveryPart[]
  /** How it ended. */
  readonly note: string
  readonly endedAt: Instant | undefined
  /** What a restore left to do, and until when its rows may stay. */
  readonly restored: RestoredSandbox | undefined
  readonly compared: RepairCounts | undefined
  readonly written: RepairWritten | undefined
  /** Absent in documents from before components were repaired. */
  readonly planned?: ComponentPlan | undefined
  readonly brought?: ComponentsWritten | undefined
  readonly warnedAt: Instant | undefined
  /** The end that was warned of; where it was put off since, it is warned of anew. */
  readonly warnedOf: Instant | undefined
  /** When its time was over. */
  readonly expiredAt: Instant | undefined
}

interface RecoveryEventData {
  'recovery-proposed': { readonly order: RecoveryOrder }
  /** Of one person, or of the second. */
  'recovery-started': { readonly order: RecoveryOrder; readonly confirmedBy?: PersonId }
  /** Written before what must not be sent twice; says nothing of the document. */
  'recovery-sent': { readonly what: string; readonly attempt: number; readonly state: 'sent' | 'not-arrived' }
  'recovery-part': { readonly part: RecoveryPart }
  'sandbox-restored': { readonly restored: RestoredSandbox }
  'rows-compared': { readonly counts: RepairCounts }
  'rows-written': { readonly written: RepairWritten }
  'components-compared': { readonly plan: ComponentPlan }
  'components-written': { readonly written: ComponentsWritten }
  'recovery-ended': { readonly state: RecoveryEnd; readonly note: string }
  'sandbox-warned': { readonly endsAt: Instant }
  /** `note`: what becomes of the sandbox. */
  'sandbox-expired': { readonly endsAt: Instant; readonly note?: string }
}

type RecoveryEventType = keyof RecoveryEventData
export type NewRecoveryEvent = { [T in RecoveryEventType]: NewEvent<T, RecoveryEventData[T]> }[RecoveryEventType]
export type RecoveryEvent = { [T in RecoveryEventType]: LedgerEvent<T, RecoveryEventData[T]> }[RecoveryEventType]

export function recoveryStream(id: string): string {
  return `recovery/${id}`
}

/** The work after one more event of its stream. */
export function evolveRecovery(work: RecoveryWork | undefined, event: RecoveryEvent): RecoveryWork | undefined {
  if (event.type === 'recovery-proposed') return begin(event.data.order, event.at)
  if (event.type === 'recovery-started') {
    const known = work ?? begin(event.data.order, event.at)
    return { ...known, confirmedBy: event.data.confirmedBy, startedAt: event.at, state: 'running' }
  }
  if (work === undefined) return undefined
  switch (event.type) {
    case 'recovery-sent':
      return work
    case 'recovery-part':
      return { ...work, parts: [...work.parts, event.data.part] }
    case 'sandbox-restored':
      return { ...work, restored: event.data.restored }
    case 'rows-compared':
      return { ...work, compared: event.data.counts }
    case 'rows-written':
      return { ...work, written: event.data.written }
    case 'components-compared':
      return { ...work, planned: event.data.plan }
    case 'components-written':
      return { ...work, brought: event.data.written }
    case 'recovery-ended':
      return { ...work, state: event.data.state, note: event.data.note, endedAt: event.at }
    case 'sandbox-warned':
      return { ...work, warnedAt: event.at, warnedOf: event.data.endsAt }
    case 'sandbox-expired':
      return { ...work, expiredAt: event.at, note: [work.note, event.data.note].filter(Boolean).join(' ') }
  }
}

function begin(order: RecoveryOrder, at: Instant): RecoveryWork {
  return {
    ...order,
    askedAt: at,
    confirmedBy: undefined,
    startedAt: undefined,
    state: 'proposed',
    parts: [],
    note: '',
    endedAt: undefined,
    restored: undefined,
    compared: undefined,
    written: undefined,
    warnedAt: undefined,
    warnedOf: undefined,
    expiredAt: undefined,
  }
}
