import type { TrainViewReply } from '#contract'
import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import { peopleGateKinds } from '#domain/pipeline'
import type { CommandContext } from './command.ts'
import { done, type Outcome, refused } from './outcome.ts'
import { trainViewText } from './render/train.ts'

/** Approves or rejects a train at the gate that --gate names, or at the only one that waits for the asking person. */
export async function decideTrain(context: CommandContext, verdict: 'approve' | 'reject'): Promise<Outcome> {
  const client = await context.client()
  const trainId = context.argument(0)
  const view = await client.loadTrain({ trainId })
  if (!view.ok) return refused(view)
  const gate = chooseGate(view.value, context.option('gate'))
  if (!gate.ok) return refused(gate)
  const changed = verdict === 'approve' && context.option('seen') === undefined ? refuseUnseen(view.value) : undefined
  if (changed !== undefined) return refused(changed)
  const place = context.option('for')
  const answer = await client.decideTrain({
    ...{ trainId, gate: gate.value, verdict, comment: context.option('comment') ?? '' },
    ...(verdict === 'approve' ? { seen: context.option('seen') ?? view.value.binding } : {}),
    ...(place === undefined ? {} : { onBehalfOf: toId<PersonId>(place) }),
  })
  return answer.ok ? done(answer.value, (paint) => trainViewText(answer.value, paint)) : refused(answer)
}

/** After a plan was made again the person may have looked at the one before, so they have to say what they looked at. */
function refuseUnseen({ train, binding, promotions }: TrainViewReply): ReturnType<typeof refuse> | undefined {
  const renewed = promotions.flatMap(({ promotion }) =>
    promotion.status.state === 'pending' ? (promotion.renewed?.differences ?? []) : [],
  )
  if (renewed.length === 0) return undefined
  return refuse(
    'promotion.plan-changed',
    `What train ${train.trainId} will do has changed since it was asked for; nothing was decided.`,
    `Look at it with \`drover train plan ${train.trainId}\`, then approve what it shows with --seen ${binding.slice(0, 12)}.`,
    renewed,
  )
}

function chooseGate({ mayDecide, promotions }: TrainViewReply, wanted: string | undefined): Result<PeopleGateKind> {
  const named = peopleGateKinds.find((gate) => gate === wanted)
  if (named !== undefined) return accept(named)
  // With no gate that waits for this person, the server is asked all the same: it knows the reason why not.
  const pending = promotions.flatMap(({ gates }) => gates.filter(({ state }) => state === 'pending').map(({ kind }) => kind))
  const waiting = mayDecide.length > 0 ? mayDecide : peopleGateKinds.filter((kind) => pending.includes(kind))
  const [only, ...others] = waiting
  if (only === undefined)
    return refuse('train.nothing-to-decide', 'No gate of this train waits for a decision.', 'Look at it with `drover train show`.')
  if (others.length === 0) return accept(only)
  return refuse('cli.gate-unclear', 'More than one gate waits for a decision.', `Say which with --gate: ${waiting.join(', ')}.`)
}
