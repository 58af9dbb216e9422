import type { LedgerEvent, PersonId } from '#domain/kernel'
import { expandPeople } from '#domain/people'
import type { NoticeTopic, PeopleGate } from '#domain/pipeline'
import { gateName, isPeopleGate } from '#domain/pipeline'
import type { Promotion, PromotionEvent, PromotionEventType } from '#domain/promotion'
import { owedGatesOf } from '#domain/promotion'
import type { Notice, NoticeFacts } from './notice.ts'
import { namesOf, ownersOf, placeName, timeIn } from './words-of-notice.ts'
import type { Teller } from './write-notice.ts'

type Told<T extends PromotionEventType> = Extract<PromotionEvent, { readonly type: T }>

/** A teller that has the promotion; of one that is not there any more nothing is said. */
function ofPromotion<T extends PromotionEventType>(
  tell: (event: Told<T>, promotion: Promotion, facts: NoticeFacts) => Notice | undefined,
): Teller {
  return (event: LedgerEvent, facts) =>
    // Entries of these types are written by promotions alone.
    facts.promotion === undefined ? undefined : tell(event as Told<T>, facts.promotion, facts)
}

export const promotionTellers: Readonly<Partial<Record<PromotionEventType, Teller>>> = {
  'promotion-requested': ofPromotion<'promotion-requested'>((_event, promotion, facts) => {
    // One that travels with others is asked for by its train.
    const gates = promotion.request.gates.filter(isPeopleGate)
    if (promotion.request.train !== undefined || gates.length === 0) return undefined
    return about(promotion, facts, {
      topic: 'decision-wanted',
      title: `${whatOf(promotion)} asks to go into ${whereOf(promotion, facts)}`,
      text: `${namesOf(facts.configuration, [promotion.request.requestedBy])} asked for it${urgencyOf(promotion)}. It waits for: ${gatesText(gates, facts)}.`,
      gates,
    })
  }),
  'plan-renewed': ofPromotion<'plan-renewed'>((event, promotion, facts) => {
    const gates = promotion.request.gates.filter(isPeopleGate)
    if (event.data.differences.length === 0 || gates.length === 0) return undefined
    return about(promotion, facts, {
      topic: 'decision-wanted',
      title: `${whatOf(promotion)} has to be decided on again`,
      text: `What it would do in ${whereOf(promotion, facts)} has changed since it was decided on (${event.data.differences.length} differences). It waits for: ${gatesText(gates, facts)}.`,
      gates,
    })
  }),
  'gate-escalated': ofPromotion<'gate-escalated'>(({ data: { escalation } }, promotion, facts) => {
    const gates = promotion.request.gates.filter(isPeopleGate).filter(({ kind }) => kind === escalation.gate)
    return {
      ...about(promotion, facts, {
        topic: 'escalated',
        title: `${whatOf(promotion)} has waited for ${escalation.afterHours} hours for ${gateName(escalation.gate)}`,
        text: `It is to go into ${whereOf(promotion, facts)}. Nobody decided since ${timeIn(facts.configuration, escalation.since)}. Asked: ${gatesText(gates, facts)}. Told: ${namesOf(facts.configuration, escalation.to)}.${answeringText(escalation.answeredBy, facts)}`,
        gates,
      }),
      people: unique([...escalation.to, ...peopleOf(gates, facts)]),
    }
  }),
  'attempt-succeeded': ofPromotion<'attempt-succeeded'>((_event, promotion, facts) => {
    const owed = owedGatesOf(promotion)
    const [first] = owed
    const title = `${whatOf(promotion)} went into ${whereOf(promotion, facts)}`
    if (first === undefined)
      return about(promotion, facts, { topic: 'promotion-arrived', title, text: 'It was verified there.', gates: [] })
    const list = owed.map(({ gate, people }) => `${gateName(gate)} (${namesOf(facts.configuration, people)})`).join(', ')
    return {
      ...about(promotion, facts, {
        topic: 'gate-owed',
        title: `${title} past gates that are still owed`,
        text: `Until ${timeIn(facts.configuration, first.dueAt)} somebody has to make up for: ${list}.`,
        gates: [],
      }),
      people: unique([...owed.flatMap(({ people }) => people), ...concerned(promotion, facts)]),
      gates: owed.map(({ gate }) => gate),
    }
  }),
  'attempt-failed': stuck('failed on its way into'),
  'attempt-errored': stuck('was stopped by a fault on our side on its way into'),
  'attempt-indeterminate': stuck('waits for a person, who has to look whether it arrived in'),
  'migration-opened': stuck('waits until the data that will go has been moved in'),
  'promotion-validated': ofPromotion<'promotion-validated'>(({ data: { validation } }, promotion, facts) => {
    if (validation.outcome === 'passed') return undefined
    return about(promotion, facts, {
      topic: 'promotion-stuck',
      title: `${whatOf(promotion)} did not stand its watch in ${whereOf(promotion, facts)}`,
      text: `${namesOf(facts.configuration, [validation.by])} said so. Nothing more of it goes in until somebody has looked; it can be rolled back.`,
      gates: [],
    })
  }),
}

function stuck(what: string): Teller {
  return ofPromotion<'attempt-failed'>((_event, promotion, facts) =>
    about(promotion, facts, {
      topic: 'promotion-stuck',
      title: `${whatOf(promotion)} ${what} ${whereOf(promotion, facts)}`,
      text: 'The page says why, and what can be done.',
      gates: [],
    }),
  )
}

/** A notice about a promotion, to those whom it concerns: whoever its gates ask, whoever asked for it, and its owners. */
export function about(
  promotion: Promotion,
  facts: NoticeFacts,
  told: { readonly topic: NoticeTopic; readonly title: string; readonly text: string; readonly gates: readonly PeopleGate[] },
): Notice {
  const { promotionId, environmentId, solution } = promotion.request
  return {
    ...told,
    people: unique([...peopleOf(told.gates, facts), ...concerned(promotion, facts)]),
    gates: told.gates.map(({ kind }) => kind),
    ...{ environmentId, solution },
    path: `/promotions/${encodeURIComponent(promotionId)}`,
  }
}

export function concerned({ request }: Promotion, { configuration }: NoticeFacts): readonly PersonId[] {
  return unique([request.requestedBy, ...ownersOf(configuration, { environment: request.environmentId, solution: request.solution })])
}

export function whatOf({ request }: Promotion): string {
  return `${request.solution} ${request.version}`
}

export function whereOf({ request }: Promotion, { configuration }: NoticeFacts): string {
  return placeName(configuration, request.environmentId)
}

export function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)]
}

function urgencyOf({ request: { intent } }: Promotion): string {
  if (intent?.kind === 'emergency') return ` as an emergency`
  if (intent?.kind === 'hotfix') return ' as a hotfix'
  return intent?.kind === 'recovery' ? ' to bring a known good state back' : ''
}

function gatesText(gates: readonly PeopleGate[], facts: NoticeFacts): string {
  return gates.map((gate) => `${gateName(gate.kind)} (${namesOf(facts.configuration, peopleOf([gate], facts))})`).join(', ')
}

function answeringText(ids: readonly PersonId[] | undefined, { configuration }: NoticeFacts): string {
  return ids === undefined || ids.length === 0 ? '' : ` May answer in their place: ${namesOf(configuration, ids)}.`
}

function peopleOf(gates: readonly PeopleGate[], { configuration }: NoticeFacts): readonly PersonId[] {
  return unique(gates.flatMap((gate) => expandPeople(gate, configuration.groups)))
}
