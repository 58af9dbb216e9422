import type { CommandSpec } from '../command.ts'
import { maxSizeOption, readOptions, solutionOption } from '../read-options.ts'
import { done } from '../outcome.ts'

export const solutionDiff: CommandSpec = {
  path: ['solution', 'diff'],
  summary: 'say what differs between two solutions, in plain words',
  details:
    'Compares two solutions, each a zip or a folder in either layout, component by component. Every change is destructive (data or a right may be lost), behavioural, or additive; order, formatting, generated ids and version stamps of the platform are no changes. Needs no server and no environment.',
  arguments: [
    { name: 'before', description: 'solution zip, or folder of an unpacked one' },
    { name: 'after', description: 'the one to compare it with' },
  ],
  options: [
    { flags: '--exit-code', description: 'end with 1 when there are differences, as `git diff --exit-code` does' },
    solutionOption,
    maxSizeOption,
  ],
  examples: [
    { command: 'drover solution diff ContosoExpenses_1_2_0_0.zip ContosoExpenses_1_3_0_0.zip', what: 'what the new version changes' },
    {
      command: 'drover solution diff src ContosoExpenses_1_3_0_0.zip --exit-code',
      what: 'does the export hold more than what is in source control?',
    },
  ],
  exits: ['refused', 'notFound'],
  exitMeanings: {
    ok: 'compared; with --exit-code: nothing differs',
    unexpected: 'with --exit-code: there are differences',
    refused: 'what was named cannot be compared; the message says why',
  },
  exitOf: (code) => (code.startsWith('solution.') || !code.includes('.') ? 'refused' : undefined),
  needs: 'nothing',
  run: async (context) => {
    const { differenceReport } = await import('../render/difference.ts')
    const difference = await context.deps.offline.diffSolutions(context.argument(0), context.argument(1), readOptions(context))
    const isDifferent = difference.components.length > 0
    return done(difference, (paint) => differenceReport(difference, paint), isDifferent && context.flag('exit-code') ? 1 : 0)
  },
}
