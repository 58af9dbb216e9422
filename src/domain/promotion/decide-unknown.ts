import type { StaffedGate } from '#domain/approval'
import type { Instant, PersonId, Reason, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { personName } from '#domain/people'
import type { Policy } from '#domain/policy'
import { findUnknown } from './find-unknown.ts'
import type { Standing } from './judge-standing.ts'
import type { NewPromotionEvent, Promotion, PromotionRequest } from './promotion.ts'

export interface UnknownCommand {
  readonly by: PersonId
  /** What the person was shown, line by line. */
  readonly of: readonly Reason[]
  readonly comment: string
  readonly at: Instant
}

/** A person's word that it may go in although nobody can tell these things: by name, for these lines and this artifact alone. */
export function decideUnknown(promotion: Promotion, command: UnknownCommand, standing: Standing): Result<readonly NewPromotionEvent[]> {
  const { request, status } = promotion
  if (status.state !== 'pending' && status.state !== 'migrating') {
    return refuse(
      'unknown.not-pending',
      `Promotion ${request.promotionId} of ${request.solution} ${request.version} is ${status.state}; nothing is to be answered for.`,
      'Look at the promotion for how it stands.',
    )
  }
  return refuseLines(promotion, command) ?? refusePerson(promotion, command, standing) ?? accept([acknowledged(promotion, command)])
}

/** Whether this person could answer now for what nobody can tell, for doors that show a form. */
export function mayAnswerUnknown(promotion: Promotion, { by, at }: Pick<UnknownCommand, 'by' | 'at'>, standing: Standing): boolean {
  return decideUnknown(promotion, { by, at, of: findUnknown(promotion.request.plan), comment: '-' }, standing).ok
}

/**
 * Who may answer for what nobody can tell: whoever decides at a gate of the promotion, and never whoever asked for it or made it where that is
 * kept apart. Where the stage has nobody decide, one who may ask for a promotion.
 */
export function unknownAnswerers(
  { requestedBy, separation }: Pick<PromotionRequest, 'requestedBy' | 'separation'>,
  { gates, people, policy }: { readonly gates: readonly StaffedGate[]; readonly people: readonly Person[]; readonly policy: Policy },
): readonly PersonId[] {
  const isPerson = (id: PersonId): boolean => people.some((person) => person.id === id && person.kind !== 'service')
  if (gates.length === 0) {
    const may = policy.mayRequest.value
    return people.filter(({ id, roles }) => isPerson(id) && roles.some((role) => may.includes(role))).map(({ id }) => id)
  }
  const tooClose = [requestedBy, separation.creator?.by]
  return [...new Set(gates.flatMap((gate) => gate.people))].filter((id) => isPerson(id) && !tooClose.includes(id))
}

type Refused = ReturnType<typeof refuse>

function refuseLines({ request }: Promotion, { of, comment }: UnknownCommand): Refused | undefined {
  const { promotionId, plan } = request
  const unknown = findUnknown(plan)
  if (unknown.length === 0)
    return refuse('unknown.nothing', `All of promotion ${promotionId} could be told; nothing is to be answered for.`, 'Nothing to do.')
  const others = of.filter((shown) => !unknown.some((one) => one.subject === shown.subject && one.message === shown.message))
  if (of.length === 0 || others.length > 0)
    return refuse(
      'PIP-11',
      `What was shown is not what nobody can tell of promotion ${promotionId} now.`,
      `Look at it with \`drover promotion show ${promotionId}\`, and answer for what it shows now.`,
      unknown,
    )
  if (comment.trim() !== '') return undefined
  return refuse('unknown.comment-needed', 'What nobody can tell is answered for only with a comment.', 'Say what you looked at instead.')
}

function refusePerson({ request }: Promotion, { by }: UnknownCommand, { people, unknown: rules }: Standing): Refused | undefined {
  const name = personName(people, by)
  if (rules === undefined)
    return refuse(
      'unknown.may-not',
      `Who may answer for it is not known of promotion ${request.promotionId}.`,
      'Withdraw it and ask again.',
    )
  if (rules.word.value === 'waived')
    return refuse(
      'unknown.needs-waiver',
      `A word is not enough for what nobody can tell of promotion ${request.promotionId}: it takes a waiver.`,
      `Ask for one: drover waiver request --gate preflight --solution ${request.solution} --stage ${request.stageId} --reason "…" --measure "…" --until <date>`,
      [{ subject: 'policy', message: rules.word.source }],
    )
  if (rules.may.includes(by)) return undefined
  const others = rules.may.map((id) => personName(people, id)).join(' or ')
  return refuse(
    by === request.requestedBy ? 'PIP-10' : 'unknown.may-not',
    `${name} may not answer for what nobody can tell of promotion ${request.promotionId}.`,
    others === '' ? 'Have somebody named at a gate of the stage.' : `Ask ${others}.`,
  )
}

function acknowledged({ request }: Promotion, { by, of, comment, at }: UnknownCommand): NewPromotionEvent {
  const acknowledgement = { by, at, of, comment: comment.trim(), artifact: request.boundTo.artifact }
  return { type: 'unknown-acknowledged', data: { acknowledgement } }
}
