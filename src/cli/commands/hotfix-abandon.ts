import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { hotfixText } from '../render/hotfix.ts'

export const hotfixAbandon: CommandSpec = {
  path: ['hotfix', 'abandon'],
  summary: 'end a hotfix that is not in production',
  details:
    'Its Dev and Test are free again; its versions and its branch stay. One that is in production is owed to main instead, unless `drover rollback` took it back.',
  arguments: [{ name: 'hotfix', description: 'id of the hotfix' }],
  options: [{ flags: '--reason <text>', description: 'what became of the fault', isRequired: true }],
  examples: [{ command: 'drover hotfix abandon h-01JD3F --reason "It goes with 1.9 tomorrow"', what: 'end it' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.abandonHotfix({ hotfixId: context.argument(0), reason: context.requiredOption('reason') })
    return answer.ok ? done(answer.value, (paint) => hotfixText(answer.value, paint)) : refused(answer)
  },
}
