import type { EnvironmentId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { cattleNote } from '../render/cattle.ts'

export const envKeep: CommandSpec = {
  path: ['env', 'keep'],
  summary: 'put off the end of a disposable environment',
  details:
    'A disposable environment is removed some time after its end was announced. Whoever answers for it puts that off, with a reason that is recorded; the new end is announced in its turn. For the owner of the environment and platform-admins.',
  arguments: [{ name: 'environment', description: 'id of the environment' }],
  options: [
    { flags: '--until <time>', description: 'its new end, for example 2027-01-31 or 2027-01-31T18:00:00Z', isRequired: true },
    { flags: '--reason <text>', description: 'why it is still needed', isRequired: true },
  ],
  examples: [{ command: 'drover env keep sails --until 2027-01-31 --reason "The review takes longer"', what: 'keep it for another month' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const until = new Date(context.requiredOption('until'))
    if (Number.isNaN(until.getTime())) {
      throw new DroverError('cli.usage', `"${context.requiredOption('until')}" is no time.`, { hint: 'Write a date such as 2027-01-31.' })
    }
    const answer = await client.keepEnvironment({
      environmentId: toId<EnvironmentId>(context.argument(0)),
      until: until.toISOString(),
      reason: context.requiredOption('reason'),
    })
    if (!answer.ok) return refused(answer)
    return done(answer.value, () => `${answer.value.environmentId} is kept: ${cattleNote(answer.value)}\n`)
  },
}
