import type { WaiverListReply, WaiverViewReply } from '#contract'
import { gateName } from '#domain/pipeline'
import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { timeText } from './words.ts'

export function waiverText({ waiver, state }: WaiverViewReply, paint: Paint): string {
  const { waiverId, decided, revoked, requestedBy, from, until, reason, measure } = waiver
  const lines = [
    `${paint.bold(waiverId)}  ${stateWord(state, paint)}  ${waivedText(waiver)}`,
    `  why        ${reason}`,
    `  instead    ${measure}`,
    `  holds      ${timeText(from)} – ${timeText(until)}`,
    `  asked by   ${requestedBy}`,
    ...(decided === undefined
      ? []
      : [
          `  ${decided.verdict === 'approve' ? 'approved' : 'rejected'}   by ${decided.by}${decided.comment === '' ? '' : `: ${decided.comment}`}`,
        ]),
    ...(revoked === undefined ? [] : [`  revoked    by ${revoked.by}: ${revoked.reason}`]),
  ]
  const next = state === 'proposed' ? `Somebody above ${requestedBy} decides: drover waiver approve ${waiverId}\n` : ''
  return `${lines.join('\n')}\n${next}`
}

export function waiversText({ waivers, repeated }: WaiverListReply, paint: Paint): string {
  const rows = waivers.map(({ waiver, state }) => [
    waiver.waiverId,
    waiver.scope.solution,
    waivedText(waiver),
    stateWord(state, paint),
    timeText(waiver.until),
    waiver.decided?.by ?? '',
    waiver.reason,
  ])
  const headings = ['WAIVER', 'SOLUTION', 'EXCEPTS', 'STATE', 'UNTIL', 'DECIDED BY', 'WHY']
  const told = repeated
    .filter(({ isToChange }) => isToChange)
    .map(({ rule, times }) => `${paint.yellow(`${rule} was waived ${times} times`)}: change the rule instead (W-ENA).\n`)
  return `${table({ headings, rows, whenEmpty: 'There are no waivers.' }, paint)}${told.join('')}`
}

function waivedText({ waives, scope }: WaiverViewReply['waiver']): string {
  const what = waives.kind === 'check' ? waives.ruleId : gateName(waives.gate)
  const where = [scope.place, scope.stageId, scope.artifact?.slice(7, 19)].filter((part) => part !== undefined)
  return where.length === 0 ? what : `${what} (${where.join(', ')})`
}

function stateWord(state: WaiverViewReply['state'], paint: Paint): string {
  if (state === 'in-force') return paint.yellow('in force')
  return state === 'proposed' || state === 'ahead' ? state : paint.dim(state)
}
