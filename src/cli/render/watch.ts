import type { PromotionViewReply } from '#contract'
import type { Paint } from './paint.ts'
import { timeText } from './words.ts'

/** How far the watch after a promotion is, and what was said of it. */
export function watchText({ promotion, watch }: PromotionViewReply, paint: Paint): string {
  const said = (promotion.validations ?? []).map(({ of, outcome, by, at, note, evidence }) => {
    const mark = outcome === 'passed' ? paint.green('✔') : paint.red('✖')
    return `  ${mark} ${of === 'watch' ? 'Watch' : 'Review'} ${outcome}, by ${by}, ${timeText(at)}: ${note}${evidence === undefined ? '' : ` (${evidence})`}\n`
  })
  if (watch === undefined && said.length === 0) return ''
  const how = `drover promotion validate ${promotion.request.promotionId}`
  return `\n${paint.bold('Watch')}\n${said.join('')}${watch === undefined ? '' : stateText(watch, how, paint)}`
}

function stateText(watch: NonNullable<PromotionViewReply['watch']>, how: string, paint: Paint): string {
  const review =
    watch.review === undefined
      ? ''
      : `  ${watch.review.isOverdue ? paint.red('!') : paint.yellow('○')} To be looked at again ${timeText(watch.review.at)}: ${how} --review --outcome passed --note "…"\n`
  if (watch.until !== undefined)
    return `  ${paint.yellow('○')} It is watched until ${timeText(watch.until)}; then: ${how} --outcome passed --note "…"\n${review}`
  if (watch.by === undefined) return review
  const mark = watch.isOverdue ? paint.red('!') : paint.yellow('○')
  const late = watch.isOverdue ? 'It is overdue to say how it went' : `Somebody has to say how it went, until ${timeText(watch.by)}`
  return `  ${mark} ${late}: ${how} --outcome passed|failed --note "…"\n${review}`
}
