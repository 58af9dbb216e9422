import type { CommandSpec } from '../command.ts'
import { workOnUpgrade } from '../work-on-upgrade.ts'

export const envUpgradeWithdraw: CommandSpec = {
  path: ['env', 'upgrade-withdraw'],
  summary: 'delete an upgrade that others staged and left behind',
  details:
    'Deletes <Name>_Upgrade; the solution itself and its data stay as they were. What was entered into new tables and columns of the upgrade meanwhile goes with it: it is counted and listed, and then only a data owner of the environment may do it. For the owner of the environment and platform-admins. An upgrade that a promotion staged is withdrawn with that promotion.',
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
    { command: 'drover env upgrade-withdraw prod ContosoExpenses', what: 'list what it would delete' },
    { command: 'drover env upgrade-withdraw prod ContosoExpenses --yes --reason "Left by a cancelled deployment"', what: 'do it' },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: (context) => workOnUpgrade(context, 'withdraw'),
}
