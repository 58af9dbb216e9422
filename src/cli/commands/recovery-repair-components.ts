import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { followOptions, followRecovery } from '../follow-recovery.ts'
import { refused } from '../outcome.ts'

export const recoveryRepairComponents: CommandSpec = {
  path: ['recovery', 'repair-components'],
  summary: 'bring changes by hand back into a pet from its recovery sandbox',
  details:
    'Holds the components of one solution in the sandbox against those of the pet. Without --yes nothing is brought: it shows what comes back (a change by hand that the pet lost, or something made by hand), what only a release brings (managed parts), and what stays as it is and why. With it, and at the word of two people, what that look showed is read out of the sandbox by a transport, imported unmanaged once, read in the pet again and registered as tweaks. Nothing that stands in the pet is written over; into a strict environment nothing comes. For data owners of the pet, and for platform-admins who give a reason.',
  arguments: [
    { name: 'pet', description: 'id of the environment' },
    { name: 'solution', description: 'unique name of the solution' },
  ],
  options: [
    { flags: '--from <sandbox>', description: 'id of its recovery sandbox', isRequired: true },
    { flags: '--component <a,b>', description: 'only these components, as the look names them' },
    { flags: '--reason <text>', description: 'why; recorded. Whoever confirms may leave it out' },
    { flags: '--yes', description: 'bring back; without it components are compared' },
    ...followOptions,
  ],
  examples: [
    {
      command: 'drover recovery repair-components prod Permits --from rescue --reason "Look" --wait',
      what: 'see what comes back, and what does not',
    },
    {
      command: 'drover recovery repair-components prod Permits --from rescue --yes --reason "Reverted by mistake" --wait',
      what: 'bring it back',
    },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const components = context.option('component')
    const answer = await client.repairComponents({
      environmentId: toId<EnvironmentId>(context.argument(0)),
      sandboxId: toId<EnvironmentId>(context.requiredOption('from')),
      solution: context.argument(1),
      ...(components === undefined ? {} : { components: components.split(',').map((name) => name.trim()) }),
      isDryRun: !context.flag('yes'),
      reason: context.option('reason') ?? '',
    })
    return answer.ok ? followRecovery(context, client, answer.value) : refused(answer)
  },
}
