import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { trainViewText } from '../render/train.ts'

export const trainResume: CommandSpec = {
  path: ['train', 'resume'],
  summary: 'resume a train at the release that stopped it',
  details:
    'Use it after you looked at the target. The release that errored, is indeterminate, or failed after its import went in is tried again as with \`promotion resume\`; when it arrives, the others follow.',
  arguments: [{ name: 'train', description: 'id of the train' }],
  options: [{ flags: '--reason <text>', description: 'what you saw, and why it is safe', isRequired: true }],
  examples: [{ command: 'drover train resume t-01JD3G --reason "The network is back"', what: 'try again' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.resumeTrain({ trainId: context.argument(0), reason: context.requiredOption('reason') })
    return answer.ok ? done(answer.value, (paint) => trainViewText(answer.value, paint)) : refused(answer)
  },
}
