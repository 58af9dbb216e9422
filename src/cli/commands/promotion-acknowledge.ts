import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { promotionText } from '../render/promotion.ts'

export const promotionAcknowledge: CommandSpec = {
  path: ['promotion', 'acknowledge'],
  summary: 'acknowledge, as a data owner, that data of one component goes',
  details:
    'A promotion that destroys data waits until the data owners of the environment have acknowledged each table, column or variable by its name, with a ceiling. More than that, and the word no longer covers it: the target is counted again right before the work.',
  arguments: [{ name: 'promotion', description: 'id of the promotion' }],
  options: [
    { flags: '--loss <kind:key>', description: 'whose data goes, as the promotion names it', isRequired: true },
    { flags: '--ceiling <count>', description: 'so many rows or values at the most', isRequired: true },
    { flags: '--days <days>', description: 'for how many days it holds (default: as long as policy lets it)' },
    { flags: '--comment <text>', description: 'why this data may go, or where it is kept', isRequired: true },
  ],
  examples: [
    {
      command:
        'drover promotion acknowledge p-01JD3G --loss Attribute:contoso_permit.contoso_comments --ceiling 1300 --comment "Exported last week"',
      what: 'let up to 1,300 comments go',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.acknowledgeLoss({
      promotionId: toId(context.argument(0)),
      subject: context.requiredOption('loss'),
      // Commander has seen to it that the option is there.
      ceiling: context.numberOption('ceiling') ?? 0,
      days: context.numberOption('days'),
      comment: context.requiredOption('comment'),
    })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => promotionText(answer.value, paint))
  },
}
