import type { CommandSpec } from '../command.ts'
import { decide } from '../decide.ts'
import { peopleGateKinds } from '#domain/pipeline'

export const promotionApprove: CommandSpec = {
  path: ['promotion', 'approve'],
  summary: 'approve a promotion at a gate',
  details:
    'Says yes at a gate that names you. The decision is bound to the artifact and the plan as they are now; nobody approves a request of their own. When the last gate opens, the work starts.',
  arguments: [{ name: 'promotion', description: 'id of the promotion' }],
  options: [
    { flags: '--gate <gate>', description: 'which gate (default: the only one that waits for you)', choices: peopleGateKinds },
    { flags: '--seen <plan>', description: 'which plan you looked at, as `promotion show` names it; needed once a plan has changed' },
    { flags: '--for <person>', description: 'whose place you take as their deputy (default: your own, or the only one you may take)' },
    { flags: '--pull-request <address>', description: 'a merged pull request that the review rests on; its host is asked' },
    { flags: '--comment <text>', description: 'what you looked at, or why' },
  ],
  examples: [
    { command: 'drover promotion approve p-01JD3G --comment "Tested by the team"', what: 'approve at the gate that waits for you' },
    {
      command: 'drover promotion approve p-01JD3G --gate review --pull-request https://github.com/contoso/permits/pull/42',
      what: 'approve the review by a pull request that brought this very source',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: (context) => decide(context, 'approve'),
}
