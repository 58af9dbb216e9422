import type { Instant, LedgerEvent, NewEvent, PersonId } from '#domain/kernel'
import type { Role, TimedGrant } from '#domain/people'
import type { Delegation } from './delegation.ts'

/** What the ledger holds of one person besides the configuration: who stands in for them, and roles that they have until an end. */
export interface PersonRecord {
  readonly personId: PersonId
  /** In the order in which they were named. */
  readonly delegations: readonly NamedDelegation[]
  /** In the order in which they were asked for, also those that are over; absent: none. */
  readonly grants?: readonly TimedGrant[]
  /** The newest word that they still need the roles that they had then; absent: none. */
  readonly certified?: Certification
}

export interface Certification {
  readonly by: PersonId
  readonly at: Instant
  readonly roles: readonly Role[]
  /** What was looked at. */
  readonly comment: string
}

/** Somebody else than the absent person named the deputy: it holds when a second person says so. */
export interface NamedDelegation extends Delegation {
  readonly awaitsSecond: boolean
}

interface PersonEventData {
  'deputy-named': { readonly delegation: Delegation; readonly awaitsSecond: boolean }
  'deputy-confirmed': { readonly delegationId: string; readonly by: PersonId }
  'rights-certified': { readonly certified: Certification }
  'deputy-ended': { readonly delegationId: string; readonly by: PersonId }
  'grant-asked': { readonly grant: TimedGrant }
  /** With what was confirmed or ended, so that the entry says it alone. */
  'grant-confirmed': { readonly by: PersonId; readonly grant: TimedGrant }
  'grant-ended': { readonly by: PersonId; readonly grant: TimedGrant }
}

export type NewPersonEvent = {
  [Type in keyof PersonEventData]: NewEvent & { readonly type: Type; readonly data: PersonEventData[Type]; readonly key: string }
}[keyof PersonEventData]

export type PersonEvent = LedgerEvent & NewPersonEvent

export function personStream(id: PersonId): string {
  return `deputies/${id}`
}

/** The record after an event. */
export function evolvePerson(record: PersonRecord | undefined, event: PersonEvent): PersonRecord {
  // The name of the stream is made by personStream alone.
  const personId = record?.personId ?? (event.stream.slice('deputies/'.length) as PersonId)
  const delegations = record?.delegations ?? []
  const change = (id: string, changed: Partial<NamedDelegation>): PersonRecord => ({
    ...record,
    personId,
    delegations: delegations.map((each) => (each.id === id ? { ...each, ...changed } : each)),
  })
  switch (event.type) {
    case 'deputy-named': {
      const { delegation, awaitsSecond } = event.data
      return { ...record, personId, delegations: [...delegations, { ...delegation, awaitsSecond }] }
    }
    case 'deputy-confirmed':
      return change(event.data.delegationId, { awaitsSecond: false, confirmedBy: event.data.by, ...heldFrom(delegations, event) })
    case 'rights-certified':
      return { ...record, personId, delegations, certified: event.data.certified }
    case 'deputy-ended':
      return change(event.data.delegationId, { endedAt: event.at })
    case 'grant-asked':
      return { ...record, personId, delegations, grants: [...(record?.grants ?? []), event.data.grant] }
    case 'grant-confirmed':
      return changeGrant({ ...record, personId, delegations }, event.data.grant.id, { confirmed: { by: event.data.by, at: event.at } })
    case 'grant-ended':
      return changeGrant({ ...record, personId, delegations }, event.data.grant.id, { endedAt: event.at })
  }
}

function changeGrant(record: PersonRecord, id: string, changed: Partial<TimedGrant>): PersonRecord {
  return { ...record, grants: (record.grants ?? []).map((each) => (each.id === id ? { ...each, ...changed } : each)) }
}

/** Those that hold, held, or will: nobody is a deputy by the word of one admin. */
export function heldDelegations(records: readonly PersonRecord[]): readonly Delegation[] {
  return records.flatMap(({ delegations }) => delegations).filter(({ awaitsSecond }) => !awaitsSecond)
}

/** What was decided before the second person said yes was decided by no deputy. */
function heldFrom(
  delegations: readonly NamedDelegation[],
  event: { readonly at: Instant; readonly data: { readonly delegationId: string } },
) {
  const named = delegations.find(({ id }) => id === event.data.delegationId)
  return named !== undefined && Date.parse(named.from) < Date.parse(event.at) ? { from: event.at } : {}
}
