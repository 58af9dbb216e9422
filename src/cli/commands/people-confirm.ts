import type { PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { personText } from '../render/people.ts'

export const peopleConfirm: CommandSpec = {
  path: ['people', 'confirm'],
  summary: 'confirm, as a second platform-admin, a deputy whom another named for somebody who is away',
  details: 'Before that the deputy may decide nothing. Neither who named the deputy nor the deputy can be the second person.',
  arguments: [
    { name: 'person', description: 'id of the person who is away' },
    { name: 'delegation', description: 'id of the delegation, as `people show` names it' },
  ],
  examples: [{ command: 'drover people confirm anna d-01JD3F', what: 'let the deputy take the place of Anna' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.confirmDeputy({ personId: toId<PersonId>(context.argument(0)), delegationId: context.argument(1) })
    return answer.ok ? done(answer.value, (paint) => personText(answer.value, paint)) : refused(answer)
  },
}
