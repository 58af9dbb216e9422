import type { Digest, EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { baselineText } from '../render/observation.ts'

export const baselineAccept: CommandSpec = {
  path: ['baseline', 'accept'],
  summary: 'record the state in which an environment was last seen as known good',
  details:
    'From then on drift tells what became different. The environment must have been observed within the time that policy gives; what Drover deployed and is not as it was deployed stays a deviation. For the owner of the environment or a platform-admin.',
  arguments: [{ name: 'environment', description: 'id of the environment' }],
  options: [
    { flags: '--comment <text>', description: 'why this state is good; recorded', isRequired: true },
    { flags: '--seen <digest>', description: 'only if this observation is still the newest' },
  ],
  examples: [{ command: 'drover baseline accept prod --comment "As handed over on 1 November"', what: 'start from how prod is' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const seen = context.option('seen')
    const answer = await client.acceptBaseline({
      environmentId: toId<EnvironmentId>(context.argument(0)),
      comment: context.requiredOption('comment'),
      ...(seen === undefined ? {} : { seen: toId<Digest>(seen) }),
    })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => baselineText(answer.value, paint))
  },
}
