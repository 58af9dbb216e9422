import type { Tier } from '#domain/solution'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'

export const demo: CommandSpec = {
  path: ['demo'],
  summary: 'take a solution along the whole path, from Dev to Prod, on local environments',
  details:
    'Imports the solution into a local Dev, exports, checks and seals it, promotes it to Test, has it approved, and promotes the same bytes to Prod, with what opened each gate. Ends by itself. A zip of your own has the tier that its content gives, and Tier 2 at least, unless told.',
  arguments: [{ name: 'zip', description: 'unmanaged solution zip of your own (default: the sample)', isOptional: true }],
  options: [{ flags: '--tier <tier>', description: 'how strictly: 1 personal to 4 enterprise', choices: ['1', '2', '3', '4'] }],
  examples: [
    { command: 'drover demo', what: 'with the sample solution' },
    { command: 'drover demo MySolution_1_0_0_0.zip --tier 3', what: 'with a solution of your own; exit code 3 when a rule refuses it' },
  ],
  exits: ['refused', 'notFound'],
  needs: 'nothing',
  run: async (context) => {
    // commander has let 1 to 4 pass only.
    const tier = context.numberOption('tier') as Tier | undefined
    const ended = await context.deps.offline.demo(
      { solution: context.optionalArgument(0), tier, signal: context.deps.signal },
      context.progress,
    )
    return ended.ok ? done(ended.value.summary, () => '') : refused(ended)
  },
}
