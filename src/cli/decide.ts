import type { PromotionViewReply } from '#contract'
import { parseSeen } from '#domain/approval'
import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import { peopleGateKinds } from '#domain/pipeline'
import type { CommandContext } from './command.ts'
import { done, type Outcome, refused } from './outcome.ts'
import { promotionText, seenOf } from './render/promotion.ts'

/** Approves or rejects at the gate that --gate names, or at the only one that waits for the asking person. */
export async function decide(context: CommandContext, verdict: 'approve' | 'reject'): Promise<Outcome> {
  const client = await context.client()
  const promotionId = toId<PromotionViewReply['promotion']['request']['promotionId']>(context.argument(0))
  const view = await client.loadPromotion({ promotionId })
  if (!view.ok) return refused(view)
  const gate = chooseGate(view.value, context.option('gate'))
  if (!gate.ok) return refused(gate)
  const seen = verdict === 'approve' ? findSeen(view.value, context.option('seen')) : accept(undefined)
  if (!seen.ok) return refused(seen)
  const comment = context.option('comment') ?? ''
  const url = verdict === 'approve' ? context.option('pull-request') : undefined
  const shown = seen.value === undefined ? {} : { seen: seen.value }
  const placeOf = context.option('for')
  const place = placeOf === undefined ? {} : { onBehalfOf: toId<PersonId>(placeOf) }
  if (url !== undefined && (gate.value !== 'review' || placeOf !== undefined)) return refused(noPullRequest)
  const answer =
    url === undefined
      ? await client.decideApproval({ promotionId, gate: gate.value, verdict, comment, ...shown, ...place })
      : await client.approveByPullRequest({ promotionId, url, comment, ...shown })
  if (!answer.ok) return refused(answer)
  return done(answer.value, (paint) => promotionText(answer.value, paint))
}

const noPullRequest = refuse(
  'gate.no-pull-request',
  'A pull request is evidence of a review by whoever hands it in, and of no other gate.',
  'Name the gate: --gate review, and leave --for out.',
)

/**
 * What this person looked at. After a plan was made again, or with a waiver, they may have looked before that, so they have to say it: the
 * door would take the yes for one to whatever the promotion shows now.
 */
function findSeen(view: PromotionViewReply, said: string | undefined): Result<string> {
  const { request, renewed, status } = view.promotion
  const { promotionId } = request
  const how = `drover promotion approve ${promotionId} --seen ${seenOf(view)}`
  const shown = parseSeen(view.seen)
  if (said === undefined) {
    const isPlain = (renewed === undefined && shown.waivers.length === 0) || status.state !== 'pending'
    if (isPlain) return accept(view.seen)
  } else if (isSeen(said, view.seen)) return accept(view.seen)
  if (said === undefined && renewed === undefined)
    return refuse(
      'approval.waivers-unseen',
      `Promotion ${promotionId} leans on ${shown.waivers.length === 1 ? 'waiver' : 'the waivers'} ${shown.waivers.join(', ')}; nothing was decided.`,
      `Look at ${shown.waivers.map((id) => `\`drover waiver show ${id}\``).join(' and ')}, then approve with it: ${how}`,
    )
  return refuse(
    'promotion.plan-changed',
    said === undefined
      ? `What promotion ${promotionId} will do has changed since it was asked for; nothing was decided.`
      : `The plan ${said} is not the one that promotion ${promotionId} has now; nothing was decided.`,
    `Look at it with \`drover promotion show ${promotionId}\`, then approve what it shows: ${how}`,
    renewed?.differences ?? [],
  )
}

/** Whether what was said names what is shown: enough of the plan's hash, the way back, and every waiver. */
function isSeen(said: string, shown: string): boolean {
  const [named, is] = [parseSeen(said.toLowerCase()), parseSeen(shown.toLowerCase())]
  const isSamePlan = named.plan.length >= 12 && is.plan.startsWith(named.plan)
  return isSamePlan && named.recovery === is.recovery && is.waivers.every((id) => named.waivers.includes(id))
}

function chooseGate(view: PromotionViewReply, wanted: string | undefined): Result<PeopleGateKind> {
  const named = peopleGateKinds.find((gate) => gate === wanted)
  if (named !== undefined) return accept(named)
  const [only, ...others] = view.mayDecide
  if (only !== undefined && others.length === 0) return accept(only)
  // With no gate that waits for this person, the server is asked all the same: it knows the reason why not.
  const waiting = view.gates.flatMap((gate) => (gate.state === 'pending' ? peopleGateKinds.filter((kind) => kind === gate.kind) : []))
  if (only === undefined && waiting.length === 1 && waiting[0] !== undefined) return accept(waiting[0])
  if (only === undefined && waiting.length === 0) {
    return refuse(
      'promotion.nothing-to-decide',
      'No gate of this promotion waits for a decision.',
      'Look at it with `drover promotion show`.',
    )
  }
  const choices = only === undefined ? waiting : view.mayDecide
  return refuse('cli.gate-unclear', 'More than one gate waits for a decision.', `Say which with --gate: ${choices.join(', ')}.`)
}
