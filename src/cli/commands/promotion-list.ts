import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { table } from '../render/table.ts'
import { stateText, timeText } from '../render/words.ts'

export const promotionList: CommandSpec = {
  path: ['promotion', 'list'],
  summary: 'list promotions, newest first',
  details: 'Lists every promotion: what goes where, and how it stands.',
  examples: [{ command: 'drover promotion list', what: 'list them' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.listPromotions()
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) =>
      table(
        {
          headings: ['PROMOTION', 'SOLUTION', 'VERSION', 'TO', 'STATE', 'REQUESTED BY', 'AT'],
          rows: answer.value.promotions.map((promotion) => [
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
      ),
    )
  },
}
