import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { promotionText } from '../render/promotion.ts'

export const promotionFinishMigration: CommandSpec = {
  path: ['promotion', 'finish-migration'],
  summary: 'say that data is moved, so that the staged upgrade of a promotion is applied',
  details:
    'A promotion that destroys data may stage its upgrade first: both versions are then in the environment, and the tables and columns that will go still hold their data. When it is moved, the owner of the solution or a data owner says so; the upgrade is applied, and what is still in them goes. To take it back instead, withdraw the promotion: the staged upgrade is deleted.',
  arguments: [{ name: 'promotion', description: 'id of the promotion' }],
  options: [{ flags: '--comment <text>', description: 'what became of the data, and how you checked it', isRequired: true }],
  examples: [
    {
      command: 'drover promotion finish-migration p-01JD3G --comment "Comments copied to Notes; 1,204 of 1,204 compared"',
      what: 'apply the staged upgrade',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.finishMigration({ promotionId: toId(context.argument(0)), comment: context.requiredOption('comment') })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => promotionText(answer.value, paint))
  },
}
