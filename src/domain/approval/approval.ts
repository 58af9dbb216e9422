import type { Digest, Instant, PersonId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'

/** What a decision is bound to; when any of it changes, the decision lapses. */
export interface ApprovalBinding {
  /** Digest of the managed artifact that the approver saw. */
  readonly artifact: Digest
  /** Hex sha256 of the values and connections that go in. */
  readonly settings: string
  /** Hex sha256 of the material part of the plan that the approver saw. */
  readonly plan: string
  /** Hex sha256 over what the plan touches in the target; empty where that could not be told. */
  readonly fingerprint: string
  /** Version of the policy that demanded the decision. */
  readonly policy: string
  /** The way back that was shown with it: its kind and the release that it goes back to; absent where none was asked for. */
  readonly recovery?: string | undefined
}

export interface Decision {
  readonly gate: PeopleGateKind
  readonly by: PersonId
  readonly verdict: 'approve' | 'reject'
  readonly comment: string
  readonly at: Instant
  readonly boundTo: ApprovalBinding
}
