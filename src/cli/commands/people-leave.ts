import type { PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { leavingText } from '../render/people.ts'

export const peopleLeave: CommandSpec = {
  path: ['people', 'leave'],
  summary: 'say what stops if a person leaves, and what must be assigned to somebody else',
  details:
    'Looks at what they own, at gates that nobody could open without them, at delegations, tokens, and flows that show their name in what was last observed. It changes nothing: who takes over is written into drover.yaml.',
  arguments: [{ name: 'person', description: 'id of the person' }],
  examples: [{ command: 'drover people leave anna', what: 'what would stop without Anna' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const person = context.argument(0)
    const answer = await (await context.client()).foreseeLeaving({ personId: toId<PersonId>(person) })
    return answer.ok ? done(answer.value, (paint) => leavingText(person, answer.value, paint)) : refused(answer)
  },
}
