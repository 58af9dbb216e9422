import type { Instant, PersonId, Reason } from '#domain/kernel'

/** The items of the readiness checklist (requirements catalogue §8: the environment strategy, the CoE launch checklist and the readiness assessment). */
export type ReadinessItemId = `RDY-${string}`

export interface ReadinessItem {
  readonly id: ReadinessItemId
  readonly title: string
  /** What Drover looks at; of an item that nothing it reads can show: what a person is asked to say. */
  readonly proof: string
  readonly source: string
  /** Whether what Drover reads can prove it. */
  readonly isScanned: boolean
  /** What to do while it is missing, as a command where there is one. */
  readonly next: string
}

/** What Drover read about an item: it is so, it is not so, or that cannot be told from what is known. */
export interface Scan {
  readonly told: 'yes' | 'no' | 'unknown'
  readonly reasons: readonly Reason[]
  /** The oldest of what it rests on: it was so then. Absent where nothing was told. */
  readonly at?: Instant | undefined
}

/** A person's word for an item; one word an item holds, the newest. */
export interface Attestation {
  readonly item: ReadinessItemId
  readonly by: PersonId
  readonly at: Instant
  readonly text: string
  /** Where it can be looked up. */
  readonly evidence?: string | undefined
  readonly holdsUntil: Instant
}

export type ItemState = 'proved' | 'attested' | 'missing'

export interface ItemStatus {
  readonly item: ReadinessItem
  readonly state: ItemState
  readonly reasons: readonly Reason[]
  /** Of a proof or a word: when it was so, or said. */
  readonly at?: Instant | undefined
  readonly attestation?: Attestation | undefined
}

export interface Readiness {
  readonly items: readonly ItemStatus[]
  readonly counts: Readonly<Record<ItemState, number>>
  /** 0 to 100: what was proved counts as often more than what was said as policy has it. */
  readonly score: number
  /** What to do next: shown to be otherwise first, then what nobody said. */
  readonly next: readonly { readonly item: ReadinessItemId; readonly what: string }[]
}
