import type { PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { personText } from '../render/people.ts'

export const peopleReturn: CommandSpec = {
  path: ['people', 'return'],
  summary: 'end a delegation now, because the person is back, or a role before its end',
  details: 'For the person, the deputy or whoever asked for the role, and platform-admins. What was decided until then stands.',
  arguments: [
    { name: 'person', description: 'id of the person who was away, or who has the role' },
    { name: 'id', description: 'id of the delegation or grant, as `people show` names it' },
  ],
  examples: [{ command: 'drover people return anna d-01JD3F', what: 'have Anna decide herself again' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const [personId, id] = [toId<PersonId>(context.argument(0)), context.argument(1)]
    const person = await client.loadPerson({ personId })
    if (!person.ok) return refused(person)
    const isGrant = person.value.grants.some((grant) => grant.id === id)
    const answer = await (isGrant ? client.endGrant({ personId, grantId: id }) : client.endDeputy({ personId, delegationId: id }))
    return answer.ok ? done(answer.value, (paint) => personText(answer.value, paint)) : refused(answer)
  },
}
