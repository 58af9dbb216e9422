import type { EnvironmentId, LedgerEvent, NewEvent, PersonId, PromotionId } from '#domain/kernel'
import type { GrantScope, TimedGrant } from '#domain/people'
import type { Configuration, NoticeTopic, PeopleGateKind } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import type { Promotion } from '#domain/promotion'

/** What one entry of the ledger says to people outside, in words for those who are no developers. */
export interface Notice {
  readonly topic: NoticeTopic
  /** One line. */
  readonly title: string
  /** What happened, and what to do about it. */
  readonly text: string
  /** Whom it concerns; empty: nobody in particular. */
  readonly people: readonly PersonId[]
  readonly gates: readonly PeopleGateKind[]
  readonly environmentId?: EnvironmentId | undefined
  readonly solution?: string | undefined
  /** Path of the page that shows it. */
  readonly path: string
}

/** What is needed to say what an entry means. */
export interface NoticeFacts {
  readonly configuration: Configuration
  readonly policy: Policy
  /** Of an entry about a promotion: as it is now. */
  readonly promotion?: Promotion | undefined
}

/** Time that ran out is no entry by itself: whoever looks for it records it once, and tells from there. */
export type PassedDeadline =
  | { readonly of: 'watch' | 'review'; readonly promotionId: PromotionId; readonly dueAt: string }
  | { readonly of: 'owed'; readonly promotionId: PromotionId; readonly gate: PeopleGateKind; readonly dueAt: string }
  | { readonly of: 'grant'; readonly grant: Pick<TimedGrant, 'id' | 'person' | 'role' | keyof GrantScope>; readonly dueAt: string }
  | { readonly of: 'certification'; readonly person: PersonId; readonly dueAt: string }

export const deadlineStream = 'deadlines'

export type DeadlineEvent = LedgerEvent<'deadline-passed', PassedDeadline>
export type NewDeadlineEvent = NewEvent<'deadline-passed', PassedDeadline>

/** Recorded once for each thing that was due, and anew when it is due at another time. */
export function passDeadline(deadline: PassedDeadline): NewDeadlineEvent {
  return { type: 'deadline-passed', data: deadline, key: `${subjectOf(deadline)}/${deadline.dueAt}` }
}

function subjectOf(deadline: PassedDeadline): string {
  switch (deadline.of) {
    case 'grant':
      return `grant/${deadline.grant.id}`
    case 'certification':
      return `certification/${deadline.person}`
    case 'owed':
      return `owed/${deadline.promotionId}/${deadline.gate}`
    default:
      return `${deadline.of}/${deadline.promotionId}`
  }
}
