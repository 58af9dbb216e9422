import type { EnvironmentId, ReleaseId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { followOptions, followRecovery } from '../follow-recovery.ts'
import { refused } from '../outcome.ts'

const ways = ['redeploy', 'repack', 'uninstall', 'restore'] as const

export const recoveryRehearse: CommandSpec = {
  path: ['recovery', 'rehearse'],
  summary: 'go a way back on a recovery sandbox, measured and recorded',
  details:
    'The sandbox first gets the state of the pet, from its newest restore point, unless --as-it-is. With --from a release is brought that shall go wrong, and is gone back from to what runs in the pet; without it, what runs there is gone back from to the known-good release before. Rows are counted before and after, versions and layers read back. How it went is recorded with the pet, whether it succeeded or not; production waits for it where the tier of the solution asks for a rehearsal. It takes two people where the rows of the pet are restored into the sandbox.',
  arguments: [
    { name: 'pet', description: 'id of the environment' },
    { name: 'solution', description: 'unique name of the solution' },
  ],
  options: [
    { flags: '--on <sandbox>', description: 'id of its recovery sandbox', isRequired: true },
    { flags: '--way <way>', description: 'which way back', choices: [...ways], default: 'redeploy' },
    { flags: '--from <release>', description: 'a sealed release that is brought first and gone back from' },
    { flags: '--as-it-is', description: 'do not restore the sandbox first' },
    { flags: '--reason <text>', description: 'why; recorded. Whoever confirms may leave it out' },
    ...followOptions,
  ],
  examples: [
    { command: 'drover recovery rehearse prod Permits --on rescue --from r-01JD3H --reason "Before 1.9" --wait', what: 'rehearse it' },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const from = context.option('from')
    const asked = context.requiredOption('way')
    const answer = await client.rehearseRecovery({
      environmentId: toId<EnvironmentId>(context.argument(0)),
      sandboxId: toId<EnvironmentId>(context.requiredOption('on')),
      solution: context.argument(1),
      way: ways.find((way) => way === asked) ?? 'redeploy',
      ...(from === undefined ? {} : { from: toId<ReleaseId>(from) }),
      isAsItIs: context.flag('as-it-is'),
      reason: context.option('reason') ?? '',
    })
    return answer.ok ? followRecovery(context, client, answer.value) : refused(answer)
  },
}
