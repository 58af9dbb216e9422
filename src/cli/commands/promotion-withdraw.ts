import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { promotionText } from '../render/promotion.ts'

export const promotionWithdraw: CommandSpec = {
  path: ['promotion', 'withdraw'],
  summary: 'withdraw a promotion that has not started',
  details: 'Takes the request back. What is running already cannot be withdrawn.',
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
