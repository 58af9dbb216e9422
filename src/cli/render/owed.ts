import type { OwedItemReply, OwedListReply, PromotionReply } from '#contract'
import { gateName } from '#domain/pipeline'
import type { Paint } from './paint.ts'
import { table } from './table.ts'
import { timeText } from './words.ts'

/** What is owed, and how many emergencies there were. */
export function owedListText({ owed, emergencies }: OwedListReply, paint: Paint): string {
  const rows = owed.map((item) => [
    item.promotionId,
    `${item.solution} ${item.version}`,
    item.environmentId,
    item.intent,
    gateName(item.gate),
    item.people.join(', '),
    item.isOverdue ? paint.red(`${timeText(item.dueAt)} overdue`) : timeText(item.dueAt),
    item.isRefused ? paint.red('somebody said no') : '',
  ])
  const headings = ['PROMOTION', 'SOLUTION', 'WHERE', 'FOR', 'GATE', 'BY', 'DUE', '']
  const counted = emergencies.map(({ solution, times, withinDays, isMany }) => {
    const text = `${solution}: ${times} ${times === 1 ? 'emergency' : 'emergencies'} in ${withinDays} days`
    return `${isMany ? paint.red(`${text}, more than an exception; change its way instead`) : text}\n`
  })
  return `${table({ headings, rows, whenEmpty: 'Nothing is owed.' }, paint)}${counted.join('')}`
}

/** Lines of the board: what is owed for emergencies; hotfixes tell their own. */
export function owedLines(owed: readonly OwedItemReply[], paint: Paint): string {
  return owed
    .filter(({ hotfixId }) => hotfixId === undefined)
    .map(({ promotionId, solution, version, gate, dueAt, isOverdue }) => {
      const due = `${gateName(gate)} ${isOverdue ? 'was' : 'is'} due ${timeText(dueAt)}`
      return `  ${paint.yellow('owed')}  emergency ${promotionId} of ${solution} ${version}: ${isOverdue ? paint.red(due) : due}\n`
    })
    .join('')
}

/** Of an emergency's promotion: why, what it goes past, and until when; nothing of any other. */
export function emergencyText(intent: PromotionReply['request']['intent']): readonly string[] {
  if (intent?.kind !== 'emergency') return []
  const past = intent.notWaitedFor.map(({ kind }) => gateName(kind)).join(', ')
  const owed = past === '' ? '' : `\n  goes past  ${past}; those of people are owed within ${intent.signOffWorkingDays} working days`
  return [`  emergency  ${intent.reason}; to begin by ${timeText(intent.expiresAt)}${owed}`]
}
