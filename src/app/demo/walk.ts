import { isPeopleGateKind } from '#domain/pipeline'
import type { GateStatusReply, PromotionViewReply, ReleaseReply } from '#contract'
import { counted, nounOf } from '#domain/difference'
import type { ReleaseId, StageId } from '#domain/kernel'
import type { Rehearsal } from './rehearsal.ts'
import { granted, Refused, until } from './rehearsal.ts'

/** Export, checks and seal: the release, with progress per step as it happens. */
export async function prepareRelease(run: Rehearsal, solution: string): Promise<ReleaseReply> {
  const ada = await run.as('ada')
  const { releaseId } = granted(await ada.prepareRelease({ solution }))
  let told = 0
  const seen = await until(
    async () => {
      const view = granted(await ada.loadRelease({ releaseId }))
      for (const step of view.preparation.steps.slice(told)) run.say(`  ✔ ${step.name}: ${step.note}`)
      told = view.preparation.steps.length
      return view
    },
    (view) => view.preparation.status.state !== 'running',
  )
  const { status } = seen.preparation
  if (status.state === 'refused') throw new Refused(status.refusal)
  if (status.state === 'errored') throw new Refused({ code: status.code, message: status.message, hint: status.hint ?? '', reasons: [] })
  if (seen.release === undefined)
    throw new Refused({
      code: 'release.unsealed',
      message: `The release ${releaseId} is not sealed.`,
      hint: 'Run the demo again.',
      reasons: [],
    })
  return seen.release
}

/** Asks for a promotion and follows it; `decide` is called while people are awaited. */
export async function promote(
  run: Rehearsal,
  asked: { readonly releaseId: ReleaseId; readonly stageId: StageId },
  decide: (view: PromotionViewReply) => Promise<void>,
): Promise<PromotionViewReply> {
  const ada = await run.as('ada')
  const requested = granted(await ada.requestPromotion(asked))
  const { promotionId } = requested.promotion.request
  run.say(`  promotion ${promotionId}: ${requested.promotion.request.plan.mode} (${requested.promotion.request.plan.modeReason})`)
  tellPlan(run, requested.promotion.request.plan)
  if (requested.promotion.status.state === 'pending') {
    tellGates(run, requested.gates)
    await decide(requested)
  }
  const told = new Set<string>()
  const ended = await until(
    async () => {
      const view = granted(await ada.loadPromotion({ promotionId }))
      tellSteps(run, view, told)
      return view
    },
    (view) => !['pending', 'running'].includes(view.promotion.status.state),
  )
  const { status } = ended.promotion
  if (status.state === 'failed') throw new Refused(status.refusal)
  if (status.state !== 'succeeded')
    throw new Refused({
      code: `promotion.${status.state}`,
      message: `The promotion ended as ${status.state}${'message' in status ? `: ${status.message}` : ''}.`,
      hint: 'See `drover promotion show`.',
      reasons: [],
    })
  tellGates(run, ended.gates)
  return ended
}

const marks = { open: '✔', pending: '○', closed: '✖' } as const

const effects = { destroy: 'destroyed', hide: 'will not show', change: 'changes', create: 'new' } as const

/** What becomes of what is in the target, a line each, the gravest first. */
function tellPlan(run: Rehearsal, { content }: PromotionViewReply['promotion']['request']['plan']): void {
  for (const effect of ['destroy', 'hide', 'change', 'create'] as const) {
    const counts = new Map<string, number>()
    for (const { kind } of content.filter((component) => component.effect === effect)) counts.set(kind, (counts.get(kind) ?? 0) + 1)
    const told = [...counts].map(([kind, count]) => counted(count, nounOf(kind)))
    if (told.length > 0) run.say(`    ${effects[effect]}: ${told.join(', ')}`)
  }
}

export function tellGates(run: Rehearsal, gates: readonly GateStatusReply[]): void {
  for (const gate of gates) {
    const mark = gate.hasUnknown === true ? '?' : marks[gate.state]
    run.say(
      `    ${mark} gate ${gate.kind}: ${gate.reasons.map((reason) => (gate.state === 'open' && isPeopleGateKind(gate.kind) ? `${reason.subject}: ${reason.message}` : reason.message)).join(' ')}`,
    )
  }
}

function tellSteps(run: Rehearsal, view: PromotionViewReply, told: Set<string>): void {
  const { status } = view.promotion
  if (!('attempt' in status)) return
  for (const step of status.attempt.steps.filter((each) => each.finishedAt !== undefined && !told.has(each.step))) {
    told.add(step.step)
    run.say(`  ✔ ${step.step}: ${step.note ?? ''}`)
  }
}
