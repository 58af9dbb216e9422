import type { TrainViewReply } from '#contract'
import type { CommandSpec } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { done, refused } from '../outcome.ts'
import { trainViewText } from '../render/train.ts'
import { required } from '../required.ts'
import { waitUntil } from '../wait.ts'

export const trainShow: CommandSpec = {
  path: ['train', 'show'],
  summary: 'show a train: what is in, what is not, and what it waits for',
  details:
    'Shows its releases in the order in which they go in, what each waits for, where they meet, and once it stopped the way back of what is in.',
  arguments: [{ name: 'train', description: 'id of the train' }],
  options: [
    { flags: '--wait', description: 'wait until all of it is in, or one of it went wrong or nothing goes in any more' },
    { flags: '--timeout <seconds>', description: 'how long to wait', default: '3600' },
  ],
  examples: [
    { command: 'drover train show t-01JD3G', what: 'show it' },
    { command: 'drover train show t-01JD3G --wait', what: 'wait for its end; exit code 3 unless all of it arrived' },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const trainId = context.argument(0)
    const answer = await client.loadTrain({ trainId })
    if (!answer.ok) return refused(answer)
    if (!context.flag('wait')) return done(answer.value, (paint) => trainViewText(answer.value, paint))
    const ended = await waitUntil({
      load: async () => required(await client.loadTrain({ trainId })),
      isFinished: (view) => hasEnded(view),
      timeoutSeconds: context.numberOption('timeout') ?? 3600,
      signal: context.deps.signal,
      what: `train ${trainId}`,
    })
    return done(ended, (paint) => trainViewText(ended, paint), exitOf(ended))
  },
}

const stopping: readonly string[] = ['failed', 'errored', 'indeterminate']

/** Nothing of it goes on by itself any more. */
function hasEnded({ train, promotions }: TrainViewReply): boolean {
  return train.endedAt !== undefined || promotions.some(({ promotion }) => stopping.includes(promotion.status.state))
}

function exitOf({ train, promotions }: TrainViewReply): number {
  if (train.state === 'arrived') return exitCodes.ok.code
  const isUnclear = promotions.some(({ promotion }) => promotion.status.state === 'indeterminate')
  return isUnclear ? exitCodes.undecided.code : exitCodes.refused.code
}
