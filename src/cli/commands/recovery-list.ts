import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { recoveriesText } from '../render/sandbox.ts'

export const recoveryList: CommandSpec = {
  path: ['recovery', 'list'],
  summary: 'list rehearsals of the ways back of a pet, and work on its sandboxes',
  details:
    'Shows each solution that goes there with the rehearsal that its tier asks for and whether the last one is too old, every rehearsal with how long it took, and restores, repairs and rehearsals on its sandboxes with the end of what was restored.',
  arguments: [{ name: 'pet', description: 'id of the environment' }],
  examples: [{ command: 'drover recovery list prod', what: 'see what is too old' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.listRecoveries({ environmentId: toId(context.argument(0)) })
    return answer.ok ? done(answer.value, (paint) => recoveriesText(answer.value, paint)) : refused(answer)
  },
}
