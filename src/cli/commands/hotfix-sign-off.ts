import { peopleGates } from '#contract'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { hotfixText } from '../render/hotfix.ts'

export const hotfixSignOff: CommandSpec = {
  path: ['hotfix', 'sign-off'],
  summary: 'give a sign-off afterwards that a hotfix did not wait for',
  details:
    'A hotfix goes past some gates of people on its way into production, and owes them within the working days that policy gives. For whom the gate names, and not for whoever asked for the promotion.',
  arguments: [{ name: 'hotfix', description: 'id of the hotfix' }],
  options: [
    { flags: '--gate <gate>', description: 'which one', isRequired: true, choices: peopleGates },
    { flags: '--reject', description: 'say no: it stays owed, and your reason is recorded' },
    { flags: '--comment <text>', description: 'what you looked at' },
  ],
  examples: [{ command: 'drover hotfix sign-off h-01JD3F --gate cab --comment "Seen on Tuesday"', what: 'sign off for the board' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const named = context.requiredOption('gate')
    const gate = peopleGates.find((one) => one === named) ?? 'approval'
    const verdict = context.flag('reject') ? 'reject' : 'approve'
    const answer = await client.signOffHotfix({ hotfixId: context.argument(0), gate, verdict, comment: context.option('comment') ?? '' })
    return answer.ok ? done(answer.value, (paint) => hotfixText(answer.value, paint)) : refused(answer)
  },
}
