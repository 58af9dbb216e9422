import type { CommandSpec } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { done, refused } from '../outcome.ts'
import { structureText } from '../render/governance.ts'

export const structureShow: CommandSpec = {
  path: ['structure', 'show'],
  summary: 'show what was decided on the structure of a solution, held against what is there',
  details:
    'How it is cut (STR-04, STR-05), where its source grows (STR-13), who raises its version, whether people accept it in an environment of its own (TOP-03), and which of its environments are to be Managed Environments (TOP-07, TOP-08), each with what the newest release, the pipeline and drover.yaml show. Changes nothing.',
  arguments: [{ name: 'solution', description: 'unique name of the solution' }],
  options: [
    { flags: '--exit-code', description: 'end with 7 when something is undecided that has to be decided, or differs from what was' },
  ],
  examples: [{ command: 'drover structure show ContosoInspection', what: 'each decision with what is there' }],
  exits: ['refused', 'notFound', 'attention'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadStructure({ solution: context.argument(0) })
    if (!answer.ok) return refused(answer)
    const view = answer.value
    const needsWord = view.structure.some(
      ({ isDemanded, decision, deviations }) => deviations.length > 0 || (isDemanded && decision === undefined),
    )
    const exitCode = context.flag('exit-code') && needsWord ? exitCodes.attention.code : exitCodes.ok.code
    return done(view, (paint) => structureText(view, paint), exitCode)
  },
}
