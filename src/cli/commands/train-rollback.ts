import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { trainRollbackText } from '../render/train.ts'

export const trainRollback: CommandSpec = {
  path: ['train', 'rollback'],
  summary: 'show the way back of a train',
  details:
    'Shows, in reverse order, how what is in goes back, each with the command that asks for it; nothing is asked for. What has not gone in is withdrawn with the train.',
  arguments: [{ name: 'train', description: 'id of the train' }],
  examples: [{ command: 'drover train rollback t-01JD3G', what: 'see how to take it back' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadTrain({ trainId: context.argument(0) })
    return answer.ok ? done(answer.value, (paint) => trainRollbackText(answer.value, paint)) : refused(answer)
  },
}
