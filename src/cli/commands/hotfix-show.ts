import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { hotfixText } from '../render/hotfix.ts'

export const hotfixShow: CommandSpec = {
  path: ['hotfix', 'show'],
  summary: 'show a hotfix: how far it is, and what is owed for it',
  details:
    'Shows what it services, its versions and releases, how far bringing it to main is with what both sides changed, and sign-offs that are owed.',
  arguments: [{ name: 'hotfix', description: 'id of the hotfix' }],
  examples: [{ command: 'drover hotfix show h-01JD3F', what: 'show one' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadHotfix({ hotfixId: context.argument(0) })
    return answer.ok ? done(answer.value, (paint) => hotfixText(answer.value, paint)) : refused(answer)
  },
}
