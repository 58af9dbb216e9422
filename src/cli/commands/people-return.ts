import type { PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { personText } from '../render/people.ts'

export const peopleReturn: CommandSpec = {
  path: ['people', 'return'],
  summary: 'end a delegation now, because the person is back',
  details: 'For the person, the deputy and platform-admins. What the deputy decided stands.',
  arguments: [
    { name: 'person', description: 'id of the person who was away' },
    { name: 'delegation', description: 'id of the delegation, as `people show` names it' },
  ],
  examples: [{ command: 'drover people return anna d-01JD3F', what: 'have Anna decide herself again' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.endDeputy({ personId: toId<PersonId>(context.argument(0)), delegationId: context.argument(1) })
    return answer.ok ? done(answer.value, (paint) => personText(answer.value, paint)) : refused(answer)
  },
}
