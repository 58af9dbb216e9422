import type { HotfixViewReply, PromotionReply } from '#contract'
import { gateName } from '#domain/pipeline'
import type { Paint } from './paint.ts'
import { refusalText } from './refusal.ts'
import { table } from './table.ts'
import { stateText, timeText } from './words.ts'

/** A hotfix for people: what it is about, how far it is, and what is owed for it. */
export function hotfixText({ hotfix, state, owed }: HotfixViewReply, paint: Paint): string {
  const { base, versions, preparation } = hotfix
  const lane = `${versions.major}.${versions.minor}.${versions.build}.*`
  const lines = [
    `${paint.bold(`${hotfix.solution} ${lane}`)}  ${hotfixState(state, paint)}  ${hotfix.hotfixId}`,
    `  why        ${hotfix.reason}`,
    `  services   ${base.version} in ${hotfix.production.environmentId} (${base.tag ?? base.commit.slice(0, 12)})`,
    `  works in   ${hotfix.dev}, tested in ${hotfix.test}`,
    `  branch     ${hotfix.branch}`,
    ...preparation.steps.map((step) => `  ${paint.green('✔')} ${step.name}: ${step.note}`),
    ...hotfix.releases.map((release) => `  sealed     ${release.version}  ${release.releaseId}  ${timeText(release.sealedAt)}`),
    ...(hotfix.shipped === undefined
      ? []
      : [`  shipped    ${hotfix.shipped.version}  ${hotfix.shipped.promotionId}  ${timeText(hotfix.shipped.at)}`]),
    ...mergeLines(hotfix.merge, paint),
    ...(hotfix.decisions ?? []).map(({ component, by, reason }) => `  main holds ${component}, by ${by}: ${reason}`),
    ...(hotfix.carried === undefined ? [] : [`  in main    ${hotfix.carried.version}  ${hotfix.carried.releaseId}`]),
    ...(hotfix.abandoned === undefined ? [] : [`  abandoned  by ${hotfix.abandoned.by}: ${hotfix.abandoned.reason}`]),
    ...owed.map((one) => owedLine(one, paint)),
  ]
  const refusal = preparation.refusal === undefined ? '' : refusalText(preparation.refusal, paint)
  return `${lines.join('\n')}\n${refusal}${nextText(hotfix.hotfixId, state)}`
}

export function hotfixesText(views: readonly HotfixViewReply[], paint: Paint): string {
  const rows = views.map(({ hotfix, state, owed }) => [
    hotfix.hotfixId,
    hotfix.solution,
    hotfix.shipped?.version ?? hotfix.base.version,
    hotfixState(state, paint),
    owed.length === 0
      ? ''
      : `${owed.map(({ gate }) => gateName(gate)).join(', ')}${owed.some(({ isOverdue }) => isOverdue) ? paint.red(' overdue') : ''}`,
    timeText(hotfix.startedAt),
    hotfix.reason,
  ])
  const headings = ['HOTFIX', 'SOLUTION', 'VERSION', 'STATE', 'SIGN-OFFS OWED', 'STARTED', 'WHY']
  return table({ headings, rows, whenEmpty: 'There are no hotfixes.' }, paint)
}

/** What stands on the board: those in production that main does not have, and those with sign-offs to come. */
export function owedHotfixesText(views: readonly HotfixViewReply[], paint: Paint): string {
  return views
    .filter(({ state, owed }) => state === 'owed' || owed.length > 0)
    .map(({ hotfix, state, owed }) => {
      const main = state === 'owed' ? 'main does not have it' : 'main has it'
      const signs = owed.map(({ gate, dueAt, isOverdue }) => `${gateName(gate)} ${isOverdue ? 'was' : 'is'} due ${timeText(dueAt)}`)
      const what = `hotfix ${hotfix.hotfixId} of ${hotfix.solution} ${hotfix.shipped?.version ?? ''}`
      return `  ${paint.yellow('owed')}  ${what}: ${[main, ...signs].join('; ')}\n`
    })
    .join('')
}

/** Of a hotfix's promotion: what for, and which gates it goes past (PIP-06); nothing of any other. */
export function exceptionText(intent: PromotionReply['request']['intent']): readonly string[] {
  if (intent?.kind !== 'hotfix') return []
  const past = intent.notWaitedFor.map(({ kind }) => gateName(kind)).join(', ')
  const owed = past === '' ? '' : `\n  goes past  ${past}; sign-offs among them are owed within ${intent.signOffWorkingDays} working days`
  return [`  hotfix     ${intent.hotfixId}: ${intent.reason}${owed}`]
}

function hotfixState(state: HotfixViewReply['state'], paint: Paint): string {
  if (state === 'owed' || state === 'preparing') return paint.yellow(state)
  return state === 'merged' ? paint.green(state) : stateText(state, paint)
}

function mergeLines(merge: HotfixViewReply['hotfix']['merge'], paint: Paint): readonly string[] {
  if (merge === undefined) return []
  return [
    `  to main    ${merge.state}${merge.note === '' ? '' : `: ${merge.note}`}`,
    ...merge.conflicts.map(({ component, where }) => `    ${paint.red('both sides')}  ${component} at ${where}`),
    ...merge.components
      .filter(({ outcome }) => outcome === 'cannot')
      .map(({ component, note }) => `    ${paint.yellow('by hand')}  ${component}: ${note}`),
  ]
}

function owedLine({ gate, people, dueAt, isOverdue }: HotfixViewReply['owed'][number], paint: Paint): string {
  const due = `${gateName(gate)} by ${people.join(', ')}, due ${timeText(dueAt)}`
  return `  owed       ${isOverdue ? paint.red(`${due} (overdue)`) : due}`
}

function nextText(hotfixId: string, state: HotfixViewReply['state']): string {
  switch (state) {
    case 'open':
      return `Mend it in its Dev, then: drover hotfix release ${hotfixId} --wait\n`
    case 'owed':
      return `Bring it to main: drover hotfix merge ${hotfixId} --into-dev\n`
    case 'failed':
      return `Try again: drover hotfix retry ${hotfixId}\n`
    case 'preparing':
    case 'merged':
    case 'abandoned':
      return ''
  }
}
