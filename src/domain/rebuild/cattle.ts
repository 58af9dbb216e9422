import type { Environment, EnvironmentSpec } from '#domain/environment'
import type { EnvironmentId, Instant, LedgerEvent, NewEvent, PersonId } from '#domain/kernel'

/** How far work on a whole environment is; `note` says what became of it. */
export interface CattleWork {
  readonly id: string
  readonly by: string
  readonly at: Instant
  readonly state: 'running' | 'done' | 'errored'
  readonly note: string
}

/** What Drover was asked to make: who answers for it, what for, and until when (TOP-04). */
export interface CreationOrder {
  readonly environmentId: EnvironmentId
  readonly name: string
  readonly kind: 'developer' | 'feature'
  readonly owner: PersonId
  /** What it is for, and why it is needed. */
  readonly justification: string
  /** Whose identity, tenant and place it shares. */
  readonly like: EnvironmentId
  readonly spec: EnvironmentSpec
  readonly endsAt: Instant
  /** Source that it begins with; undefined: it begins empty. */
  readonly source: { readonly solution: string; readonly from: string | undefined } | undefined
}

/** What the ledger knows of the life of one cattle environment. Its stream is `cattle/<environment>`. */
export interface CattleRecord {
  readonly environmentId: EnvironmentId
  /** The order by which Drover made it, and how far that is; undefined: others did. */
  readonly creation: (CattleWork & { readonly order: CreationOrder; readonly platformId: string | undefined }) | undefined
  /** Imports of its creation: they are nobody else's. */
  readonly imports: readonly { readonly solution: string; readonly importJobId: string }[]
  /** The end that was announced last, and when. */
  readonly announced: { readonly endsAt: Instant; readonly at: Instant } | undefined
  readonly kept: { readonly until: Instant; readonly reason: string; readonly by: string; readonly at: Instant } | undefined
  readonly removal: (CattleWork & { readonly why: string }) | undefined
  readonly lastRebuilt: { readonly rebuildId: string; readonly at: Instant; readonly isEqual: boolean } | undefined
  /** The newest rebuild that was ordered. */
  readonly ordered: string | undefined
}

interface CattleEventData {
  'creation-ordered': { readonly creationId: string; readonly order: CreationOrder }
  'creation-made': { readonly platformId: string; readonly url: string }
  'creation-ended': { readonly state: 'done' | 'errored'; readonly note: string }
  /** Written before a request that must not be sent blindly again. */
  'cattle-request': { readonly what: string; readonly state: string; readonly id?: string; readonly solution?: string }
  'end-announced': { readonly endsAt: Instant }
  'end-put-off': { readonly until: Instant; readonly reason: string }
  'removal-ordered': { readonly removalId: string; readonly why: string }
  'removal-ended': { readonly removalId: string; readonly state: 'done' | 'errored'; readonly note: string }
  'rebuild-ordered': { readonly rebuildId: string }
  rebuilt: { readonly rebuildId: string; readonly isEqual: boolean }
}

type CattleEventType = keyof CattleEventData
export type NewCattleEvent = { [T in CattleEventType]: NewEvent<T, CattleEventData[T]> }[CattleEventType]
export type CattleEvent = { [T in CattleEventType]: LedgerEvent<T, CattleEventData[T]> }[CattleEventType]

export function cattleStream(environmentId: EnvironmentId): string {
  return `cattle/${environmentId}`
}

export function unknownCattle(environmentId: EnvironmentId): CattleRecord {
  return {
    environmentId,
    ...{ creation: undefined, imports: [], announced: undefined, kept: undefined },
    ...{ removal: undefined, lastRebuilt: undefined, ordered: undefined },
  }
}

/** Folds one event of the life of an environment. */
export function evolveCattle(record: CattleRecord, event: CattleEvent): CattleRecord {
  const { at, actor } = event
  switch (event.type) {
    case 'creation-ordered': {
      const { creationId, order } = event.data
      // Whoever made it was told its end then and there.
      const announced = { endsAt: order.endsAt, at }
      const creation = { id: creationId, order, by: actor, at, state: 'running', note: '', platformId: undefined } as const
      return { ...unknownCattle(order.environmentId), creation, announced }
    }
    case 'creation-made':
      return { ...record, creation: record.creation && { ...record.creation, platformId: event.data.platformId } }
    case 'creation-ended':
      return { ...record, creation: record.creation && { ...record.creation, ...event.data } }
    case 'cattle-request': {
      const { state, id, solution } = event.data
      const isImport = state === 'sent' && id !== undefined && solution !== undefined
      return isImport ? { ...record, imports: [...record.imports, { solution, importJobId: id }] } : record
    }
    case 'end-announced':
      return { ...record, announced: { endsAt: event.data.endsAt, at } }
    case 'end-put-off':
      return { ...record, kept: { ...event.data, by: actor, at } }
    case 'removal-ordered':
      return { ...record, removal: { id: event.data.removalId, why: event.data.why, by: actor, at, state: 'running', note: '' } }
    case 'removal-ended':
      return { ...record, removal: record.removal && { ...record.removal, state: event.data.state, note: event.data.note } }
    case 'rebuild-ordered':
      return { ...record, ordered: event.data.rebuildId }
    case 'rebuilt':
      return { ...record, lastRebuilt: { ...event.data, at } }
  }
}

/** Where a disposable environment stands towards its end. */
export type EndOfCattle =
  | { readonly state: 'none' }
  | { readonly state: 'far'; readonly endsAt: Instant }
  /** It is to be announced now. */
  | { readonly state: 'near'; readonly endsAt: Instant }
  | { readonly state: 'announced'; readonly endsAt: Instant; readonly removedFrom: Instant }
  | { readonly state: 'over'; readonly endsAt: Instant; readonly removedFrom: Instant }

/**
 * A pet has no end, whatever is configured. An end counts from when it was announced: an environment goes no sooner than so many days after the
 * warning was recorded, or at its end where that was told to whoever had it made.
 */
export function evaluateEnd(
  of: { readonly environment: Pick<Environment, 'careClass' | 'endsAt'>; readonly record: CattleRecord | undefined },
  { now, warningDays }: { readonly now: Instant; readonly warningDays: number },
): EndOfCattle {
  const { environment, record } = of
  if (environment.careClass === 'pet' || environment.endsAt === undefined) return { state: 'none' }
  const endsAt = later(environment.endsAt, record?.kept?.until)
  const announced = record?.announced?.endsAt === endsAt ? record.announced : undefined
  if (announced === undefined) return { state: Date.parse(now) >= addDays(endsAt, -warningDays) ? 'near' : 'far', endsAt }
  const wasOrdered = record?.creation?.order.endsAt === endsAt
  const removedFrom = wasOrdered ? endsAt : later(endsAt, instant(addDays(announced.at, warningDays)))
  return { state: Date.parse(now) >= Date.parse(removedFrom) ? 'over' : 'announced', endsAt, removedFrom }
}

function later(a: Instant, b: Instant | undefined): Instant {
  return b !== undefined && Date.parse(b) > Date.parse(a) ? b : a
}

function addDays(at: Instant, days: number): number {
  return Date.parse(at) + days * 86_400_000
}

function instant(ms: number): Instant {
  // An ISO text made of a number of milliseconds is an instant.
  return new Date(ms).toISOString() as Instant
}

/** Whether a rebuild is due (PET-03), in words; undefined: it is not, or it is no cattle that is rebuilt. */
export function describeRebuildAge(
  of: { readonly environment: Pick<Environment, 'careClass' | 'purpose'>; readonly record: CattleRecord | undefined },
  { now, days }: { readonly now: Instant; readonly days: number },
): string | undefined {
  const { environment, record } = of
  if (environment.careClass === 'pet' || !['development', 'test', 'acceptance'].includes(environment.purpose)) return undefined
  const last = record?.lastRebuilt
  if (last === undefined) return 'never rebuilt'
  const age = Math.floor((Date.parse(now) - Date.parse(last.at)) / 86_400_000)
  if (age > days) return `rebuilt ${age} days ago, due since ${age - days}`
  return last.isEqual ? undefined : `rebuilt ${age} days ago, not equal to its source`
}
