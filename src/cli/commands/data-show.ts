import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { dataText } from '../render/data.ts'
import { exitOf } from '../wait-for-data.ts'

export const dataShow: CommandSpec = {
  path: ['data', 'show'],
  summary: 'one filling or look: its rules, what was written and what was found',
  details:
    'Shows what becomes of each column, how many rows were written, kept and refused, and what was found afterwards. Values are nowhere in it.',
  arguments: [{ name: 'data', description: 'id, as `drover data list` shows it' }],
  examples: [{ command: 'drover data show data-01JD3H', what: 'see how far it is' }],
  exits: ['notFound', 'undecided', 'attention'],
  exitMeanings: { undecided: 'some rows were refused', attention: 'something arrived that should not have; the places are listed' },
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadData({ dataId: context.argument(0) })
    return answer.ok ? done(answer.value, (paint) => dataText(answer.value, paint), exitOf(answer.value)) : refused(answer)
  },
}
