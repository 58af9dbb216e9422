import type { RecoveryPlanReply, TrainRecoveryReply } from '#contract'
import { subjectWords, wayWords } from '#domain/recovery'
import type { Paint } from './paint.ts'
import { durationText, shortDigest, timeText } from './words.ts'

type Way = RecoveryPlanReply['ways'][number]

/** How an environment comes back, for people: what is known good, then each way, the one to take first. */
export function recoveryText(plan: RecoveryPlanReply, paint: Paint): string {
  return `${paint.bold('Way back')}  ${plan.solution} in ${plan.environmentId}: ${knownGoodText(plan)}\n${waysText(plan, paint)}${pointsText(plan)}`
}

/** One line a way, for the page of a promotion. */
export function recoverySummary(plan: RecoveryPlanReply, paint: Paint): string {
  const lines = plan.ways.map((way) => `  ${markOf(way, paint)} ${wayWords[way.kind]}${practisedText(way)}${lossText(way)}\n`)
  const more = `  All of it: drover recovery show ${plan.environmentId} ${plan.solution}\n`
  return `${paint.bold('Way back')}  ${knownGoodText(plan)}\n${lines.join('')}${more}`
}

function knownGoodText({ knownGood, ways }: RecoveryPlanReply): string {
  if (knownGood !== undefined) {
    const since = knownGood.deployedAt === undefined ? 'brought by others' : `there since ${timeText(knownGood.deployedAt)}`
    return `known good is ${knownGood.version} (release ${knownGood.releaseId}, ${shortDigest(knownGood.digest)}, ${since})`
  }
  return ways.some(({ kind }) => kind === 'uninstall')
    ? 'it is the first release, so there is none to go back to'
    : 'nothing that Drover brought'
}

function waysText({ ways }: RecoveryPlanReply, paint: Paint): string {
  return ways.map((way, at) => wayText(way, at, paint)).join('')
}

function wayText(way: Way, at: number, paint: Paint): string {
  const head = `\n${markOf(way, paint)} ${at + 1}. ${paint.bold(wayWords[way.kind])}${practisedText(way)}\n`
  const steps = way.steps.map((step) => `     ${step}\n`)
  const obstacles = way.obstacles.map(({ subject, message }) => `     ${paint.red('✖')} ${subject}: ${message}\n`)
  const losses = way.losses.flatMap(({ subject, losses: lost }) =>
    lost.map((loss) => `     ${paint.red('−')} ${subjectWords(subject)}: ${countText(loss)}\n`),
  )
  const rescued = way.rescued.map(
    ({ table, columns }) =>
      `     + ${columns === undefined ? 'rows' : `values of ${columns.join(', ')}`} of ${table} are saved, and can be written back\n`,
  )
  return [head, ...steps, ...obstacles, ...losses, ...rescued].join('')
}

function countText({ kind, count }: Way['losses'][number]['losses'][number]): string {
  const what = kind.replaceAll('-', ' ')
  if (count.kind === 'unknown') return `${what}, as many as there will be (${count.why})`
  return `${count.kind === 'exact' ? '' : 'at least '}${count.n} ${what}`
}

/** ✔ can be gone; ? only trying tells; ✖ something stands against it. */
function markOf({ obstacles, certainty }: Way, paint: Paint): string {
  if (obstacles.length > 0) return paint.red('✖')
  return certainty === 'known' ? paint.green('✔') : paint.yellow('?')
}

function practisedText({ kind, lastRehearsal }: Way): string {
  if (kind === 'roll-forward' || kind === 'baseline') return ''
  if (lastRehearsal === undefined) return '  (never rehearsed)'
  const { outcome, finishedAt, durationMs } = lastRehearsal
  return `  (rehearsed ${timeText(finishedAt)}: ${outcome}, took ${durationText(durationMs)})`
}

function lossText({ losses }: Way): string {
  return losses.length === 0 ? '' : `; data of ${losses.map(({ subject }) => subjectWords(subject)).join(', ')} goes`
}

/** A restore point is worded as what it is, so that nobody takes it for a way back. */
function pointsText({ restorePoints }: RecoveryPlanReply): string {
  if (restorePoints.length === 0) return ''
  const lines = restorePoints.map(({ label, rewindsTo, expiresAt }) => `  ${timeText(rewindsTo)}  ${label}, until ${timeText(expiresAt)}\n`)
  return `\nRestore points: time stamps that would rewind everybody's rows, and open no gate\n${lines.join('')}`
}

/** What is done with each solution of a train that failed, in order. */
export function trainText({ steps }: TrainRecoveryReply, paint: Paint): string {
  if (steps.length === 0) return 'Nothing has gone in, and nothing waits: there is nothing to do.\n'
  const lines = steps.map(
    (step, at) => `  ${at + 1}. ${paint.bold(`${step.solution} ${step.version}`)} (${step.promotionId}): ${step.message}\n`,
  )
  return `${paint.bold('The way back of this train')}, in this order; nothing was asked for\n${lines.join('')}`
}
