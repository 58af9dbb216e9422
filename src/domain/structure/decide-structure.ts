import type { PersonId, ReleaseId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { findPerson } from '#domain/people'
import type { Configuration, GovernedSolution } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { refuseActor } from '#domain/policy'
import type { NewStructureEvent } from './structure.ts'

export interface StructureSubject {
  readonly governed: GovernedSolution
  readonly people: Configuration['people']
  readonly policy: Policy
}

/** Records what somebody who answers for a solution decides on its structure. It opens nothing: what is there is held against it. */
export function decideStructure(
  { governed, people, policy }: StructureSubject,
  command: { readonly question: string; readonly answer: string; readonly reason: string; readonly actor: PersonId },
): Result<readonly NewStructureEvent[]> {
  const questions = policy.structure.questions.map(({ value }) => value)
  const question = questions.find(({ id }) => id === command.question)
  if (question === undefined) {
    const hint = `Decide one of: ${questions.map(({ id }) => id).join(', ')}.`
    return refuse('structure.unknown-question', `There is no question "${command.question}" on the structure of a solution.`, hint)
  }
  if (!question.answers.some(({ answer }) => answer === command.answer)) {
    const reasons = question.answers.map(({ answer, text }) => ({ subject: answer, message: text }))
    return refuse('structure.unknown-answer', `"${command.answer}" is no answer to "${question.text}"`, 'Give one of those below.', reasons)
  }
  const refused = refuseStranger({ governed, people, policy }, command.actor, 'decide on the structure of')
  if (refused !== undefined) return refused
  return accept([{ type: 'structure-decided', data: { question: question.id, answer: command.answer, reason: command.reason.trim() } }])
}

/** Records what is new in a release. */
export function decideNote(
  subject: StructureSubject,
  command: { readonly releaseId: ReleaseId; readonly text: string; readonly actor: PersonId },
): Result<readonly NewStructureEvent[]> {
  const { releaseId, text, actor } = command
  const refused = refuseStranger(subject, actor, 'say what is new in')
  return refused ?? accept([{ type: 'release-noted', data: { releaseId, text: text.trim() } }])
}

function refuseStranger({ governed, people, policy }: StructureSubject, actor: PersonId, deed: string): ReturnType<typeof refuseActor> {
  if (actor === governed.owner && findPerson(people, actor) !== undefined) return undefined
  const about = `${deed} ${governed.uniqueName}, whose owner is ${governed.owner}`
  return refuseActor(people, actor, { may: policy.tierScoring.mayAnswer, deed: about })
}
