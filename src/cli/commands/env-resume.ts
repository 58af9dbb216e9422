import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'

export const envResume: CommandSpec = {
  path: ['env', 'resume'],
  summary: 'give an environment free that is held for a solution after a promotion went wrong',
  details:
    'When a promotion into a pet ends badly after it has changed something there, the place is held for its solution: nothing but a recovery goes in, and that very promotion when it is resumed, until somebody has looked. For the owner of the environment, the owner of the solution and release managers. The reason is recorded and shown. A promotion that is resumed and then succeeds ends its own hold.',
  arguments: [
    { name: 'environment', description: 'id of the environment' },
    { name: 'solution', description: 'unique name of the solution' },
  ],
  options: [{ flags: '--reason <text>', description: 'what was found, and what it is given free for', isRequired: true }],
  examples: [
    {
      command: 'drover env resume prod ContosoExpenses --reason "Rolled back to 1.8, rows checked; 1.9.1 may go in"',
      what: 'let the next release in',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const [environmentId, solution] = [context.argument(0), context.argument(1)]
    const answer = await client.resumeStage({ environmentId: toId(environmentId), solution, reason: context.requiredOption('reason') })
    if (!answer.ok) return refused(answer)
    return done(answer.value, () => `${environmentId} takes promotions of ${solution} again.\n`)
  },
}
