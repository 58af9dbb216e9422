import type { PromotionId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'

export const evidenceHold: CommandSpec = {
  path: ['evidence', 'hold'],
  summary: 'place a legal hold on evidence, or lift it',
  details:
    'What a legal hold concerns is neither archived nor removed, however old it is: the artifacts, logs and reports of a promotion or of all promotions of a solution, and what was rescued by them. `drover evidence archive` lists the holds.',
  options: [
    { flags: '--promotion <promotion>', description: 'on this promotion' },
    { flags: '--solution <name>', description: 'on all that is of this solution' },
    { flags: '--reason <text>', description: 'why, for the record', isRequired: true },
    { flags: '--lift', description: 'lift the hold that is there' },
  ],
  examples: [
    { command: 'drover evidence hold --solution ContosoPermits --reason "case 4711"', what: 'keep everything of it until further notice' },
    { command: 'drover evidence hold --solution ContosoPermits --lift --reason "case 4711 is closed"', what: 'let retention go on' },
  ],
  exits: ['refused'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const [promotion, solution] = [context.option('promotion'), context.option('solution')]
    const lifts = context.flag('lift')
    const answer = await client.holdEvidence({
      ...(promotion === undefined ? {} : { promotionId: toId<PromotionId>(promotion) }),
      ...(solution === undefined ? {} : { solution }),
      reason: context.requiredOption('reason'),
      lifts,
    })
    if (!answer.ok) return refused(answer)
    return done(answer.value, () => `The legal hold is ${lifts ? 'lifted' : 'placed'}; there are ${answer.value.holds.length} now.\n`)
  },
}
