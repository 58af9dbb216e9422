import type { CommandSpec } from '../command.ts'
import { decide } from '../decide.ts'
import { peopleGateKinds } from '#domain/pipeline'

export const promotionReject: CommandSpec = {
  path: ['promotion', 'reject'],
  summary: 'reject a promotion at a gate',
  details: 'Says no at a gate that names you, which ends the promotion. Say why: the requester reads the comment.',
  arguments: [{ name: 'promotion', description: 'id of the promotion' }],
  options: [
    { flags: '--gate <gate>', description: 'which gate (default: the only one that waits for you)', choices: peopleGateKinds },
    { flags: '--for <person>', description: 'whose place you take as their deputy (default: your own, or the only one you may take)' },
    { flags: '--comment <text>', description: 'what you looked at, or why', isRequired: true },
  ],
  examples: [
    { command: 'drover promotion reject p-01JD3G --comment "The totals are wrong in Test"', what: 'reject at the gate that waits for you' },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: (context) => decide(context, 'reject'),
}
