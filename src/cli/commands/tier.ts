import type { CommandSpec } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { done, refused } from '../outcome.ts'
import { tierText } from '../render/governance.ts'

export const tier: CommandSpec = {
  path: ['tier'],
  summary: 'show how much rigour a solution needs, and why',
  details:
    'Reads the newest sealed release (connectors with their class, code, AI parts and agents, exposure, shared tables), the last observation of its environments (dependants, holders of its roles) and what its owner answered. Each answer is shown with its weight and with where it comes from; the heaviest wins where an answer names a lowest tier, the rest is summed. What nobody has answered weighs nothing and is told: the result is then a lowest tier. Changes nothing.',
  arguments: [{ name: 'solution', description: 'unique name of the solution' }],
  options: [{ flags: '--exit-code', description: 'end with 7 when it is held to a higher tier than drover.yaml gives it, or would be' }],
  examples: [
    { command: 'drover tier ContosoInspection', what: 'the score, answer by answer' },
    { command: 'drover tier ContosoInspection --json', what: 'the same for a script' },
  ],
  exits: ['refused', 'notFound', 'attention'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadTier({ solution: context.argument(0) })
    if (!answer.ok) return refused(answer)
    const view = answer.value
    const needsWord = view.hold !== undefined || view.assessment.tier > view.inForce
    const exitCode = context.flag('exit-code') && needsWord ? exitCodes.attention.code : exitCodes.ok.code
    return done(view, (paint) => tierText(view, paint), exitCode)
  },
}
