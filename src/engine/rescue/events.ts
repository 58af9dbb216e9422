import type { Digest, EnvironmentId, Instant, LedgerEvent, NewEvent, PersonId, PromotionId, Version } from '#domain/kernel'
import type { Promotion, Rescue } from '#domain/promotion'

/** How one table came back: how many rows, and why others did not, by the environment's codes. Nothing of a row is in it but ids. */
export interface RestoredTable {
  readonly table: string
  /** The table on whose rows these hang: notes and shares. */
  readonly regarding?: string
  /** `values`: rows and plain columns; `contents`: files and images; `links`: lookups, owner, state and pairs, once the rows of all tables are there. */
  readonly part: 'values' | 'contents' | 'links'
  readonly written: number
  /** Rows of which something stays as people have it now: nothing that is there is overwritten. Absent in entries from before it was told. */
  readonly kept?: number
  readonly refused: number
  /** Some of those that were refused. */
  readonly examples: readonly { readonly id: string; readonly message: string }[]
}

export interface Restore {
  readonly id: string
  readonly by: PersonId
  readonly reason: string
  readonly startedAt: Instant
  /** Tables that are written; undefined: all. */
  readonly tables: readonly string[] | undefined
  readonly done: readonly RestoredTable[]
  readonly status:
    | { readonly state: 'running' }
    | { readonly state: 'ended'; readonly at: Instant }
    | { readonly state: 'errored'; readonly at: Instant; readonly code: string; readonly message: string }
}

/** A rescue with where it is from, and what became of it. */
export interface RescueRecord {
  readonly rescue: Rescue
  /** What destroyed what was saved: a promotion of this version. Undefined where a repair saved it. */
  readonly promotionId: PromotionId | undefined
  readonly environmentId: EnvironmentId
  readonly solution: string | undefined
  readonly version: Version | undefined
  /** The repair that saved it, and in words what it holds; absent where a promotion did. */
  readonly repair?: RescueOfRepair | undefined
  /** The layer that a revert took away; absent of anything else. */
  readonly layer?: RescuedLayer | undefined
  readonly restores: readonly Restore[]
  /** When its time was over and its deletion began: from then on it is not restored. Absent in documents from before that was told. */
  readonly removalBegunAt?: Instant | undefined
  /** When what it held was deleted. */
  readonly removedAt: Instant | undefined
}

/** A change by hand as it was before it was reverted: an unmanaged solution file that holds the one component. */
export interface RescuedLayer {
  /** The revert that saved it. */
  readonly workId: string
  readonly deviation: string
  readonly kind: string
  readonly key: string
  readonly name: string
  readonly table: string | undefined
  /** Governed solution whose component it is. */
  readonly solution: string
  /** Unique name of the solution in the file, which is a container alone. */
  readonly transport: string
  /** Of the stored, encrypted bytes. */
  readonly digest: Digest
  readonly size: number
}

export interface RescueOfRepair {
  readonly recoveryId: string
  readonly holds: string
}

interface RescueEventData {
  /** Begins a rescue that no promotion saved. */
  'rescue-taken': {
    readonly rescue: Rescue
    readonly environmentId: EnvironmentId
    readonly repair?: RescueOfRepair
    readonly layer?: RescuedLayer
  }
  /** The import that puts a layer back is, or was, on its way under this id of its job. */
  'restore-layer-sent': { readonly restoreId: string; readonly importJobId: string }
  'restore-started': { readonly restoreId: string; readonly by: PersonId; readonly reason: string; readonly tables?: readonly string[] }
  'restore-progressed': { readonly restoreId: string; readonly done: RestoredTable }
  'restore-ended': { readonly restoreId: string }
  'restore-errored': { readonly restoreId: string; readonly code: string; readonly message: string }
  'rescue-removal-begun': { readonly reason: string }
  'rescue-removed': { readonly reason: string }
}

type RescueEventType = keyof RescueEventData
export type NewRescueEvent = { [T in RescueEventType]: NewEvent<T, RescueEventData[T]> }[RescueEventType]
export type RescueEvent = { [T in RescueEventType]: LedgerEvent<T, RescueEventData[T]> }[RescueEventType]

export function rescueStream(id: string): string {
  return `rescue/${id}`
}

/** What a rescue is when a promotion saved it. */
export function beginRescue(rescue: Rescue, { request }: Promotion): RescueRecord {
  const { promotionId, environmentId, solution, version } = request
  return { rescue, promotionId, environmentId, solution, version, restores: [], removedAt: undefined }
}

/** Folds one event of a rescue's own stream. */
export function evolveRescue(known: RescueRecord | undefined, event: RescueEvent): RescueRecord {
  if (event.type === 'rescue-taken') return known ?? takenRescue(event.data)
  // Nothing is told of a rescue before it was saved.
  const record = known as RescueRecord
  if (event.type === 'restore-layer-sent') return record
  if (event.type === 'rescue-removal-begun') return { ...record, removalBegunAt: event.at }
  if (event.type === 'rescue-removed') return { ...record, removedAt: event.at }
  if (event.type === 'restore-started') {
    const { restoreId, by, reason, tables } = event.data
    const restore: Restore = { id: restoreId, by, reason, startedAt: event.at, tables, done: [], status: { state: 'running' } }
    return { ...record, restores: [...record.restores, restore] }
  }
  const restores = record.restores.map((restore) => (restore.id === event.data.restoreId ? evolveRestore(restore, event) : restore))
  return { ...record, restores }
}

function takenRescue({ rescue, environmentId, repair, layer }: RescueEventData['rescue-taken']): RescueRecord {
  const promotion = { promotionId: undefined, solution: layer?.solution, version: undefined }
  return { rescue, ...promotion, environmentId, repair, ...(layer === undefined ? {} : { layer }), restores: [], removedAt: undefined }
}

function evolveRestore(
  restore: Restore,
  event: Exclude<
    RescueEvent,
    { type: 'rescue-taken' | 'restore-layer-sent' | 'rescue-removal-begun' | 'rescue-removed' | 'restore-started' }
  >,
): Restore {
  switch (event.type) {
    case 'restore-progressed':
      return { ...restore, done: [...restore.done, event.data.done] }
    case 'restore-ended':
      return { ...restore, status: { state: 'ended', at: event.at } }
    case 'restore-errored':
      return { ...restore, status: { state: 'errored', at: event.at, code: event.data.code, message: event.data.message } }
  }
}

/** `removing`: its time is over, and not all that it held is deleted yet. */
export type RescueState = 'kept' | 'restoring' | 'removing' | 'removed'

export function stateOfRescue({ removalBegunAt, removedAt, restores }: RescueRecord): RescueState {
  if (removedAt !== undefined) return 'removed'
  if (removalBegunAt !== undefined) return 'removing'
  return restores.some(({ status }) => status.state === 'running') ? 'restoring' : 'kept'
}
