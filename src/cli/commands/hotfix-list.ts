import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { hotfixesText } from '../render/hotfix.ts'

export const hotfixList: CommandSpec = {
  path: ['hotfix', 'list'],
  summary: 'list hotfixes, and what is owed for them',
  details:
    'Newest first. One that is `owed` is in production, and no release of main has its content: production takes none until one has.',
  examples: [{ command: 'drover hotfix list', what: 'list all' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.listHotfixes()
    return answer.ok ? done(answer.value, (paint) => hotfixesText(answer.value.hotfixes, paint)) : refused(answer)
  },
}
