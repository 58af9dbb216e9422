import type { Digest, Instant, PersonId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'

/** What a decision is bound to; when any of it changes, the decision lapses. */
export interface ApprovalBinding {
  /** Digest of the managed artifact that the approver saw. */
  readonly artifact: Digest
  /** Hex sha256 of the plan that the approver saw. */
  readonly plan: string
}

export interface Decision {
  readonly gate: PeopleGateKind
  readonly by: PersonId
  readonly verdict: 'approve' | 'reject'
  readonly comment: string
  readonly at: Instant
  readonly boundTo: ApprovalBinding
}
