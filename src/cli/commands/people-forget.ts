import type { PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'

export const peopleForget: CommandSpec = {
  path: ['people', 'forget'],
  summary: 'remove who somebody is; the ledger keeps their id',
  details:
    'For two platform-admins, each signed in as themselves: the word of the first is recorded as a proposal, that of the second carries it out. The person must have left drover.yaml. Name and sign-in are removed and shown as "forgotten person <id>" from then on; the ledger verifies as before. It cannot be taken back, and the id is never given again. What people wrote in comments stays.',
  arguments: [{ name: 'id', description: 'id that the person had in drover.yaml' }],
  options: [{ flags: '--reason <text>', description: 'why, for the record; name nobody in it', isRequired: true }],
  examples: [{ command: 'drover people forget ada --reason "left the company"', what: 'propose it, or as the second person carry it out' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const personId = toId<PersonId>(context.argument(0))
    const answer = await client.forgetPerson({ personId, reason: context.requiredOption('reason') })
    if (!answer.ok) return refused(answer)
    const { remainsIn } = answer.value
    const remains =
      remainsIn.length === 0 ? '' : `Their name stays in the ledger entries ${remainsIn.join(', ')}, which are older than the directory.\n`
    return done(answer.value, () => `${personId} is forgotten: the ledger has their id, and nothing says who that was.\n${remains}`)
  },
}
