import type { EnvironmentId, Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { followOptions, followRecovery } from '../follow-recovery.ts'
import { refused } from '../outcome.ts'

export const recoveryRepair: CommandSpec = {
  path: ['recovery', 'repair'],
  summary: 'bring rows and values back into a pet from its recovery sandbox',
  details:
    'Holds the rows of one table in the sandbox against those of the pet and counts rows that are gone, values that are empty now and values that differ, by row id and never by content. Without --yes nothing is written. With it, rows that are gone are made again under their ids and empty values are filled, by the restore of a rescue, which overwrites nothing. --overwrite also writes over values that differ: that takes two people, what stood there is saved before, and a row that somebody changes meanwhile stays as it is. State, files and images are not written. Plug-ins and flows of the table run as rows are written. For components there are `drover recovery repair-components` and `drover rollback`. For data owners of the pet, and for platform-admins who give a reason.',
  arguments: [{ name: 'pet', description: 'id of the environment' }],
  options: [
    { flags: '--from <sandbox>', description: 'id of its recovery sandbox', isRequired: true },
    { flags: '--table <table>', description: 'logical name of the table', isRequired: true },
    { flags: '--columns <a,b>', description: 'only these columns, by their logical names' },
    { flags: '--where-changed-since <instant>', description: 'only rows changed in the pet since then, or gone there' },
    { flags: '--overwrite', description: 'also write over values that differ' },
    { flags: '--reason <text>', description: 'why; recorded. Whoever confirms may leave it out' },
    { flags: '--yes', description: 'write; without it rows are compared and counted' },
    ...followOptions,
  ],
  examples: [
    { command: 'drover recovery repair prod --from rescue --table cto_permit --reason "Look" --wait', what: 'see what is gone' },
    {
      command: 'drover recovery repair prod --from rescue --table cto_permit --yes --reason "Deleted by mistake" --wait',
      what: 'bring back what is gone',
    },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const columns = context.option('columns')
    const since = context.option('where-changed-since')
    const answer = await client.repairRows({
      environmentId: toId<EnvironmentId>(context.argument(0)),
      sandboxId: toId<EnvironmentId>(context.requiredOption('from')),
      table: context.requiredOption('table'),
      ...(columns === undefined ? {} : { columns: columns.split(',').map((name) => name.trim()) }),
      ...(since === undefined ? {} : { changedSince: toId<Instant>(since) }),
      isOverwriting: context.flag('overwrite'),
      isDryRun: !context.flag('yes'),
      reason: context.option('reason') ?? '',
    })
    return answer.ok ? followRecovery(context, client, answer.value) : refused(answer)
  },
}
