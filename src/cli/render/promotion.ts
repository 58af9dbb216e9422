import { parseSeen, seenText } from '#domain/approval'
import type { AttemptReply, GateStatusReply, PromotionViewReply } from '#contract'
import { gateName } from '#domain/pipeline'
import { wayWords } from '#domain/recovery'
import type { Paint } from './paint.ts'
import { planText } from './plan.ts'
import { exceptionText } from './hotfix.ts'
import { emergencyText } from './owed.ts'
import { recoverySummary } from './recovery.ts'
import { refusalText } from './refusal.ts'
import { watchText } from './watch.ts'
import { durationText, shortDigest, stateText, timeText } from './words.ts'

/** A promotion for people: what goes where, the plan, the gates with their reasons, and how the work went. */
export function promotionText(view: PromotionViewReply, paint: Paint): string {
  const { request, status } = view.promotion
  const head = [
    `${paint.bold(`${request.solution} ${request.version}`)} → ${request.stageId}  ${stateText(status.state, paint)}`,
    `  promotion  ${request.promotionId}`,
    `  release    ${request.releaseId}`,
    `  digest     ${shortDigest(request.boundTo.artifact)}`,
    `  requested  by ${request.requestedBy}, ${timeText(request.requestedAt)}, Tier ${request.tier}`,
    ...exceptionText(request.intent),
    ...emergencyText(request.intent),
    ...(request.train === undefined ? [] : [`  train      ${request.train.trainId}, as number ${request.train.position} of it`]),
  ]
  return `${head.join('\n')}\n\n${renewedText(view, paint)}${planText(request.plan, paint)}\n${wayBackText(view, paint)}${paint.bold('Gates')}\n${gatesText(view.gates, paint)}${lossesText(view)}${unknownText(view)}${attemptsText(view, paint)}${statusText(view, paint)}${watchText(view, paint)}${owedText(view, paint)}${offersText(view, paint)}${tagText(view, paint)}`
}

/** How the target comes back from it; of a recovery, what it goes back from, and how to go on where the lower version was refused. */
function wayBackText({ promotion: { request, status } }: PromotionViewReply, paint: Paint): string {
  const { intent, recovery } = request
  if (intent?.kind === 'recovery') {
    const from = intent.of === undefined ? '' : ` from promotion ${intent.of}`
    const isRefused = intent.way === 'redeploy' && status.state === 'failed' && !status.isResumable
    const next = `→ Nothing went in? Go back with the same content under a higher version: drover rollback ${request.environmentId} ${request.solution} --way repack --reason "…"\n`
    return `${paint.bold('Recovery')}  by ${wayWords[intent.way]}${from}: ${intent.reason}\n${isRefused ? next : ''}\n`
  }
  return recovery === undefined ? '' : `${recoverySummary(recovery, paint)}\n`
}

/** What changed since it was asked for or decided, while people are asked about that. */
function renewedText(view: PromotionViewReply, paint: Paint): string {
  const { renewed, status } = view.promotion
  if (renewed === undefined || status.state !== 'pending') return ''
  const told = renewed.differences.map(({ subject, message }) => `  ${paint.yellow('!')} ${paint.bold(subject)}: ${message}\n`)
  const noted = renewed.noted.map(({ subject, message }) => `    ${subject}: ${message}\n`)
  const head = `${paint.bold('Changed since')}  seen ${timeText(renewed.at)}; decisions on what was before no longer count`
  return `${head}\n${told.join('')}${noted.join('')}  A yes to what it is now names it: --seen ${seenOf(view)}\n\n`
}

/** What to give with a yes to say what was looked at: enough of the plan's hash to tell it from any other, the way back and the waivers. */
export function seenOf({ seen }: PromotionViewReply): string {
  const shown = parseSeen(seen)
  return seenText({ ...shown, plan: shown.plan.slice(0, 12) })
}

/** How the asking person answers for what nobody can tell. */
function unknownText({ promotion, mayAcknowledgeUnknown }: PromotionViewReply): string {
  if (!mayAcknowledgeUnknown) return ''
  return `→ You may answer for what nobody can tell: drover promotion acknowledge ${promotion.request.promotionId} --unknown --comment "…"\n`
}

/** How the asking person, as a data owner, lets go what goes. */
function lossesText({ promotion, losses }: PromotionViewReply): string {
  return losses
    .filter((loss) => loss.mayAcknowledge)
    .map(
      (loss) =>
        `→ You answer for ${loss.name}. Let it go with: drover promotion acknowledge ${promotion.request.promotionId} --loss ${loss.subject} --ceiling ${loss.atLeast} --comment "…"\n`,
    )
    .join('')
}

/** What it went past and still owes, and how the asking person gives what is theirs to give. */
function owedText({ promotion, maySignOff }: PromotionViewReply, paint: Paint): string {
  const { request, status, signOffs = [] } = promotion
  const { intent, promotionId } = request
  if (status.state !== 'succeeded' || (intent?.kind !== 'hotfix' && intent?.kind !== 'emergency')) return ''
  const owed = intent.notWaitedFor.filter((gate) => {
    const given = signOffs.filter(({ gate: kind, verdict }) => kind === gate.kind && verdict === 'approve')
    return 'quorum' in gate && given.length < gate.quorum
  })
  if (owed.length === 0) return ''
  const how = maySignOff.map((gate) => `→ It is yours to give: drover promotion sign-off ${promotionId} --gate ${gate} --comment "…"\n`)
  return `\n${paint.yellow('○')} It went past ${owed.map(({ kind }) => gateName(kind)).join(', ')}, which is owed (drover owed list).\n${how.join('')}`
}

/** ✔ open, ? open with something that could not be told, ○ pending, ✖ closed, each with its reasons. */
export function gatesText(gates: readonly GateStatusReply[], paint: Paint): string {
  if (gates.length === 0) return '  none\n'
  return gates
    .map((gate) => {
      const name = gateName(gate.kind)
      // A reason that is about the gate itself needs no second mention of it.
      const reasons = gate.reasons.map(({ subject, message }) => `      ${subject === name ? '' : `${paint.bold(subject)}: `}${message}\n`)
      return `  ${gateMark(gate, paint)} ${name}${nextText(gate, paint)}\n${reasons.join('')}`
    })
    .join('')
}

/** Whose turn it is where a gate is not open: `fix` for somebody, who is named, or `wait` for time. */
function nextText({ state, next, accountable, waiverId }: GateStatusReply, paint: Paint): string {
  if (state === 'open') return waiverId === undefined ? '' : paint.yellow(`  by waiver ${waiverId}`)
  const turn = next === undefined ? '' : `  ${next}`
  return paint.dim(`${turn}${accountable === undefined ? '' : ` · ${accountable}`}`)
}

function gateMark({ state, hasUnknown }: GateStatusReply, paint: Paint): string {
  switch (state) {
    case 'open':
      return hasUnknown === true ? paint.yellow('?') : paint.green('✔')
    case 'pending':
      return paint.yellow('○')
    case 'closed':
      return paint.red('✖')
  }
}

function attemptsText(view: PromotionViewReply, paint: Paint): string {
  const { status, earlierAttempts } = view.promotion
  const attempts = 'attempt' in status ? [...earlierAttempts, status.attempt] : earlierAttempts
  return attempts
    .map(
      (attempt) =>
        `\n${paint.bold(`Attempt ${attempt.id}`)}  ${timeText(attempt.startedAt)}\n${stepsText(attempt, paint)}${outlastedText(attempt, paint)}`,
    )
    .join('')
}

function stepsText(attempt: AttemptReply, paint: Paint): string {
  return attempt.steps
    .map((step) => {
      const mark = step.finishedAt === undefined ? paint.yellow('…') : paint.green('✔')
      const took =
        step.finishedAt === undefined ? '' : paint.dim(` ${durationText(Date.parse(step.finishedAt) - Date.parse(step.startedAt))}`)
      return `  ${mark} ${step.step}${took}${step.note === undefined ? '' : `  ${step.note}`}\n`
    })
    .join('')
}

/** What had begun was carried to its end: half done is worse. */
function outlastedText({ outlasted }: AttemptReply, paint: Paint): string {
  if (outlasted === undefined) return ''
  return `  ${paint.yellow('!')} It outlasted its change window, which closed ${timeText(outlasted.closedAt)}, by ${durationText(outlasted.byMs)}.\n`
}

/** That the place is held, and the ways back from what went wrong there, the one to take first in front. */
function offersText({ promotion, hold, offers }: PromotionViewReply, paint: Paint): string {
  const { environmentId, solution } = promotion.request
  const held =
    hold === undefined
      ? ''
      : `\n${paint.yellow('!')} ${environmentId} is held for ${solution} since ${timeText(hold.since)}: nothing but a recovery goes in.\n→ When it may take others again: drover env resume ${environmentId} ${solution} --reason "…"\n`
  const ways = offers.map(({ kind, command, text, isPossible }) =>
    isPossible
      ? `  ${paint.green('→')} ${kind === undefined ? '' : `${paint.bold(kind)}: `}${command}\n      ${text}\n`
      : `  ${paint.red('✖')} ${paint.bold(kind ?? '')}: ${text}\n`,
  )
  return ways.length === 0 ? held : `${held}\n${paint.bold('Ways back')}\n${ways.join('')}`
}

function tagText({ promotion: { tag, tagFailure } }: PromotionViewReply, paint: Paint): string {
  if (tag !== undefined) return `\n  tagged     ${tag}\n`
  if (tagFailure === undefined) return ''
  return `\n${paint.yellow('!')} The source could not be tagged, which is tried again (${tagFailure.tries} tries): ${tagFailure.message}\n`
}

function statusText(view: PromotionViewReply, paint: Paint): string {
  const { status } = view.promotion
  switch (status.state) {
    case 'pending':
    case 'running':
      return ''
    case 'migrating':
      return migratingText(view, paint)
    case 'succeeded':
      return `\n${paint.bold('Verified by reading the target')}\n${status.verification.map((line) => `  ${paint.green('✔')} ${line}\n`).join('')}`
    case 'failed':
      return `\n${refusalText(status.refusal, paint)}`
    case 'errored':
      return `\n${paint.red('✖')} ${status.message} ${paint.dim(`[${status.code}]`)}\n`
    case 'indeterminate':
      return `\n${paint.yellow('?')} ${status.message}\n→ Look at the target, then resume it with a reason, or leave it held.\n`
    case 'rejected':
      return `\n${paint.red('✖')} Rejected by ${status.by}${status.comment === '' ? '.' : `: ${status.comment}`}\n`
    case 'withdrawn':
      return `\nWithdrawn by ${status.by}.\n`
  }
}

/** What people move, why it could not be applied where that was tried, and both ways on. */
function migratingText({ promotion }: PromotionViewReply, paint: Paint): string {
  const { request, status, migration } = promotion
  const reasons = status.state === 'migrating' ? status.reasons : []
  const goes = request.plan.content.filter(({ effect, losses }) => effect === 'destroy' && losses.length > 0)
  return [
    `\n${paint.yellow('○')} The upgrade is staged since ${migration === undefined ? 'the last attempt' : timeText(migration.openedAt)}; both versions are there, and data can be moved.\n`,
    ...goes.map(({ name, key, message }) => `    ${paint.bold(name === key ? name : `${name} (${key})`)}: ${message}\n`),
    ...(reasons.length === 0 ? [] : [`  ${paint.red('✖')} It could not be applied yet:\n`]),
    ...reasons.map(({ subject, message }) => `    ${paint.bold(subject)}: ${message}\n`),
    `→ When the data is moved: drover promotion finish-migration ${request.promotionId} --comment "…"\n`,
    `→ To take it back, which deletes the staged upgrade: drover promotion withdraw ${request.promotionId}\n`,
  ].join('')
}
