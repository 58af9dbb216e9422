import type { CommandSpec } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { done, refused } from '../outcome.ts'
import { completionText } from '../render/governance.ts'

export const solutionComplete: CommandSpec = {
  path: ['solution', 'complete'],
  summary: 'say whether a governed solution is complete, item by item',
  details:
    'The definition of "solution complete" (STR-14), evaluated for the tier in force: owner, description, tier, structure, settings of every stage, what it needs, checks, tests, version, release note and way back. Each item is proved (by what), attested (by whom) or missing (what to do); what the tier does not demand is advice. Acts through the server.',
  arguments: [{ name: 'solution', description: 'unique name of the solution' }],
  options: [
    { flags: '--note <text>', description: 'say first what is new in its newest release' },
    { flags: '--exit-code', description: 'end with 7 when something that the tier demands is missing' },
  ],
  examples: [
    { command: 'drover solution complete ContosoInspection', what: 'what is missing, and what to do' },
    { command: 'drover solution complete ContosoInspection --exit-code --json', what: 'the same in a pipeline' },
    { command: 'drover solution complete ContosoInspection --note "Reminders go to the whole team"', what: 'add its release note' },
  ],
  exits: ['refused', 'notFound', 'attention'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const solution = context.argument(0)
    const text = context.option('note')
    const answer = text === undefined ? await client.loadCompletion({ solution }) : await client.noteRelease({ solution, text })
    if (!answer.ok) return refused(answer)
    const view = answer.value
    const exitCode = context.flag('exit-code') && !view.isComplete ? exitCodes.attention.code : exitCodes.ok.code
    return done(view, (paint) => completionText(view, paint), exitCode)
  },
}
