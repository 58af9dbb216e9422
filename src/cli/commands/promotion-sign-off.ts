import { peopleGates } from '#contract'
import type { PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { promotionText } from '../render/promotion.ts'

export const promotionSignOff: CommandSpec = {
  path: ['promotion', 'sign-off'],
  summary: 'give a word afterwards at a gate that a hotfix or an emergency did not wait for',
  details:
    'What went past gates of people owes them within the working days that policy gives (drover owed list). For whom the gate named or their deputy, once, and never for whoever asked for the promotion. A no is recorded, and the gate stays owed until others say yes or the stage goes back. While something is overdue, the stage takes no next release of the solution.',
  arguments: [{ name: 'promotion', description: 'id of the promotion' }],
  options: [
    { flags: '--gate <gate>', description: 'which one', isRequired: true, choices: peopleGates },
    { flags: '--verdict <verdict>', description: 'yes or no', default: 'approve', choices: ['approve', 'reject'] },
    { flags: '--for <person>', description: 'whose place you take as their deputy (default: your own, or the only one you may take)' },
    { flags: '--comment <text>', description: 'what you looked at; a no needs its reason' },
  ],
  examples: [
    { command: 'drover promotion sign-off p-01JD3F --gate cab --comment "Seen on Tuesday"', what: 'sign off for the board' },
    { command: 'drover promotion sign-off p-01JD3F --gate uat --verdict reject --comment "Fees are wrong"', what: 'say no' },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const placeOf = context.option('for')
    const named = context.requiredOption('gate')
    const answer = await client.signOffPromotion({
      promotionId: toId(context.argument(0)),
      gate: peopleGates.find((one) => one === named) ?? 'approval',
      verdict: context.requiredOption('verdict') === 'reject' ? 'reject' : 'approve',
      comment: context.option('comment') ?? '',
      ...(placeOf === undefined ? {} : { onBehalfOf: toId<PersonId>(placeOf) }),
    })
    return answer.ok ? done(answer.value, (paint) => promotionText(answer.value, paint)) : refused(answer)
  },
}
