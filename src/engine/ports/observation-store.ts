import type { Instant } from '#domain/kernel'

/** One part of what was seen of an environment: the layers of a component, the holdings of a solution. */
export interface ObservedPart {
  readonly key: string
  /** What has to be the same for the part to be still good, for example a version. */
  readonly stamp: string
  readonly readAt: Instant
  readonly content: unknown
}

/** Keeps what was read of environments part by part, so that an observation that was killed goes on, and the next one asks only for what changed. */
export interface ObservationStore {
  /** All parts of a lane whose key begins with the prefix. */
  loadParts(lane: string, prefix: string): Promise<readonly ObservedPart[]>
  /** Those of a lane that have exactly these keys, in no order. */
  findParts(lane: string, keys: readonly string[]): Promise<readonly ObservedPart[]>
  /** Writes each under its key. */
  saveParts(lane: string, parts: readonly ObservedPart[]): Promise<void>
  /** Removes parts by key. */
  removeParts(lane: string, keys: readonly string[]): Promise<void>
}
