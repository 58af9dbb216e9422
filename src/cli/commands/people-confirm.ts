import type { PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { personText } from '../render/people.ts'

export const peopleConfirm: CommandSpec = {
  path: ['people', 'confirm'],
  summary: 'confirm, as a second platform-admin, a deputy named for somebody who is away, or a role with an end',
  details:
    'Before that the deputy may decide nothing, and the role gives nothing. Neither who asked nor who would have it can be the second person. A role with an end is confirmed by platform-admins whose own role has none.',
  arguments: [
    { name: 'person', description: 'id of the person who is away, or who would have the role' },
    { name: 'id', description: 'id of the delegation or grant, as `people show` names it' },
  ],
  examples: [{ command: 'drover people confirm anna d-01JD3F', what: 'let the deputy take the place of Anna' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const [personId, id] = [toId<PersonId>(context.argument(0)), context.argument(1)]
    const person = await client.loadPerson({ personId })
    if (!person.ok) return refused(person)
    const isGrant = person.value.grants.some((grant) => grant.id === id)
    const answer = await (isGrant ? client.confirmGrant({ personId, grantId: id }) : client.confirmDeputy({ personId, delegationId: id }))
    return answer.ok ? done(answer.value, (paint) => personText(answer.value, paint)) : refused(answer)
  },
}
