import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { trainViewText } from '../render/train.ts'

export const trainWithdraw: CommandSpec = {
  path: ['train', 'withdraw'],
  summary: 'take a train back',
  details:
    'Withdraws what of it has not gone in; what has stays, and its way back is shown. What is at work, or of no known end, has to come to its end first.',
  arguments: [{ name: 'train', description: 'id of the train' }],
  options: [{ flags: '--reason <text>', description: 'why it is taken back', isRequired: true }],
  examples: [{ command: 'drover train withdraw t-01JD3G --reason "Boats lack a column"', what: 'withdraw what has not gone in' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.withdrawTrain({ trainId: context.argument(0), reason: context.requiredOption('reason') })
    return answer.ok ? done(answer.value, (paint) => trainViewText(answer.value, paint)) : refused(answer)
  },
}
