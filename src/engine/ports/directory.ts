import type { Instant, PersonId } from '#domain/kernel'
import type { KeptDetails } from '#domain/people'

/** Names and subjects of people: the only place that has them, and the only one that forgets. */
export interface Directory {
  /** Everything that it knows. A person has several, as long as entries of the ledger stand for different details of them. */
  load(): Promise<readonly KeptDetails[]>
  /** Those whose commitment it has are left as they are. */
  put(details: readonly KeptDetails[]): Promise<void>
  /** Removes all that it knows of a person, and returns how much that was. */
  forget(personId: PersonId): Promise<number>
}

/** When tokens were last used: the one thing about them that is not in the ledger, since it is no change of anything. */
export interface TokenUses {
  note(tokenId: string, at: Instant): Promise<void>
  load(tokenIds: readonly string[]): Promise<ReadonlyMap<string, Instant>>
}
