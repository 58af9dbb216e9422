import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { hotfixText } from '../render/hotfix.ts'

export const hotfixDecide: CommandSpec = {
  path: ['hotfix', 'decide'],
  summary: 'say that main holds over a hotfix in a component that both changed',
  details:
    'Of a component that the last drover hotfix merge named as changed on both sides, or as impossible to merge: your word that it stays as main has it, recorded with who and why. The next release of main that is sealed then counts as having it. All else that the hotfix changed in that component must be in main. For the owner of the solution; another release of the hotfix asks anew.',
  arguments: [
    { name: 'hotfix', description: 'id of the hotfix' },
    { name: 'component', description: 'as the merge names it, kind:key' },
  ],
  options: [{ flags: '--reason <text>', description: 'why main’s say is right, for instance how it is mended there', isRequired: true }],
  examples: [
    {
      command: 'drover hotfix decide h-01JD3F Attribute:contoso_expense.contoso_total --reason "1.9 allows even longer ones"',
      what: 'keep what main says',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.decideHotfixConflict({
      hotfixId: context.argument(0),
      component: context.argument(1),
      reason: context.requiredOption('reason'),
    })
    return answer.ok ? done(answer.value, (paint) => hotfixText(answer.value, paint)) : refused(answer)
  },
}
