import type { Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { isService, peopleIn, personName } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { GatePolicy } from '#domain/policy'
import { refuseActor } from '#domain/policy'
import { title } from './acting.ts'
import type { NewPromotionEvent, Promotion } from './promotion.ts'
import type { Validation } from './validation.ts'
import { reviewDue, watchOf } from './validation.ts'

export interface ValidationCommand extends Omit<Validation, 'evidence'> {
  readonly evidence?: string | undefined
  readonly configuration: Configuration
  readonly policy: GatePolicy
}

/** What one does about it beside recording it. */
export interface DecidedValidation {
  readonly event: NewPromotionEvent
  /** Why the pet is held from now on; undefined where it went well. */
  readonly holdFor: string | undefined
}

/**
 * A person's word on how a pet stood a promotion. That it went well is said at the end of the watch, from Tier 3 by somebody else than the
 * requester; that it did not, by anybody of them and at any time. The last word counts.
 */
export function decideValidation(promotion: Promotion, command: ValidationCommand): Result<DecidedValidation> {
  const refused = refuseUnasked(promotion, command) ?? refuseByPerson(promotion, command) ?? refuseByTime(promotion, command)
  if (refused !== undefined) return refused
  const { of, outcome, by, at, note, evidence = '' } = command
  const validation = { of, outcome, by, at, note: note.trim(), ...(evidence.trim() === '' ? {} : { evidence: evidence.trim() }) }
  const holdFor = outcome === 'failed' ? `It did not stand its ${wordOf(of)}: ${note.trim()}` : undefined
  const count = promotion.validations?.length ?? 0
  return accept({ event: { type: 'promotion-validated', data: { validation }, key: `validated/${count + 1}` }, holdFor })
}

/** What this person could say of a promotion now, for doors that show a button. */
export function findSayable(
  promotion: Promotion,
  asked: Pick<ValidationCommand, 'by' | 'at' | 'configuration' | 'policy'>,
): readonly Sayable[] {
  return words.filter((word) => decideValidation(promotion, { ...asked, ...word, note: 'Looked at.' }).ok)
}

export type Sayable = Pick<Validation, 'of' | 'outcome'>

const words: readonly Sayable[] = [
  { of: 'watch', outcome: 'passed' },
  { of: 'watch', outcome: 'failed' },
  { of: 'review', outcome: 'passed' },
  { of: 'review', outcome: 'failed' },
]

type Refused = ReturnType<typeof refuse>

function wordOf(of: Validation['of']): string {
  return of === 'watch' ? 'validation' : 'review'
}

function refuseUnasked(promotion: Promotion, { of, note, policy, at }: ValidationCommand): Refused | undefined {
  const { status, request } = promotion
  if (status.state !== 'succeeded' || !request.gates.some(({ kind }) => kind === 'validation')) {
    return refuse(
      'validation.not-asked',
      `${title(promotion)} has nothing to validate: ${status.state === 'succeeded' ? 'nobody asked for it where it went' : `it is ${status.state}`}.`,
      'Validated is what went into a pet. Look at it with `drover promotion show`.',
    )
  }
  if (note.trim() === '') {
    return refuse('validation.note-needed', 'A validation says what was looked at.', 'Say it with --note "…".')
  }
  const isSettled = of === 'review' && reviewDue(promotion, policy) === undefined
  const watch = watchOf(promotion, policy, at)
  if (!isSettled && !(of === 'watch' && watch.state === 'passed')) return undefined
  return refuse('validation.settled', `${title(promotion)} was validated already, or needs none.`, 'Nothing more to do.')
}

function refuseByPerson({ request }: Promotion, { by, outcome, configuration, policy }: ValidationCommand): Refused | undefined {
  const { solution, environmentId: environment, pipelineId: pipeline, tier, requestedBy } = request
  const people = peopleIn(configuration, { solution, environment, pipeline })
  if (isService(people, by)) {
    return refuse(
      'validation.not-by-software',
      `${personName(people, by)} is software, and cannot say how a watch went.`,
      'Have a person say it.',
    )
  }
  const refused = refuseActor(people, by, { may: policy.mayValidate, deed: `validate what went into ${environment}` })
  if (refused !== undefined) return refused
  const demand = policy.validatedByOther[tier]
  if (outcome === 'failed' || by !== requestedBy || !demand.value) return undefined
  return refuse(
    'validation.by-requester',
    `${personName(people, by)} asked for this promotion, and may not alone say that it went well.`,
    'Have somebody else of those who may validate look at it.',
    [{ subject: personName(people, by), message: demand.source }],
  )
}

function refuseByTime(promotion: Promotion, { of, outcome, policy, at }: ValidationCommand): Refused | undefined {
  if (outcome === 'failed') return undefined
  const watch = watchOf(promotion, policy, at)
  const review = of === 'review' ? reviewDue(promotion, policy) : undefined
  const until = review !== undefined && Date.parse(at) < Date.parse(review) ? review : watch.state === 'watching' ? watch.until : undefined
  if (until === undefined) return undefined
  return refuse(
    'validation.too-early',
    `${title(promotion)} is watched until ${until}; that it went well cannot be said before.`,
    'Say it then. That it went wrong may be said at any time.',
  )
}
