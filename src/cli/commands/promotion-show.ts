import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { promotionText } from '../render/promotion.ts'

export const promotionShow: CommandSpec = {
  path: ['promotion', 'show'],
  summary: 'show a promotion with its plan and gates',
  details: 'Shows what would change in the target, each gate with its reasons (✔ open, ○ waiting, ✖ closed), and how the work went.',
  arguments: [{ name: 'promotion', description: 'id of the promotion' }],
  examples: [{ command: 'drover promotion show p-01JD3G', what: 'show it' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadPromotion({ promotionId: toId(context.argument(0)) })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => promotionText(answer.value, paint))
  },
}
