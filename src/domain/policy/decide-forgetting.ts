import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { findPerson, hasRole, personName } from '#domain/people'

export interface ForgettingFacts {
  readonly people: readonly Person[]
  /** The platform-admin who asked for it first; undefined: nobody yet. */
  readonly proposedBy: PersonId | undefined
  /** Whether anything is known of them. */
  readonly isKnown: boolean
}

/** Who may have a person forgotten: two platform-admins, and not while the configuration needs to know them. */
export function decideForgetting(
  command: { readonly personId: PersonId; readonly actor: PersonId },
  { people, proposedBy, isKnown }: ForgettingFacts,
): Result<'propose' | 'forget'> {
  const { personId, actor } = command
  if (!hasRole(people, actor, 'platform-admin')) {
    return refuse('people.not-allowed', `${personName(people, actor)} may not have anybody forgotten.`, 'Ask a platform-admin.')
  }
  if (findPerson(people, personId) !== undefined) {
    return refuse(
      'people.still-declared',
      `${personId} stands in the configuration in force, which names who they are.`,
      'Take them out of drover.yaml, apply it, and then have them forgotten.',
    )
  }
  if (!isKnown) return refuse('people.unknown', `Nothing is known of a person ${personId}.`, 'Name the id that they had in drover.yaml.')
  return accept(proposedBy === undefined || proposedBy === actor ? 'propose' : 'forget')
}
