import type { CommandSpec } from '../command.ts'
import { workOnUpgrade } from '../work-on-upgrade.ts'

export const envUpgradeApply: CommandSpec = {
  path: ['env', 'upgrade-apply'],
  summary: 'apply an upgrade that others staged and left behind',
  details:
    'Some other tool imported an upgrade as <Name>_Upgrade and never finished it; until that is cleared away nothing else of the solution goes in. Lists what applying it deletes, read from the layers of both; refused when data goes with it or that cannot be told, since nobody has approved that: withdraw it then, and bring the version by a promotion. For the owner of the environment and platform-admins. An upgrade that a promotion staged is finished or withdrawn with that promotion.',
  arguments: [
    { name: 'environment', description: 'id of the environment' },
    { name: 'solution', description: 'unique name of the solution, without _Upgrade' },
  ],
  options: [
    { flags: '--reason <text>', description: 'why; recorded' },
    { flags: '--yes', description: 'do it; without it, what it would delete is listed and nothing is done' },
    { flags: '--timeout <seconds>', description: 'how long to wait for its end', default: '1800' },
  ],
  examples: [
    { command: 'drover env upgrade-apply prod ContosoExpenses', what: 'list what it would delete' },
    { command: 'drover env upgrade-apply prod ContosoExpenses --yes --reason "Left by the vendor, agreed with Olga"', what: 'do it' },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: (context) => workOnUpgrade(context, 'apply'),
}
