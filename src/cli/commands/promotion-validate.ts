import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { promotionText } from '../render/promotion.ts'

export const promotionValidate: CommandSpec = {
  path: ['promotion', 'validate'],
  summary: 'say how an environment stood a promotion',
  details:
    'After a promotion into a protected environment it is watched for as long as the tier asks. At the end of that somebody says whether all went well; until then the next release of the solution waits before that environment. What went wrong may be said at any time: the environment is held, and the ways back are offered. From Tier 3 whoever asked for the promotion cannot say that it went well.',
  arguments: [{ name: 'promotion', description: 'id of the promotion' }],
  options: [
    { flags: '--outcome <outcome>', description: 'how it went', choices: ['passed', 'failed'], isRequired: true },
    { flags: '--note <text>', description: 'what was looked at, and what was seen', isRequired: true },
    { flags: '--evidence <address>', description: 'where it can be seen: an address, or words' },
    { flags: '--review', description: 'it is the look weeks later, and not the end of the watch' },
  ],
  examples: [
    {
      command:
        'drover promotion validate p-01JD3G --outcome passed --note "No errors in 24 h; flows ran" --evidence https://monitor.example/permits',
      what: 'say at the end of the watch that all went well',
    },
    { command: 'drover promotion validate p-01JD3G --outcome failed --note "Permits are lost on saving"', what: 'hold the environment' },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.validatePromotion({
      promotionId: toId(context.argument(0)),
      of: context.flag('review') ? 'review' : 'watch',
      // Commander has seen to it that it is one of the two.
      outcome: context.requiredOption('outcome') === 'passed' ? 'passed' : 'failed',
      note: context.requiredOption('note'),
      evidence: context.option('evidence'),
    })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => promotionText(answer.value, paint))
  },
}
