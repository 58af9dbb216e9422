import type { PersonId } from '#domain/kernel'
import { canonicalJson } from '#domain/kernel'
import type { Person } from './people.ts'

/** What says who somebody is. It is kept outside of the ledger, so that it can be forgotten; everything else about them is by their id. */
export interface PersonalDetails {
  readonly name: string
  readonly subject?: string | undefined
}

/** Details as the directory keeps them: the ledger holds the commitment, which says nothing without its salt. */
export interface KeptDetails extends PersonalDetails {
  readonly personId: PersonId
  /** Random, and gone with the details: nobody can then try names against the commitment. */
  readonly salt: string
  readonly commitment: string
}

/** A person as the ledger holds them. `name` and `subject` stand only in entries that were written before details were kept apart. */
export type LedgeredPerson = Omit<Person, 'name' | 'subject'> & Partial<PersonalDetails> & { readonly details?: string }

type Sha256 = (text: string) => string

/** Binds the ledger to exactly these details of exactly this person. */
export function commitTo(personId: PersonId, details: PersonalDetails, { salt, sha256 }: { salt: string; sha256: Sha256 }): string {
  return `sha256:${sha256(canonicalJson({ personId, salt, name: details.name, subject: details.subject ?? null }))}`
}

export function withoutDetails(person: Person, commitment: string): LedgeredPerson {
  const { name: _name, subject: _subject, ...rest } = person
  return { ...rest, details: commitment }
}

/**
 * The person with their details, or by what is shown of somebody who was forgotten. Details that are not what the ledger bound itself to
 * count for nothing: whoever may write to the directory could otherwise sign in as anybody.
 */
export function withDetails(person: LedgeredPerson, kept: readonly KeptDetails[], sha256: Sha256): Person {
  const { details, ...rest } = person
  if (details === undefined) return { ...rest, name: rest.name ?? forgottenName(person.id) }
  const { name: _name, subject: _subject, ...bare } = rest
  const found = kept.find((one) => one.personId === person.id && one.commitment === details)
  if (found === undefined || commitTo(person.id, found, { salt: found.salt, sha256 }) !== details)
    return { ...bare, name: forgottenName(person.id) }
  return { ...bare, name: found.name, ...(found.subject === undefined ? {} : { subject: found.subject }) }
}

export function forgottenName(id: PersonId): string {
  return `forgotten person ${id}`
}
