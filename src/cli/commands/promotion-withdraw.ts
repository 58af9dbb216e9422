import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { promotionText } from '../render/promotion.ts'

export const promotionWithdraw: CommandSpec = {
  path: ['promotion', 'withdraw'],
  summary: 'withdraw a promotion that has not started, or whose upgrade is only staged',
  details:
    'Takes the request back. What is running already cannot be withdrawn. While data is moved for a staged upgrade it can: the staged upgrade is deleted, the solution and its data stay as they were, and what was entered into new tables and columns of the upgrade goes with it; when there is any, only a data owner may do that.',
  arguments: [{ name: 'promotion', description: 'id of the promotion' }],
  examples: [{ command: 'drover promotion withdraw p-01JD3G', what: 'take it back' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.withdrawPromotion({ promotionId: toId(context.argument(0)) })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => promotionText(answer.value, paint))
  },
}
