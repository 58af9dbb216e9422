import type { Decision } from '#domain/approval'
import type { PersonId, Reason, Result } from '#domain/kernel'
import { accept, errorCode, refuse } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import type { NewPromotionEvent } from '#domain/promotion'
import { diffRenewal, recordRenewal, withWaivers } from '#domain/promotion'
import type { MemberStanding, Train, TrainDecision } from '#domain/train'
import { bindTrain, decideTrainApproval, isUnderWay, trainTitle } from '#domain/train'
import type { EngineDependencies } from '../dependencies.ts'
import { planAgain } from '../promotion/plan-again.ts'
import { loadStanding } from '../promotion/standing.ts'
import { startIfReady } from '../promotion/start-attempt.ts'
import { loadPromotionStream, promotionStream } from '../promotion/stream.ts'
import { withdrawRest } from './assemble-train.ts'
import type { TrainStream } from './stream.ts'
import { appendDecided, loadTrainStream, requireTrainStream } from './stream.ts'

export interface DecideTrain {
  readonly trainId: string
  readonly gate: PeopleGateKind
  readonly verdict: Decision['verdict']
  readonly comment: string
  /** The binding of the train that the person looked at; undefined: whatever it shows now. */
  readonly seen?: string | undefined
  /** Whose place the person takes, as their deputy. */
  readonly onBehalfOf?: PersonId | undefined
  readonly actor: PersonId
}

/**
 * Records a person's word on a train, and then on each of its promotions that it is for. Before a yes all of them are planned again: what differs
 * is recorded and refuses the yes, and the person decides on that. A no ends the train.
 */
export async function decideOnTrain(deps: EngineDependencies, command: DecideTrain): Promise<Result<true>> {
  let first: string | undefined
  for (;;) {
    const stream = await requireTrainStream(deps.ledger, command.trainId)
    if (!stream.ok) return stream
    const members = await loadMembers(deps, stream.value.train)
    const binding = bindingOf(deps, members)
    // Somebody else's look may have renewed a plan in between: this person has not seen that one.
    first ??= binding
    const decision = decideTrainApproval(stream.value.train, members, {
      ...{ gate: command.gate, by: command.actor, verdict: command.verdict, comment: command.comment, at: deps.clock.now(), binding },
      seen: command.seen ?? first,
      onBehalfOf: command.onBehalfOf,
    })
    if (!decision.ok) return decision
    const renewed =
      command.verdict === 'reject' ? undefined : await renewPlans(deps, stream.value.train, { members, decision: decision.value })
    if (renewed === 'moved-on') continue
    if (renewed !== undefined) return renewed
    const isRecorded = await appendDecided(deps.ledger, stream.value, {
      actor: command.actor,
      events: [{ type: 'train-decided', data: { decision: decision.value } }],
    })
    if (!isRecorded) continue
    await applyDecisions(deps, command.trainId)
    return accept(true)
  }
}

/** The promotions of a train with what they are judged by now, in their order; those that are not written yet are left out. */
export async function loadMembers(deps: EngineDependencies, train: Pick<Train, 'members'>): Promise<readonly MemberStanding[]> {
  const members: MemberStanding[] = []
  for (const { promotionId } of train.members) {
    const stream = await loadPromotionStream(deps.ledger, promotionId)
    if (stream !== undefined) members.push({ promotion: stream.promotion, standing: await loadStanding(deps, stream.promotion) })
  }
  return members
}

export function bindingOf({ hashing }: Pick<EngineDependencies, 'hashing'>, members: readonly MemberStanding[]): string {
  const bound = members.map(({ promotion: { request }, standing }) => ({
    promotionId: request.promotionId,
    boundTo: withWaivers(request.boundTo, standing.waivers),
  }))
  return bindTrain(bound, (text) => hashing.sha256(text))
}

/** Plans again what is about to be decided on. `moved-on`: something was recorded that nobody has to look at, and all is judged again. */
async function renewPlans(
  deps: EngineDependencies,
  train: Train,
  { members, decision }: { readonly members: readonly MemberStanding[]; readonly decision: TrainDecision },
): Promise<ReturnType<typeof refuse> | 'moved-on' | undefined> {
  const reasons: Reason[] = []
  let hasRecorded = false
  for (const { promotion } of members) {
    const { promotionId } = promotion.request
    if (!decision.on.some((on) => on.promotionId === promotionId)) continue
    const again = await planAgain(deps, promotion)
    const found = diffRenewal(promotion, again)
    const renewal = recordRenewal(again, found)
    if (renewal === undefined) continue
    hasRecorded = true
    await record(deps, promotionId, renewal)
    const { solution, version } = promotion.request
    reasons.push(...found.differences.map(({ subject, message }) => ({ subject: `${solution} ${version}: ${subject}`, message })))
  }
  if (reasons.length === 0) return hasRecorded ? 'moved-on' : undefined
  return refuse(
    'promotion.plan-changed',
    `What ${trainTitle(train)} will do has changed since it was planned; nothing was decided.`,
    `Look at it with \`drover train plan ${train.trainId}\`, and decide again.`,
    reasons,
  )
}

/** Of two looks at once the later is recorded on top of the earlier, which is what it would have been by itself. */
async function record(
  deps: EngineDependencies,
  promotionId: MemberStanding['promotion']['request']['promotionId'],
  event: NewPromotionEvent,
) {
  for (;;) {
    const stream = await loadPromotionStream(deps.ledger, promotionId)
    if (stream?.promotion.status.state !== 'pending') return
    try {
      await deps.ledger.append({ stream: promotionStream(promotionId), expectedVersion: stream.version, actor: 'drover', events: [event] })
      return
    } catch (error) {
      if (errorCode(error) !== 'ledger.conflict') throw error
    }
  }
}

/**
 * Writes what was decided on a train on each promotion that it was decided for, and withdraws the rest after a no. Safe to repeat: a process killed
 * in between leaves the train's own word, from which the sweep completes it.
 */
export async function applyDecisions(deps: EngineDependencies, trainId: string): Promise<void> {
  const stream = await loadTrainStream(deps.ledger, trainId)
  if (stream === undefined) return
  for (const decision of stream.train.decisions) await applyDecision(deps, stream, decision)
  if (!isUnderWay(stream.train) && stream.train.endedAt === undefined) await withdrawRest(deps, stream.train, endedBy(stream.train))
  const [departing] = stream.train.members
  if (departing !== undefined && stream.train.state === 'standing') await startIfReady(deps, departing.promotionId, undefined)
}

async function applyDecision({ ledger }: EngineDependencies, { train }: TrainStream, decision: TrainDecision): Promise<void> {
  const { gate, by, at } = decision
  for (const { promotionId, decision: word } of decision.on) {
    const promotion = (await loadPromotionStream(ledger, promotionId))?.promotion
    if (promotion === undefined || promotion.decisions.some((one) => one.gate === gate && one.by === by && one.at === at)) continue
    const event: NewPromotionEvent = {
      type: 'approval-decided',
      data: { decision: word },
      key: `decision/${gate}/${by}/${train.trainId}/${at}`,
    }
    await ledger.append({ stream: promotionStream(promotionId), expectedVersion: undefined, actor: by, events: [event] })
  }
}

function endedBy(train: Train): PersonId {
  const no = train.decisions.find(({ verdict }) => verdict === 'reject')
  return train.withdrawn?.by ?? no?.by ?? train.requestedBy
}
