import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { trainViewText } from '../render/train.ts'

export const trainShow: CommandSpec = {
  path: ['train', 'show'],
  summary: 'show a train: what is in, what is not, and what it waits for',
  details:
    'Shows its releases in the order in which they go in, what each waits for, where they meet, and once it stopped the way back of what is in.',
  arguments: [{ name: 'train', description: 'id of the train' }],
  examples: [{ command: 'drover train show t-01JD3G', what: 'show it' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadTrain({ trainId: context.argument(0) })
    return answer.ok ? done(answer.value, (paint) => trainViewText(answer.value, paint)) : refused(answer)
  },
}
