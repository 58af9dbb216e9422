import type { Instant } from '#domain/kernel'
import type { NotificationChannel, NoticeTopic } from '#domain/pipeline'

/** One message to one channel, known by the entry of the ledger that it is about. It holds no text: who people are is not kept twice. */
export interface NotificationRecord {
  readonly channel: string
  /** Of the entry. */
  readonly sequence: number
  readonly topic: NoticeTopic
  readonly addedAt: Instant
  readonly tries: number
  readonly state: 'due' | 'sent' | 'given-up'
  /** While it is due: not before then. */
  readonly dueAt: Instant
  readonly sentAt?: Instant | undefined
  /** Why the last try failed. */
  readonly failure?: string | undefined
}

/** What is to be told outside, and how far the ledger was read for each channel. It can be lost: what the ledger says stays. */
export interface NotificationStore {
  /** The last entry that was read for a channel; undefined for one that is new. */
  loadPosition(channel: string): Promise<number | undefined>
  /**
   * Moves the position of a channel and adds what came due on the way, both or neither. False, with nothing changed, where another process
   * moved it first.
   */
  advance(
    channel: string,
    step: {
      readonly from: number | undefined
      readonly to: number
      readonly at: Instant
      readonly due: readonly Pick<NotificationRecord, 'sequence' | 'topic'>[]
    },
  ): Promise<boolean>
  /** The oldest of a channel that are due, which nobody else gets before `until`. */
  claim(
    channel: string,
    claim: { readonly now: Instant; readonly until: Instant; readonly limit: number },
  ): Promise<readonly NotificationRecord[]>
  /** What became of a try. */
  settle(
    record: Pick<NotificationRecord, 'channel' | 'sequence'>,
    outcome: Pick<NotificationRecord, 'state' | 'dueAt' | 'tries' | 'sentAt' | 'failure'>,
  ): Promise<void>
  /** The newest first. */
  list(limit: number): Promise<readonly NotificationRecord[]>
  /** How many of each channel wait, and how many of those failed at least once. */
  count(): Promise<readonly { readonly channel: string; readonly waiting: number; readonly failing: number }[]>
  /** Removes what was settled and added before then. */
  prune(before: Instant): Promise<void>
}

/** A message as it goes out. */
export interface OutgoingNotice {
  /** The same at every try. */
  readonly id: string
  readonly topic: NoticeTopic
  readonly at: Instant
  readonly title: string
  readonly text: string
  readonly link?: string | undefined
  readonly people: readonly string[]
  readonly gates: readonly string[]
  readonly environment?: string | undefined
  readonly solution?: string | undefined
}

/** Brings a message to an address outside. Throws `notification.*`. */
export interface Messenger {
  send(channel: NotificationChannel, notice: OutgoingNotice): Promise<void>
}
