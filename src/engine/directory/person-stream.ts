import type { PersonId } from '#domain/kernel'

/** What the ledger holds of forgetting somebody; by their id alone. */
export type PersonEvent =
  | { readonly type: 'person-forget-proposed'; readonly data: { readonly reason: string } }
  | { readonly type: 'person-forgotten'; readonly data: { readonly reason: string; readonly proposedBy: PersonId } }

export function personStream(id: PersonId): string {
  return `person/${id}`
}
