import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { promotionText } from '../render/promotion.ts'

export const promotionResume: CommandSpec = {
  path: ['promotion', 'resume'],
  summary: 'resume a promotion that errored, is indeterminate, or failed after its import',
  details:
    'Use it after you looked at the target. An errored promotion is tried again; one that failed after its import went in goes on from there and imports nothing; of an indeterminate one nobody could tell whether the import arrived, so a person has to say why it is safe to go on. The reason is recorded.',
  arguments: [{ name: 'promotion', description: 'id of the promotion' }],
  options: [{ flags: '--reason <text>', description: 'what you saw, and why it is safe', isRequired: true }],
  examples: [{ command: 'drover promotion resume p-01JD3G --reason "No import job in the target; network is back"', what: 'try again' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.resumePromotion({ promotionId: toId(context.argument(0)), reason: context.requiredOption('reason') })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => promotionText(answer.value, paint))
  },
}
