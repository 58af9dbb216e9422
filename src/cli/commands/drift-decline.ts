import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { driftText } from '../render/drift.ts'

export const driftDecline: CommandSpec = {
  path: ['drift', 'decline'],
  summary: 'say no to a change request, so that its changes are open again',
  details:
    'A change request asks the owner of a solution to take a change by hand into the source. Declined, its changes count as open until somebody accepts, adopts or reverts them. Its branch, and a pull request of it, stay as they are. For the owner of the solution or of the environment.',
  arguments: [
    { name: 'environment', description: 'id of the environment' },
    { name: 'request', description: 'id of the change request, as `drover drift` lists it' },
  ],
  options: [{ flags: '--reason <text>', description: 'why it is not taken', isRequired: true }],
  examples: [{ command: 'drover drift decline prod cr-1f… --reason "Dev does it otherwise"', what: 'say no to a request' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.declineChangeRequest({
      environmentId: toId<EnvironmentId>(context.argument(0)),
      requestId: context.argument(1),
      reason: context.requiredOption('reason'),
    })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => driftText(answer.value, paint))
  },
}
