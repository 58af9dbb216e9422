import type { CommandSpec } from '../command.ts'
import { maxSizeOption, readOptions, solutionOption } from '../read-options.ts'
import { done, refused } from '../outcome.ts'
import { solutionText, summariseSolution } from '../render/solution.ts'

export const solutionInspect: CommandSpec = {
  path: ['solution', 'inspect'],
  summary: 'say what is in a solution and what it needs',
  details:
    'Reads a solution: manifest, publisher, components by kind, dependencies, flows, canvas apps, connection references and environment variables. Needs no server and no environment.',
  arguments: [{ name: 'solution', description: 'zip, or folder of an unpacked solution in either layout' }],
  options: [solutionOption, maxSizeOption],
  examples: [
    { command: 'drover solution inspect ContosoExpenses_1_2_0_0.zip', what: 'show it' },
    {
      command: 'drover solution inspect ContosoExpenses_1_2_0_0.zip --json',
      what: 'the same as JSON, with every root component and dependency',
    },
  ],
  exits: ['refused', 'notFound'],
  exitMeanings: { refused: 'what was named cannot be read as a solution; the message says why' },
  needs: 'nothing',
  run: async (context) => {
    const read = await context.deps.offline.inspectSolution(context.argument(0), readOptions(context))
    if (!read.ok) return refused(read)
    const summary = summariseSolution(read.value)
    return done(summary, (paint) => solutionText(summary, paint))
  },
}
