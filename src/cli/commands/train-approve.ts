import { peopleGateKinds } from '#domain/pipeline'
import type { CommandSpec } from '../command.ts'
import { decideTrain } from '../decide-train.ts'

export const trainApprove: CommandSpec = {
  path: ['train', 'approve'],
  summary: 'approve a train at a gate',
  details:
    'Says yes at a gate for each release of the train that waits there and names you. The word is bound to what each of them is and does as it was shown; all are planned again before, and what differs is asked anew.',
  arguments: [{ name: 'train', description: 'id of the train' }],
  options: [
    { flags: '--gate <gate>', description: 'which gate (default: the only one that waits for you)', choices: peopleGateKinds },
    { flags: '--seen <binding>', description: 'what you looked at, as `train plan` names it' },
    { flags: '--for <person>', description: 'whose place you take as their deputy (default: your own, or the only one you may take)' },
    { flags: '--comment <text>', description: 'what you looked at, or why' },
  ],
  examples: [{ command: 'drover train approve t-01JD3G --seen 3f9a1c7e4b21', what: 'approve what you looked at' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: (context) => decideTrain(context, 'approve'),
}
