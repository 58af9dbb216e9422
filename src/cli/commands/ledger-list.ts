import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { moreText, table } from '../render/table.ts'
import { timeText } from '../render/words.ts'

export const ledgerList: CommandSpec = {
  path: ['ledger', 'list'],
  summary: 'list entries of the ledger, in order',
  details:
    'The ledger is the one record of who did what: append-only, each entry chained to the one before by its hash. With --json the entries come whole.',
  options: [
    { flags: '--after <sequence>', description: 'begin after this entry', default: '0' },
    { flags: '--limit <count>', description: 'how many at most (1 to 500)', default: '100' },
  ],
  examples: [{ command: 'drover ledger list --after 120', what: 'list what came after entry 120' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.listEvents({ after: context.numberOption('after'), limit: context.numberOption('limit') })
    if (!answer.ok) return refused(answer)
    const { events, next } = answer.value
    return done(answer.value, (paint) => {
      const rows = events.map((event) => [String(event.sequence), timeText(event.at), event.actor, event.type, event.stream])
      return (
        table({ headings: ['#', 'AT', 'WHO', 'WHAT', 'ABOUT'], rows, whenEmpty: 'There are no entries after that.' }, paint) +
        moreText('drover ledger list', next)
      )
    })
  },
}
