import type { Digest, Instant, LedgerEvent, NewEvent, PersonId, Result } from '#domain/kernel'
import { accept, canonicalJson, refuse, toId } from '#domain/kernel'
import type { SignedHead } from './signed-head.ts'
import { readSignedHead } from './signed-head.ts'

/** What a legal hold keeps: one promotion, or all of a solution. */
export type HoldSubject =
  | { readonly kind: 'promotion'; readonly promotionId: string }
  | { readonly kind: 'solution'; readonly solution: string }

/** What it concerns stays whole wherever Drover holds it, however long, until somebody lifts it. */
export interface LegalHold {
  readonly subject: HoldSubject
  readonly reason: string
  readonly by: PersonId
  readonly at: Instant
}

/** One pack in the archive, told by the one before: none can be taken out or put in between without the next telling another hash. */
export interface ArchiveManifest {
  readonly kind: typeof manifestKind
  /** Beginning with 1. */
  readonly number: number
  /** Hex sha256 of the text of the manifest before; 64 zeros for the first. */
  readonly previous: string
  readonly promotionId: string
  readonly solution: string
  readonly file: string
  readonly sha256: string
  readonly size: number
  /** The anchor that the pack is bound to: where the ledger stood when archiving began. */
  readonly signedHead: SignedHead
}

export interface SignedManifest {
  readonly manifest: ArchiveManifest
  readonly keyId: string
  /** Ed25519 over {@link manifestText}, in base64. */
  readonly signature: string
}

export interface ArchiveEventData {
  'legal-hold-placed': { readonly subject: HoldSubject; readonly reason: string }
  'legal-hold-lifted': { readonly subject: HoldSubject; readonly reason: string }
  'archive-proposed': { readonly promotions: readonly string[]; readonly reason: string }
  /** Two people's word. `signedHead`: what all packs of it are bound to. */
  'archive-begun': {
    readonly archiveId: string
    readonly folder: string
    readonly promotions: readonly string[]
    readonly reason: string
    readonly proposedBy: PersonId
    readonly signedHead: SignedHead
  }
  /** Written, read back and verified. `manifest`: hex sha256 of its text. */
  'archive-kept': {
    readonly archiveId: string
    readonly promotionId: string
    readonly number: number
    readonly file: string
    readonly sha256: string
    readonly manifest: string
  }
  /** It stays where it is: under a legal hold, or its pack does not hold. */
  'archive-skipped': { readonly archiveId: string; readonly promotionId: string; readonly reason: string }
  /** From here on the bytes may be gone; their digests stay in the entries that named them. */
  'archive-removal-begun': { readonly archiveId: string; readonly removed: readonly RemovedBytes[] }
  'archive-ended': { readonly archiveId: string }
}

/** Bytes that were held outside of the ledger, and the promotion in whose pack they are. */
export interface RemovedBytes {
  readonly digest: Digest
  readonly promotionId: string
}

export type NewArchiveEvent = { [T in keyof ArchiveEventData]: NewEvent<T, ArchiveEventData[T]> }[keyof ArchiveEventData]
export type ArchiveEvent = { [T in keyof ArchiveEventData]: LedgerEvent<T, ArchiveEventData[T]> }[keyof ArchiveEventData]

export const archiveStream = 'archive'
const manifestKind = 'drover/archive-manifest/v1'
export const firstManifest = '0'.repeat(64)

/** How archiving stands; without what was archived long ago. */
export interface ArchiveRecord {
  readonly holds: readonly LegalHold[]
  /** The word of a first person. */
  readonly proposal?: { readonly promotions: readonly string[]; readonly by: PersonId; readonly at: Instant }
  readonly running?: RunningArchive
  /** The newest manifest that the ledger knows. */
  readonly last?: { readonly number: number; readonly manifest: string }
  readonly ended?: { readonly archiveId: string; readonly at: Instant }
}

export interface RunningArchive {
  readonly archiveId: string
  readonly folder: string
  readonly signedHead: SignedHead
  readonly remaining: readonly string[]
  readonly kept: readonly string[]
  /** Absent until all of it is kept or skipped. */
  readonly removed?: readonly RemovedBytes[]
}

export function evolveArchive(record: ArchiveRecord = { holds: [] }, event: ArchiveEvent): ArchiveRecord {
  switch (event.type) {
    case 'legal-hold-placed':
      return { ...record, holds: [...record.holds, { ...event.data, by: toId<PersonId>(event.actor), at: event.at }] }
    case 'legal-hold-lifted':
      return { ...record, holds: record.holds.filter(({ subject }) => !isSame(subject, event.data.subject)) }
    case 'archive-proposed':
      return { ...record, proposal: { promotions: event.data.promotions, by: toId<PersonId>(event.actor), at: event.at } }
    case 'archive-begun': {
      const { archiveId, folder, signedHead, promotions } = event.data
      const { proposal: _spent, ...rest } = record
      return { ...rest, running: { archiveId, folder, signedHead, remaining: promotions, kept: [] } }
    }
    case 'archive-ended': {
      const { running: _done, ...rest } = record
      return { ...rest, ended: { archiveId: event.data.archiveId, at: event.at } }
    }
    default:
      return evolveRunning(record, event)
  }
}

function evolveRunning(
  record: ArchiveRecord,
  event: Extract<ArchiveEvent, { readonly type: 'archive-kept' | 'archive-skipped' | 'archive-removal-begun' }>,
): ArchiveRecord {
  const { running } = record
  if (running === undefined) return record
  if (event.type === 'archive-removal-begun') return { ...record, running: { ...running, removed: event.data.removed } }
  const { promotionId } = event.data
  const remaining = running.remaining.filter((id) => id !== promotionId)
  if (event.type === 'archive-skipped') return { ...record, running: { ...running, remaining } }
  const { number, manifest } = event.data
  return { ...record, running: { ...running, remaining, kept: [...running.kept, promotionId] }, last: { number, manifest } }
}

/** Whether a legal hold keeps what a promotion of a solution left behind. */
export function isUnderHold(
  { holds }: Pick<ArchiveRecord, 'holds'>,
  of: { readonly promotionId: string | undefined; readonly solution: string | undefined },
): boolean {
  return holds.some(({ subject }) =>
    subject.kind === 'promotion' ? subject.promotionId === of.promotionId : subject.solution.toLowerCase() === of.solution?.toLowerCase(),
  )
}

/** From when on the evidence of a promotion need not be kept any more: so many years after the last that was said of it. */
export function keptUntil(lastSaidAt: Instant, years: number): Instant {
  const date = new Date(lastSaidAt)
  // The 29th of February becomes the 1st of March: a day longer, never shorter.
  date.setUTCFullYear(date.getUTCFullYear() + years)
  return toId<Instant>(date.toISOString())
}

/** Whether a word to archive is a proposal, or carries out that of another person; then only what both meant. */
export function decideArchive(
  command: { readonly actor: PersonId; readonly reason: string; readonly now: Instant },
  {
    record,
    due,
    takesTwo,
    proposalHours,
  }: {
    readonly record: ArchiveRecord
    readonly due: readonly string[]
    readonly takesTwo: boolean
    readonly proposalHours: number
  },
): Result<{ readonly kind: 'propose' | 'begin'; readonly promotions: readonly string[] }> {
  if (command.reason.trim() === '')
    return refuse('evidence.reason-needed', 'Evidence is archived only with a reason.', 'Say why, for example --reason "yearly archive".')
  if (record.running !== undefined)
    return refuse(
      'archive.running',
      `Archive ${record.running.archiveId} is still being made.`,
      'Wait until it has ended; the worker goes on with it.',
    )
  if (due.length === 0)
    return refuse('archive.nothing-due', 'No promotion is older than policy has its evidence kept here.', 'Nothing to do.')
  if (!takesTwo) return accept({ kind: 'begin', promotions: due })
  const { proposal } = record
  const isOpen = proposal !== undefined && Date.parse(command.now) <= Date.parse(proposal.at) + proposalHours * 3_600_000
  const both = isOpen ? due.filter((id) => proposal.promotions.includes(id)) : []
  if (isOpen && proposal.by !== command.actor && both.length > 0) return accept({ kind: 'begin', promotions: both })
  return accept({ kind: 'propose', promotions: due })
}

export function decideHold(
  { subject, reason, lifts }: { readonly subject: HoldSubject; readonly reason: string; readonly lifts: boolean },
  { holds }: Pick<ArchiveRecord, 'holds'>,
): Result<readonly NewArchiveEvent[]> {
  if (reason.trim() === '')
    return refuse('evidence.reason-needed', 'A legal hold is placed or lifted only with a reason.', 'Say why, with --reason.')
  const isHeld = holds.some((hold) => isSame(hold.subject, subject))
  if (lifts && !isHeld)
    return refuse('archive.not-held', 'There is no legal hold on it.', 'See those that there are with `drover evidence archive`.')
  if (!lifts && isHeld) return accept([])
  return accept([{ type: lifts ? 'legal-hold-lifted' : 'legal-hold-placed', data: { subject, reason: reason.trim() } }])
}

export function makeManifest(content: Omit<ArchiveManifest, 'kind'>): ArchiveManifest {
  return { kind: manifestKind, ...content }
}

/** What is signed, and what the next manifest names by its hash. */
export function manifestText(manifest: ArchiveManifest): string {
  return canonicalJson(manifest)
}

export function manifestPath(number: number): string {
  return `manifests/${String(number).padStart(8, '0')}.json`
}

/** Undefined for what is none. */
export function readSignedManifest(text: string): SignedManifest | undefined {
  const value = parse(text) as Partial<SignedManifest> | undefined // its fields are looked at below
  const { manifest, keyId, signature } = value ?? {}
  const isWhole =
    manifest?.kind === manifestKind &&
    Number.isSafeInteger(manifest.number) &&
    [manifest.previous, manifest.promotionId, manifest.solution, manifest.file, manifest.sha256, keyId, signature].every(
      (each) => typeof each === 'string',
    ) &&
    readSignedHead(manifest.signedHead) !== undefined
  return isWhole ? (value as SignedManifest) : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined
  } catch {
    return undefined
  }
}

/** The bytes that were removed after retention, as entries tell it, by digest. */
export function removedIn(entries: readonly LedgerEvent[]): ReadonlyMap<string, { readonly at: Instant; readonly sequence: number }> {
  return new Map(
    entries.flatMap(({ type, stream, data, at, sequence }) =>
      type === 'archive-removal-begun' && stream === archiveStream
        ? (data as ArchiveEventData[typeof type]).removed.map(({ digest }) => [digest, { at, sequence }] as const)
        : [],
    ),
  )
}

function isSame(one: HoldSubject, other: HoldSubject): boolean {
  return canonicalJson(lower(one)) === canonicalJson(lower(other))
}

function lower(subject: HoldSubject): HoldSubject {
  return subject.kind === 'solution' ? { ...subject, solution: subject.solution.toLowerCase() } : subject
}
