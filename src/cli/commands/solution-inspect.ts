import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { solutionText, summariseSolution } from '../render/solution.ts'

export const solutionInspect: CommandSpec = {
  path: ['solution', 'inspect'],
  summary: 'read a solution zip: what is in it and what it needs',
  details:
    'Reads a solution file: manifest, publisher, components by kind, dependencies, flows, connection references and environment variables. Needs no server and no environment.',
  arguments: [{ name: 'zip', description: 'path of the solution zip, or folder of an unpacked one' }],
  examples: [
    { command: 'drover solution inspect ContosoExpenses_1_2_0_0.zip', what: 'show it' },
    {
      command: 'drover solution inspect ContosoExpenses_1_2_0_0.zip --json',
      what: 'the same as JSON, with every root component and dependency',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'nothing',
  run: async (context) => {
    const read = await context.deps.offline.inspectSolution(context.argument(0))
    if (!read.ok) return refused(read)
    const summary = summariseSolution(read.value)
    return done(summary, (paint) => solutionText(summary, paint))
  },
}
