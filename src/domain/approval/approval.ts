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
  /** Ids of the waivers that it leaned on, in their order; absent: none. Whoever decided with more of them decided on fewer, too. */
  readonly waivers?: readonly string[] | undefined
}

/** What a decision rests on besides the word of its person. */
export type DecisionEvidence =
  /** A test report in JUnit's form, stored under its digest; it was told for the very artifact that the decision is bound to. */
  | {
      readonly kind: 'test-report'
      readonly report: Digest
      readonly tests: number
      readonly failures: number
      readonly skipped: number
      readonly finishedAt: Instant
      /** The command that was run, as whoever reported it wrote it; absent of a report that was handed in. */
      readonly command?: string
    }
  /** A pull request that was merged, as its host told it. */
  | {
      readonly kind: 'pull-request'
      readonly url: string
      readonly mergedAt: Instant
      readonly commit: string
      /** Names at the host. */
      readonly author: string
      readonly approvedBy: readonly string[]
    }

export interface Decision {
  readonly gate: PeopleGateKind
  readonly by: PersonId
  readonly verdict: 'approve' | 'reject'
  readonly comment: string
  readonly at: Instant
  readonly boundTo: ApprovalBinding
  /** Whose place its person took as their deputy; absent: their own. */
  readonly onBehalfOf?: PersonId
  /** They took it since nobody had decided in time (ROL-04); absent: as their deputy, if at all. */
  readonly byEscalation?: true
  readonly evidence?: DecisionEvidence
  /** The train that it was given for, of several releases at once. */
  readonly trainId?: string
}
