import { peopleGateKinds } from '#domain/pipeline'
import type { CommandSpec } from '../command.ts'
import { decideTrain } from '../decide-train.ts'

export const trainReject: CommandSpec = {
  path: ['train', 'reject'],
  summary: 'reject a train at a gate',
  details:
    'Says no at a gate that names you, which ends the train: what has not gone in is withdrawn. Say why: the requester reads the comment.',
  arguments: [{ name: 'train', description: 'id of the train' }],
  options: [
    { flags: '--gate <gate>', description: 'which gate (default: the only one that waits for you)', choices: peopleGateKinds },
    { flags: '--for <person>', description: 'whose place you take as their deputy (default: your own, or the only one you may take)' },
    { flags: '--comment <text>', description: 'what you looked at, or why', isRequired: true },
  ],
  examples: [{ command: 'drover train reject t-01JD3G --comment "The totals are wrong in Test"', what: 'reject it' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: (context) => decideTrain(context, 'reject'),
}
