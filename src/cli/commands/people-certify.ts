import type { PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { personText } from '../render/people.ts'

export const peopleCertify: CommandSpec = {
  path: ['people', 'certify'],
  summary: 'certify that a person still needs the roles that they have',
  details:
    'For platform-admins, and never for themselves. Privileged roles are certified again after the days that policy gives them; `drover people list` says of whom it is due. A role that is needed no longer is taken out of drover.yaml.',
  arguments: [{ name: 'person', description: 'id of the person' }],
  options: [{ flags: '--comment <text>', description: 'what was looked at, for the record', isRequired: true }],
  examples: [{ command: 'drover people certify ben --comment "Approves for field service still"', what: 'keep the rights of Ben' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.certifyRights({
      personId: toId<PersonId>(context.argument(0)),
      comment: context.requiredOption('comment'),
    })
    return answer.ok ? done(answer.value, (paint) => personText(answer.value, paint)) : refused(answer)
  },
}
