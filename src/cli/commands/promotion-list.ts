import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { moreText, table } from '../render/table.ts'
import { stateText, timeText } from '../render/words.ts'

export const promotionList: CommandSpec = {
  path: ['promotion', 'list'],
  summary: 'list promotions, newest first',
  details: 'Lists promotions: what goes where, and how it stands.',
  options: [
    { flags: '--limit <count>', description: 'how many at most (1 to 500)', default: '50' },
    { flags: '--after <number>', description: 'go on where a page ended' },
  ],
  examples: [{ command: 'drover promotion list --limit 10', what: 'list the newest ten' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.listPromotions({ after: context.numberOption('after'), limit: context.numberOption('limit') })
    if (!answer.ok) return refused(answer)
    const { promotions, next } = answer.value
    return done(
      answer.value,
      (paint) =>
        table(
          {
            headings: ['PROMOTION', 'SOLUTION', 'VERSION', 'TO', 'STATE', 'REQUESTED BY', 'AT'],
            rows: promotions.map((promotion) => [
              promotion.promotionId,
              promotion.solution,
              promotion.version,
              promotion.stageId,
              stateText(promotion.state, paint),
              promotion.requestedBy,
              timeText(promotion.requestedAt),
            ]),
            whenEmpty: 'There are no promotions yet. Ask for one with: drover promotion request <release> --to <stage>',
          },
          paint,
        ) + moreText('drover promotion list', next),
    )
  },
}
