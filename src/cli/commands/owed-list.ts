import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { owedListText } from '../render/owed.ts'

export const owedList: CommandSpec = {
  path: ['owed', 'list'],
  summary: 'list gates that promotions went past and still owe',
  details:
    'Hotfixes and emergencies go past gates of people, which are made up for within working days; what is overdue keeps the next release out of its stage. Also tells how many emergencies each solution had lately.',
  options: [{ flags: '--solution <name>', description: 'only of this solution' }],
  examples: [{ command: 'drover owed list', what: 'the most urgent first' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const solution = context.option('solution')
    const answer = await client.listOwed(solution === undefined ? {} : { solution })
    return answer.ok ? done(answer.value, (paint) => owedListText(answer.value, paint)) : refused(answer)
  },
}
