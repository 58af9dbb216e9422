import type { Environment } from '#domain/environment'
import type { Instant, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { findPerson, personName } from '#domain/people'
import type { ConflictDecision, NewEnvironmentEvent } from './environment-record.ts'

export interface ConflictFacts {
  readonly environment: Pick<Environment, 'id' | 'name' | 'owner'>
  readonly people: readonly Person[]
  readonly solutionOwner: PersonId | undefined
  readonly actor: PersonId
  readonly now: Instant
  /** The component as it was just looked at; `seen` is undefined where it is no conflict. `isUnseen`: what is there cannot be told. */
  readonly subject: { readonly name: string; readonly seen: string | undefined; readonly isUnseen: boolean }
}

/**
 * Which side of a conflict holds. Keeping theirs loses nothing that is in use, so the owner of the solution may say it too; taking ours
 * ends a change that somebody made in the environment, so that is for the environment's owner alone.
 */
export function decideConflict(
  facts: ConflictFacts,
  command: Pick<ConflictDecision, 'solution' | 'component' | 'choice' | 'reason'>,
): Result<readonly NewEnvironmentEvent[]> {
  const { environment, people, actor, subject } = facts
  const reason = command.reason.trim()
  const may = command.choice === 'ours' ? [environment.owner] : [environment.owner, facts.solutionOwner]
  if (findPerson(people, actor) === undefined || !may.includes(actor)) {
    const names = [...new Set(may)].flatMap((id) => (id === undefined ? [] : [personName(people, id)]))
    return refuse(
      'conflict.not-allowed',
      `${personName(people, actor)} may not decide that ${command.choice} holds of ${subject.name} in ${environment.name}.`,
      `Ask ${names.join(' or ')}.`,
    )
  }
  if (reason === '')
    return refuse('conflict.reason-missing', `Nothing was decided of ${subject.name}: no reason is given.`, 'Say with --reason why.')
  if (subject.seen === undefined) {
    return refuse(
      'conflict.none',
      `${subject.name} is no conflict in ${environment.name}.`,
      'Name a component that `drover promotion plan-unmanaged` shows as changed on both sides, as kind:key.',
    )
  }
  if (subject.isUnseen && command.choice === 'ours') {
    return refuse(
      'conflict.unseen',
      `What ${subject.name} is in ${environment.name} is in no export of ${command.solution}, so nobody could bring it back.`,
      `Add it to ${command.solution} there, so that it can be compared and kept; or keep theirs.`,
    )
  }
  const { solution, component, choice } = command
  const decision: ConflictDecision = { solution, component, choice, seen: subject.seen, reason, by: actor, at: facts.now }
  return accept([{ type: 'conflict-decided', data: { environmentId: environment.id, decision } }])
}
