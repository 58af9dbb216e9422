import type { CommandSpec } from '../command.ts'
import { refused } from '../outcome.ts'
import { followData } from '../wait-for-data.ts'

export const dataApprove: CommandSpec = {
  path: ['data', 'approve'],
  summary: 'say whether rows of a pet may leave it masked, or its values be sought elsewhere',
  details:
    'For those who answer for the data of the pet that rows or sought values are from, other than whoever asked. What is decided about is recorded: source, target, tables and the rule of each column; look at it with `drover data show` first.',
  arguments: [{ name: 'data', description: 'id, as `drover data list` shows it' }],
  options: [
    { flags: '--reject', description: 'they may not' },
    { flags: '--comment <text>', description: 'why' },
    { flags: '--wait', description: 'wait until the environment is filled' },
    { flags: '--timeout <seconds>', description: 'how long to wait', default: '3600' },
  ],
  examples: [{ command: 'drover data approve data-01JD3H --comment "Masked for the acceptance test"', what: 'let the masked rows go' }],
  exits: ['refused', 'notFound', 'undecided', 'attention'],
  exitMeanings: {
    undecided: 'not finished in time, or some rows were refused',
    attention: 'something arrived that should not have; the places are listed',
  },
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.decideData({
      dataId: context.argument(0),
      verdict: context.flag('reject') ? 'reject' : 'approve',
      comment: context.option('comment') ?? '',
    })
    return answer.ok ? followData(context, client, answer.value) : refused(answer)
  },
}
