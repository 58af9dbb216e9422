import type { PromotionId } from '#domain/kernel'
import { DroverError, refuse, toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { promotionText } from '../render/promotion.ts'

export const promotionAcknowledge: CommandSpec = {
  path: ['promotion', 'acknowledge'],
  summary: 'acknowledge that data of one component goes, or answer for what nobody can tell',
  details:
    'A promotion that destroys data waits until the data owners of the environment have acknowledged each table, column or variable by its name, with a ceiling. More than that, and the word no longer covers it: the target is counted again right before the work. What nobody can tell of a plan is no pass either: with --unknown whoever decides on the promotion answers for it by name, where policy lets one word be enough.',
  arguments: [{ name: 'promotion', description: 'id of the promotion' }],
  options: [
    { flags: '--loss <kind:key>', description: 'whose data goes, as the promotion names it' },
    { flags: '--ceiling <count>', description: 'so many rows or values at the most; with --loss' },
    { flags: '--unknown', description: 'answer for every line of the plan that nobody can tell' },
    { flags: '--days <days>', description: 'for how many days it holds (default: as long as policy lets it)' },
    {
      flags: '--comment <text>',
      description: 'why this data may go, or where it is kept; or what you looked at instead',
      isRequired: true,
    },
  ],
  examples: [
    {
      command:
        'drover promotion acknowledge p-01JD3G --loss Attribute:contoso_permit.contoso_comments --ceiling 1300 --comment "Exported last week"',
      what: 'let up to 1,300 comments go',
    },
    {
      command: 'drover promotion acknowledge p-01JD3G --unknown --comment "Looked at the form in Test; the vendor says it stays"',
      what: 'answer for what nobody can tell',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const answer = context.flag('unknown') ? await answerForUnknown(context) : await acknowledgeLoss(context)
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => promotionText(answer.value, paint))
  },
}

async function acknowledgeLoss(context: CommandContext) {
  const [subject, ceiling] = [context.option('loss'), context.numberOption('ceiling')]
  if (subject === undefined || ceiling === undefined)
    throw new DroverError('cli.usage', 'What is acknowledged is not named.', { hint: 'Give --loss with --ceiling, or --unknown.' })
  const client = await context.client()
  const word = { subject, ceiling, days: context.numberOption('days'), comment: context.requiredOption('comment') }
  return client.acknowledgeLoss({ promotionId: toId(context.argument(0)), ...word })
}

/** For each line that is shown now: another one that comes in between is refused by the server. */
async function answerForUnknown(context: CommandContext) {
  const client = await context.client()
  const promotionId = toId<PromotionId>(context.argument(0))
  const view = await client.loadPromotion({ promotionId })
  if (!view.ok) return view
  if (view.value.unknown.length === 0)
    return refuse('unknown.nothing', `All of promotion ${promotionId} could be told; nothing is to be answered for.`, 'Nothing to do.')
  return client.acknowledgeUnknown({ promotionId, of: [...view.value.unknown], comment: context.requiredOption('comment') })
}
