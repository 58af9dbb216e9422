import type { TrainReply, TrainViewReply } from '#contract'
import { gateName } from '#domain/pipeline'
import type { Paint } from './paint.ts'
import { planText } from './plan.ts'
import { gatesText } from './promotion.ts'
import { trainText as wayBackText } from './recovery.ts'
import { refusalText } from './refusal.ts'
import { table } from './table.ts'
import { stateText, timeText } from './words.ts'

type PromotionView = TrainViewReply['promotions'][number]

/** A train for people: what is in and what is not, what each release waits for, and what can be done. */
export function trainViewText(view: TrainViewReply, paint: Paint): string {
  return `${headText(view, paint)}${membersText(view, paint)}${view.promotions.map((one) => waitsText(one, paint)).join('')}${collisionsText(view.train, paint)}${decisionsText(view.train)}${wayBack(view, paint)}${nextText(view)}`
}

/** What the whole train would do: one plan, release after release. */
export function trainPlanText(view: TrainViewReply, paint: Paint): string {
  const plans = view.promotions.map(({ promotion: { request } }, at) => {
    const head = `${paint.bold(`${at + 1}. ${request.solution} ${request.version}`)} → ${request.stageId}\n`
    return `${head}${planText(request.plan, paint)}\n`
  })
  return `${headText(view, paint)}\n${plans.join('')}${collisionsText(view.train, paint)}${nextText(view)}`
}

export function trainsText(trains: readonly TrainReply[], paint: Paint): string {
  const rows = trains.map(({ trainId, name, environmentId, state, requestedAt, members }) => [
    trainId,
    name === trainId ? '' : name,
    environmentId,
    trainState(state, paint),
    timeText(requestedAt),
    members.map(({ solution, version }) => `${solution} ${version}`).join(' → '),
  ])
  return table(
    { headings: ['TRAIN', 'NAME', 'ENVIRONMENT', 'STATE', 'REQUESTED', 'RELEASES'], rows, whenEmpty: 'There are no trains.' },
    paint,
  )
}

/** The way back, or why there is none to go. */
export function trainRollbackText(view: TrainViewReply, paint: Paint): string {
  const { train, promotions } = view
  if (view.wayBack.length > 0) return `${wayBackText({ steps: view.wayBack }, paint)}${afterwardsText(view)}`
  const isIn = promotions.some(({ promotion }) => promotion.status.state === 'succeeded')
  return isIn
    ? `The train goes on by itself; take it back first with: drover train withdraw ${train.trainId} --reason "…"\n`
    : 'Nothing of the train has gone in: there is nothing to go back from.\n'
}

/** What has not gone in would keep its places, and what failed keeps the stage. */
function afterwardsText({ train, promotions }: TrainViewReply): string {
  const isWaiting = promotions.some(({ promotion }) => promotion.status.state === 'pending')
  const held = promotions.filter(({ promotion }) => stopStates.has(promotion.status.state))
  const commands = [
    ...(isWaiting ? [`drover train withdraw ${train.trainId} --reason "…"`] : []),
    ...held.map(({ promotion: { request } }) => `drover env resume ${request.environmentId} ${request.solution} --reason "…"`),
  ]
  return commands.map((command) => `Afterwards: ${command}\n`).join('')
}

const stopStates: ReadonlySet<string> = new Set(['failed', 'errored', 'indeterminate'])

function headText({ train, binding }: TrainViewReply, paint: Paint): string {
  const { trainId, name, environmentId, state, tier, requestedBy, requestedAt } = train
  const lines = [
    `${paint.bold(name)} → ${environmentId}  ${trainState(state, paint)}`,
    `  train      ${trainId}`,
    `  requested  by ${requestedBy}, ${timeText(requestedAt)}, Tier ${tier} for all of it`,
    `  binding    ${binding.slice(0, 12)}`,
    ...(train.withdrawn === undefined ? [] : [`  withdrawn  by ${train.withdrawn.by}: ${train.withdrawn.reason}`]),
  ]
  const refusal = train.refusal === undefined ? '' : refusalText(train.refusal, paint)
  return `${lines.join('\n')}\n${refusal}`
}

function trainState(state: TrainReply['state'], paint: Paint): string {
  if (state === 'arrived') return paint.green(state)
  return state === 'standing' || state === 'assembling' ? paint.yellow(state) : paint.red(state)
}

function membersText({ train, promotions }: TrainViewReply, paint: Paint): string {
  const rows = train.members.map((member) => {
    const state = promotions.find(({ promotion }) => promotion.request.promotionId === member.promotionId)?.promotion.status.state
    return [
      String(member.position),
      member.solution,
      member.version,
      state === undefined ? 'not asked for' : stateText(state, paint),
      member.promotionId,
      member.needs.join(', '),
    ]
  })
  return `\n${table({ headings: ['', 'SOLUTION', 'VERSION', 'STATE', 'PROMOTION', 'NEEDS'], rows, whenEmpty: 'It is empty.' }, paint)}`
}

/** Gates of a release that waits, those that are open left out. */
function waitsText({ promotion, gates }: PromotionView, paint: Paint): string {
  const { request, status } = promotion
  const shut = gates.filter(({ state }) => state !== 'open')
  if (status.state === 'failed') return `\n${paint.bold(request.solution)}\n${refusalText(status.refusal, paint)}`
  if (status.state === 'errored' || status.state === 'indeterminate') return `\n${paint.bold(request.solution)}  ${status.message}\n`
  if (status.state !== 'pending' || shut.length === 0) return ''
  return `\n${paint.bold(`${request.solution} waits for`)}\n${gatesText(shut, paint)}`
}

const meetings: Readonly<Record<TrainReply['collisions'][number]['kind'], string>> = {
  shared: 'both have a say on',
  removed: 'one takes away what the other has or needs:',
}

function collisionsText({ collisions }: TrainReply, paint: Paint): string {
  if (collisions.length === 0) return ''
  const lines = collisions.map(({ kind, solutions: [earlier, later], components, count }) => {
    const more = count > components.length ? ` and ${count - components.length} more` : ''
    return `  ${paint.yellow('!')} ${earlier} and ${later}: ${meetings[kind]} ${components.join(', ')}${more}\n`
  })
  return `\n${paint.bold('Where they meet')}  the later is asked about again where its turn shows something else\n${lines.join('')}`
}

function decisionsText({ decisions }: TrainReply): string {
  const lines = decisions.map(
    ({ gate, by, onBehalfOf, verdict, at, comment, on }) =>
      `  ${verdict === 'approve' ? 'yes' : 'no'} at ${gateName(gate)} by ${by}${onBehalfOf === undefined ? '' : ` in the place of ${onBehalfOf}`}, ${timeText(at)}, for ${on.length}${comment === '' ? '' : `: ${comment}`}\n`,
  )
  return lines.length === 0 ? '' : `\nDecided\n${lines.join('')}`
}

function wayBack({ wayBack: steps }: TrainViewReply, paint: Paint): string {
  return steps.length === 0 ? '' : `\n${wayBackText({ steps }, paint)}`
}

function nextText({ train, promotions, mayDecide, binding }: TrainViewReply): string {
  if (train.state !== 'standing') return ''
  const { trainId } = train
  const stopped = promotions.find(({ promotion }) => ['failed', 'errored', 'indeterminate'].includes(promotion.status.state))
  const lines = mayDecide.map(
    (gate) => `→ You may decide: drover train approve ${trainId} --gate ${gate} --seen ${binding.slice(0, 12)}, or drover train reject\n`,
  )
  if (stopped === undefined) return lines.length === 0 ? '' : `\n${lines.join('')}`
  return `\n→ It stopped at ${stopped.promotion.request.solution}: drover train resume ${trainId} --reason "…", or drover train withdraw ${trainId} --reason "…"\n${lines.join('')}`
}
