import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { raciText } from '../render/people.ts'

export const raci: CommandSpec = {
  path: ['raci'],
  summary: 'show who is accountable, responsible, consulted and informed, by tier',
  details:
    'The six roles of the governance table, what each does in a tier, who stands for it here, and who is accountable for which gate.',
  options: [{ flags: '--tier <tier>', description: 'only this tier', choices: ['1', '2', '3', '4'] }],
  examples: [{ command: 'drover raci --tier 3', what: 'who does what for solutions of Tier 3' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const answer = await (await context.client()).loadRaci()
    const tier = context.option('tier')
    return answer.ok
      ? done(answer.value, (paint) => raciText(answer.value, tier === undefined ? undefined : Number(tier), paint))
      : refused(answer)
  },
}
