import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { checklistText } from '../render/readiness.ts'

export const promotionChecklist: CommandSpec = {
  path: ['promotion', 'checklist'],
  summary: 'show the release checklist of a promotion, filled from what is recorded',
  details:
    'Three lists, each complete by itself: testing and approval, rollback readiness, and after the deployment. Nothing is ticked by hand: each line says what it rests on.',
  arguments: [{ name: 'promotion', description: 'id of the promotion' }],
  examples: [{ command: 'drover promotion checklist p-01JD3G', what: 'show it' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadReleaseChecklist({ promotionId: toId(context.argument(0)) })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => checklistText(answer.value, paint))
  },
}
