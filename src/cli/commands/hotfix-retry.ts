import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { hotfixText } from '../render/hotfix.ts'

export const hotfixRetry: CommandSpec = {
  path: ['hotfix', 'retry'],
  summary: 'make Dev and Test of a hotfix ready once more',
  details: 'After that failed, and what it named was mended. Follow it with `drover hotfix show`.',
  arguments: [{ name: 'hotfix', description: 'id of the hotfix' }],
  examples: [{ command: 'drover hotfix retry h-01JD3F', what: 'try again' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.retryHotfix({ hotfixId: context.argument(0) })
    return answer.ok ? done(answer.value, (paint) => hotfixText(answer.value, paint)) : refused(answer)
  },
}
