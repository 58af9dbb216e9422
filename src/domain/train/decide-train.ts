import type { Decision } from '#domain/approval'
import { findSeparatedDecision, isSameBinding } from '#domain/approval'
import type { Instant, PersonId, Reason, Refusal, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import { personName } from '#domain/people'
import type { PeopleGateKind } from '#domain/pipeline'
import { gateName, peopleGateKinds } from '#domain/pipeline'
import type { DecidingPlace, NewPromotionEvent, Promotion, Standing } from '#domain/promotion'
import { decideApproval, decideWithdrawal, mayAct, promotionTitle, whoMayAct, withWaivers } from '#domain/promotion'
import { isUnderWay } from './evolve-train.ts'
import type { Train, TrainDecision } from './train.ts'
import { trainTitle } from './train.ts'

/** A promotion of a train as it is judged now. */
export interface MemberStanding {
  readonly promotion: Promotion
  readonly standing: Standing
}

export interface TrainWord {
  readonly gate: PeopleGateKind
  readonly by: PersonId
  readonly verdict: Decision['verdict']
  readonly comment: string
  readonly at: Instant
  /** Hash over what the promotions of the train are bound to now. */
  readonly binding: string
  /** The hash that the person looked at; undefined: whatever the train shows now. */
  readonly seen: string | undefined
  /** Whose place the person takes; absent: as `decideApproval` finds it. */
  readonly onBehalfOf?: PersonId | undefined
}

/**
 * A person's word on a train: once a gate, for each of its promotions that waits at that gate and names the person there. What forbids it on one
 * of them forbids it on all; nobody says yes to half of what was shown.
 */
export function decideTrainApproval(train: Train, members: readonly MemberStanding[], word: TrainWord): Result<TrainDecision> {
  const waiting = members.filter(({ promotion }) => promotion.status.state === 'pending')
  const unfit = refuseState(train, waiting) ?? refuseOther(train, word)
  if (unfit !== undefined) return unfit
  const answers = waiting.map((member) => ({ member, answer: decideOn(train, member, word) }))
  const on = answers.flatMap(({ member, answer }) => (answer.ok ? [recordedOn(member, answer.value)] : []))
  const refusals = answers.flatMap(({ member, answer }) => (answer.ok ? [] : [{ member, refusal: answer.refusal }]))
  const grave = refusals.filter(({ refusal }) => !passable.includes(refusal.code))
  const [first = refusals[0]] = grave
  if (first !== undefined && (grave.length > 0 || on.length === 0)) return refuseFor(train, first.refusal, grave)
  const { gate, by, verdict, comment, at, binding } = word
  return refuseSeparated(train, members, on) ?? accept({ gate, by, verdict, comment, at, binding, ...placeOf(on), on })
}

type RecordedOn = TrainDecision['on'][number]

/** Whose place was taken; the same on all of them. */
function placeOf(on: readonly RecordedOn[]): Pick<TrainDecision, 'onBehalfOf'> {
  const place = on.find(({ decision }) => decision.onBehalfOf !== undefined)?.decision.onBehalfOf
  return place === undefined ? {} : { onBehalfOf: place }
}

function recordedOn({ promotion }: MemberStanding, events: readonly NewPromotionEvent[]): RecordedOn {
  const [event] = events
  if (event?.type !== 'approval-decided') throw new Error('A word that is granted is recorded as a decision.')
  return { promotionId: promotion.request.promotionId, decision: event.data.decision }
}

/** Of a promotion that does not ask this person, or asks nobody any more: the word is on the others. */
const passable: readonly string[] = ['approval.no-such-gate', 'approval.not-named', 'approval.already-decided']

function decideOn({ trainId }: Train, { promotion, standing }: MemberStanding, word: TrainWord) {
  const { gate, by, verdict, comment, at, onBehalfOf } = word
  const place = onBehalfOf === undefined ? {} : { onBehalfOf }
  // What was shown of a train is bound by its own hash, which covers the waivers.
  const boundTo = withWaivers(promotion.request.boundTo, standing.waivers)
  return decideApproval(promotion, { gate, by, verdict, comment, at, boundTo, trainId, ...place }, standing)
}

/** Every place in which this person could say yes to a train now, gate by gate: their own, and those that they take. */
export function findTrainPlaces(
  train: Train,
  members: readonly MemberStanding[],
  { by, at }: Pick<TrainWord, 'by' | 'at'>,
): readonly DecidingPlace[] {
  const word = { by, at, verdict: 'approve', comment: '', binding: '', seen: undefined } as const
  const gates = members.flatMap(({ standing }) => standing.gates)
  return peopleGateKinds.flatMap((gate) => {
    const here = gates.filter(({ kind }) => kind === gate)
    const others = here.flatMap(({ deputies = [] }) => deputies.filter((deputy) => deputy.by === by).map(({ placeOf }) => placeOf))
    const places: DecidingPlace[] = [
      ...(here.some(({ people }) => people.includes(by)) ? [{ gate }] : []),
      ...[...new Set(others)].map((placeOf) => ({ gate, placeOf })),
    ]
    return places.filter(({ placeOf }) => decideTrainApproval(train, members, { ...word, gate, onBehalfOf: placeOf }).ok)
  })
}

type Refused = ReturnType<typeof refuse>

function refuseState(train: Train, waiting: readonly MemberStanding[]): Refused | undefined {
  const look = `Look at it with \`drover train show ${train.trainId}\`.`
  if (train.state === 'assembling')
    return refuse('train.assembling', `${capital(trainTitle(train))} is still being put together.`, 'Try again in a moment.')
  if (train.state !== 'standing')
    return refuse('train.not-standing', `${capital(trainTitle(train))} is ${train.state}; nothing is to be decided on it.`, look)
  if (waiting.length > 0) return undefined
  return refuse('train.not-standing', `Nothing of ${trainTitle(train)} waits for a decision.`, look)
}

function refuseOther(train: Train, { seen, binding }: TrainWord): Refused | undefined {
  if (seen === undefined || (seen.length >= 8 && binding.startsWith(seen.toLowerCase()))) return undefined
  return refuse(
    'PIP-11',
    `What was shown of ${trainTitle(train)} is not what it is now; nothing was decided.`,
    `Look at it again with \`drover train plan ${train.trainId}\`, and decide on what it shows now.`,
    [{ subject: trainTitle(train), message: `Shown: ${seen}. Now: ${binding}.` }],
  )
}

/** Gates that are kept apart are kept apart on the train, whichever of its promotions asks whom (ROL-07). */
function refuseSeparated(train: Train, members: readonly MemberStanding[], on: readonly RecordedOn[]): Refused | undefined {
  const separatedGates = [...new Set(members.flatMap(({ promotion }) => promotion.request.separation.separatedGates))]
  const counted = members.flatMap(({ promotion }) =>
    promotion.decisions.filter(({ trainId, boundTo }) => trainId === train.trainId && isSameBinding(boundTo, promotion.request.boundTo)),
  )
  const found = on.flatMap(({ decision }) => {
    const other = findSeparatedDecision({ separatedGates }, counted, decision)
    return other === undefined ? [] : [{ other, decision }]
  })
  const [first] = found
  if (first === undefined) return undefined
  const { other, decision } = first
  const name = personName(members[0]?.standing.people ?? [], decision.by)
  return refuse(
    'ROL-07',
    `${name} already decided the ${gateName(other.gate)} of ${trainTitle(train)}; the ${gateName(decision.gate)} needs somebody else.`,
    'Ask somebody else who is named there.',
    [{ subject: name, message: `Tier ${train.tier} keeps apart: ${separatedGates.map(gateName).join(', ')}.` }],
  )
}

function refuseFor(
  train: Train,
  { code, message, hint }: Refusal,
  all: readonly { readonly member: MemberStanding; readonly refusal: Refusal }[],
): Refused {
  return refuse(
    code,
    `${capital(trainTitle(train))}: ${message}`,
    hint,
    all.flatMap(({ member, refusal }): Reason[] =>
      refusal.reasons.length > 0 ? [...refusal.reasons] : [{ subject: promotionTitle(member.promotion), message: refusal.message }],
    ),
  )
}

/**
 * Taking a train back: what has not gone in is withdrawn, what has stays. What is at work, or of no known end, is brought to its end first. Gives
 * the promotions that are withdrawn.
 */
export function decideTrainWithdrawal(
  train: Train,
  promotions: readonly Promotion[],
  { actor, people, reason }: { readonly actor: PersonId; readonly people: readonly Person[]; readonly reason: string },
): Result<readonly Promotion[]> {
  if (!isUnderWay(train))
    return refuse(
      'train.not-standing',
      `${capital(trainTitle(train))} is ${train.state}; there is nothing to withdraw.`,
      'Nothing more to do.',
    )
  if (reason.trim() === '')
    return refuse('train.reason-needed', 'A train is withdrawn only with a reason.', 'Say why, for example what was found in Test.')
  if (!mayAct({ request: train }, actor, people)) {
    const message = `${personName(people, actor)} may not withdraw ${trainTitle(train)}.`
    return refuse('promotion.may-not-act', message, whoMayAct({ request: train }, people))
  }
  const under = promotions.filter(({ status }) => !final.includes(status.state))
  for (const promotion of under) {
    const answer = decideWithdrawal(promotion, actor, people)
    if (!answer.ok) return answer
  }
  return accept(under)
}

const final: readonly Promotion['status']['state'][] = ['succeeded', 'failed', 'rejected', 'withdrawn']

/** Whether nothing of a train is under way any more, and how it ended; undefined while something may still go in or may be resumed. */
export function findTrainEnd(train: Train, promotions: readonly Promotion[]): 'arrived' | 'stopped' | undefined {
  const isWhole = promotions.length === train.members.length
  if (train.endedAt !== undefined || train.state === 'assembling' || (isUnderWay(train) && !isWhole)) return undefined
  if (isWhole && promotions.every(({ status }) => status.state === 'succeeded')) return 'arrived'
  const isOver = ({ status }: Promotion) =>
    final.includes(status.state) && !(isUnderWay(train) && status.state === 'failed' && status.isResumable)
  return promotions.every(isOver) ? 'stopped' : undefined
}

/** The promotion that holds the others: the first that went wrong. */
export function findStop(promotions: readonly Promotion[]): Promotion | undefined {
  return promotions.find(({ status }) => ['failed', 'errored', 'indeterminate'].includes(status.state))
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
