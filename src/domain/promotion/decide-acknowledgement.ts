import { addHours } from '#domain/approval'
import type { Instant, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { personName } from '#domain/people'
import type { Loss } from './evaluate-losses.ts'
import { countAcknowledgements, describeLosses, findLosses } from './evaluate-losses.ts'
import type { Standing } from './judge-standing.ts'
import type { NewPromotionEvent, Promotion } from './promotion.ts'

export interface AcknowledgementCommand {
  /** `kind:key` of the component whose data goes. */
  readonly subject: string
  readonly by: PersonId
  /** So many rows or values of it at the most. */
  readonly ceiling: number
  /** For how long it holds; undefined: as long as policy lets it. */
  readonly days: number | undefined
  readonly comment: string
  readonly at: Instant
}

/** A data owner's word that data of one table, column or variable may go with this artifact. */
export function decideAcknowledgement(
  promotion: Promotion,
  command: AcknowledgementCommand,
  standing: Standing,
): Result<readonly NewPromotionEvent[]> {
  const { request, status } = promotion
  // While data is moved for a staged upgrade it has not gone yet, and a word that ran out can be given again.
  if (status.state !== 'pending' && status.state !== 'migrating') {
    return refuse(
      'loss.not-pending',
      `Promotion ${request.promotionId} of ${request.solution} ${request.version} is ${status.state}; nothing is to be acknowledged on it.`,
      'Look at the promotion for how it stands.',
    )
  }
  const losses = findLosses(request.plan)
  const loss = losses.find((candidate) => candidate.subject === command.subject)
  if (loss === undefined) {
    const known = losses.map((candidate) => ({ subject: candidate.subject, message: describeLosses(candidate) }))
    const hint = losses.length === 0 ? 'Nothing that holds data goes with it.' : 'Name one of those below.'
    return refuse('loss.unknown', `No data goes with "${command.subject}" in promotion ${request.promotionId}.`, hint, known)
  }
  return (
    refusePerson(promotion, command, standing) ??
    refuseCeiling(loss, command) ??
    refuseTerm(command, standing) ??
    accept([acknowledge(promotion, command, standing)])
  )
}

/** Whether this person could acknowledge it now and has not, for doors that show a form. */
export function mayAcknowledge(
  promotion: Promotion,
  loss: Loss,
  { by, at, standing }: { readonly by: PersonId; readonly at: Instant; readonly standing: Standing },
): boolean {
  const given = countAcknowledgements(promotion, loss, { rules: standing.losses, now: at })
  if (given.some((word) => word.by === by)) return false
  const command = { subject: loss.subject, by, at, ceiling: loss.atLeast, days: undefined, comment: '-' }
  return decideAcknowledgement(promotion, command, standing).ok
}

type Refused = ReturnType<typeof refuse>

function refusePerson({ request }: Promotion, { by }: AcknowledgementCommand, { people, losses }: Standing): Refused | undefined {
  const name = personName(people, by)
  const others = losses.owners.filter((owner) => owner !== request.requestedBy && owner !== by).map((id) => personName(people, id))
  const hint = others.length === 0 ? 'Have another data owner named for the environment in drover.yaml.' : `Ask ${others.join(' or ')}.`
  if (by === request.requestedBy)
    return refuse('PIP-10', `${name} asked for this promotion and may not say that its losses are right.`, hint)
  if (losses.owners.includes(by)) return undefined
  return refuse('loss.not-owner', `${name} is not a data owner of the environment of promotion ${request.promotionId}.`, hint)
}

function refuseCeiling(loss: Loss, { ceiling }: AcknowledgementCommand): Refused | undefined {
  if (loss.closedBy !== undefined) {
    const hint = 'See that it can be counted, or take the data out first; then ask for the promotion again.'
    return refuse('loss.uncounted', `What goes with ${loss.name} cannot be acknowledged. ${loss.closedBy}`, hint)
  }
  if (Number.isSafeInteger(ceiling) && ceiling >= loss.atLeast) return undefined
  return refuse(
    'loss.ceiling-too-low',
    `A ceiling of ${ceiling} does not cover what goes with ${loss.name}: ${describeLosses(loss)}`,
    `Give a whole number of at least ${loss.atLeast}, or have the promotion withdrawn.`,
  )
}

function refuseTerm({ days, comment }: AcknowledgementCommand, { losses }: Standing): Refused | undefined {
  if (days !== undefined && !(days > 0 && days <= losses.longestDays)) {
    return refuse(
      'loss.too-long',
      `An acknowledgement holds for more than 0 and at most ${losses.longestDays} days; asked for were ${days}.`,
      'Name fewer days, or none for the longest.',
    )
  }
  if (comment.trim() !== '') return undefined
  return refuse('loss.comment-needed', 'A loss is acknowledged only with a comment.', 'Say why this data may go, or where it is kept.')
}

function acknowledge({ request }: Promotion, command: AcknowledgementCommand, { losses }: Standing): NewPromotionEvent {
  const { subject, by, at, ceiling, comment, days = losses.longestDays } = command
  const expiresAt = addHours(at, days * 24)
  const acknowledgement = { subject, by, at, ceiling, expiresAt, comment: comment.trim(), artifact: request.boundTo.artifact }
  return { type: 'loss-acknowledged', data: { acknowledgement } }
}
