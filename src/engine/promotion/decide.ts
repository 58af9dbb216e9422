import type { ApprovalBinding, Decision, DecisionEvidence } from '#domain/approval'
import { bindSeen, isSameBinding } from '#domain/approval'
import type { AttemptId, PersonId, PromotionId, Reason, Result } from '#domain/kernel'
import { accept, errorCode, refuse, toId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import type { NewPromotionEvent, PlannedAgain, Promotion, Standing } from '#domain/promotion'
import {
  decideAcknowledgement,
  decideApproval as decideApprovalPure,
  decideResume,
  decideUnknown,
  diffRenewal,
  planChanged,
  recordRenewal,
} from '#domain/promotion'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import type { PromotionEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'
import { planAgain } from './plan-again.ts'
import { loadStanding } from './standing.ts'
import { startIfReady } from './start-attempt.ts'
import { loadPromotionStream, promotionStream } from './stream.ts'

interface ApprovalCommand {
  readonly promotionId: PromotionId
  readonly gate: PeopleGateKind
  readonly verdict: Decision['verdict']
  readonly comment: string
  /** Whose place the person takes as their deputy. */
  readonly onBehalfOf?: PersonId | undefined
  /** What the person looked at, as the promotion names it; undefined: the plan that it shows now, and no waiver. */
  readonly seen?: string | undefined
  /** What it rests on besides the person's word. */
  readonly evidence?: DecisionEvidence
  /** The train that it is given for. */
  readonly trainId?: string
  readonly actor: PersonId
}

/**
 * Records a named person's yes or no, bound to the bytes and the plan that they were shown. Before a yes the target is planned again: a material
 * change is recorded and refuses the yes, and the person decides on that. A no needs no target.
 */
export async function decideApproval(deps: EngineDependencies, command: ApprovalCommand): Promise<Result<PromotionView>> {
  let again: PlannedAgain | undefined
  let first: ApprovalBinding | undefined
  return decide(deps, command, async (promotion, standing) => {
    // Somebody else's look may have renewed the plan in between: this person has not seen that one.
    first ??= promotion.request.boundTo
    if (command.verdict === 'approve' && !isSameBinding(promotion.request.boundTo, first))
      return { ok: false, refusal: planChanged(promotion, promotion.renewed?.differences ?? []) }
    const decided = decideByPerson(deps, { promotion, standing, command })
    if (!decided.ok || command.verdict === 'reject') return decided
    again ??= await planAgain(deps, promotion)
    const found = diffRenewal(promotion, again)
    const renewal = recordRenewal(again, found)
    if (renewal === undefined) return decided
    return { renewal, refusal: found.differences.length === 0 ? undefined : planChanged(promotion, found.differences) }
  })
}

function decideByPerson(
  deps: EngineDependencies,
  { promotion, standing, command }: { readonly promotion: Promotion; readonly standing: Standing; readonly command: ApprovalCommand },
): Result<readonly NewPromotionEvent[]> {
  const { gate, verdict, comment, onBehalfOf, seen, evidence, trainId, actor } = command
  const boundTo = bindSeen(promotion.request.boundTo, seen)
  const place = onBehalfOf === undefined ? {} : { onBehalfOf }
  const rests = { ...place, ...(evidence === undefined ? {} : { evidence }), ...(trainId === undefined ? {} : { trainId }) }
  return decideApprovalPure(promotion, { gate, by: actor, verdict, comment, at: deps.clock.now(), boundTo, ...rests }, standing)
}

interface LossCommand {
  readonly promotionId: PromotionId
  /** `kind:key` of the component whose data goes. */
  readonly subject: string
  readonly ceiling: number
  readonly days?: number | undefined
  readonly comment: string
  readonly actor: PersonId
}

/** A data owner's word that data of one component may go, up to a ceiling and until a date. */
export async function acknowledgeLoss(deps: EngineDependencies, command: LossCommand): Promise<Result<PromotionView>> {
  const { subject, ceiling, days, comment, actor } = command
  return decide(deps, command, (promotion, standing) =>
    decideAcknowledgement(promotion, { subject, ceiling, days, comment, by: actor, at: deps.clock.now() }, standing),
  )
}

interface UnknownWordCommand {
  readonly promotionId: PromotionId
  /** The lines of the plan that the person was shown. */
  readonly of: readonly Reason[]
  readonly comment: string
  readonly actor: PersonId
}

/** A person's word that they answer for what nobody can tell of a plan, line by line. */
export async function acknowledgeUnknown(deps: EngineDependencies, command: UnknownWordCommand): Promise<Result<PromotionView>> {
  const { of, comment, actor } = command
  return decide(deps, command, (promotion, standing) =>
    decideUnknown(promotion, { of, comment, by: actor, at: deps.clock.now() }, standing),
  )
}

/** A person's word, with a reason, that an errored or indeterminate promotion is tried again. */
export async function resumePromotion(
  deps: EngineDependencies,
  command: { readonly promotionId: PromotionId; readonly reason: string; readonly actor: PersonId },
): Promise<Result<PromotionView>> {
  const { reason, actor } = command
  return decide(deps, command, async (promotion, standing) => {
    const later = await listLater(deps, promotion)
    return decideResume(promotion, {
      attemptId: toId<AttemptId>(deps.ids.next('a')),
      actor,
      reason,
      now: deps.clock.now(),
      standing,
      later,
    })
  })
}

async function listLater({ readModel }: EngineDependencies, { request }: Promotion): Promise<readonly PromotionId[]> {
  const { rows } = await readModel.listSummaries<PromotionEntry>('promotion', { where: { solutionKey: solutionKey(request.solution) } })
  return rows
    .filter(({ lane }) => lane === request.plan.target.lane)
    .filter(
      ({ state, requestedAt }) =>
        state !== 'withdrawn' && state !== 'rejected' && Date.parse(requestedAt) > Date.parse(request.requestedAt),
    )
    .map(({ promotionId }) => promotionId)
}

/** What Drover itself found out on the way to a decision: recorded first, and then refused or decided again. */
interface Found {
  readonly renewal: NewPromotionEvent
  readonly refusal: ReturnType<typeof planChanged> | undefined
}

type Verdict = Result<readonly NewPromotionEvent[]> | Found

/** Load → decide → append, again when somebody else's decision came in between. */
export async function decide(
  deps: EngineDependencies,
  command: { readonly promotionId: PromotionId; readonly actor: PersonId },
  decision: (promotion: Promotion, standing: Standing) => Verdict | Promise<Verdict>,
): Promise<Result<PromotionView>> {
  for (;;) {
    const stream = await loadPromotionStream(deps.ledger, command.promotionId)
    if (stream === undefined)
      return refuse('promotion.unknown', `There is no promotion "${command.promotionId}".`, 'List them with `drover promotion list`.')
    const verdict = await decision(stream.promotion, await loadStanding(deps, stream.promotion))
    if ('ok' in verdict && !verdict.ok) return verdict
    const append = 'ok' in verdict ? { actor: command.actor, events: verdict.value } : { actor: 'drover', events: [verdict.renewal] }
    try {
      await deps.ledger.append({ stream: promotionStream(command.promotionId), expectedVersion: stream.version, ...append })
    } catch (error) {
      if (errorCode(error) === 'ledger.conflict') continue
      throw error
    }
    if ('ok' in verdict) return accept(await startIfReady(deps, command.promotionId, command.actor))
    if (verdict.refusal !== undefined) return { ok: false, refusal: verdict.refusal }
  }
}
