import type { EnvironmentId, Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { followOptions, followRecovery } from '../follow-recovery.ts'
import { done, refused } from '../outcome.ts'
import { restorePreviewText } from '../render/sandbox.ts'

export const recoveryRestore: CommandSpec = {
  path: ['recovery', 'restore'],
  summary: 'restore a pet, as it was at a moment, into its recovery sandbox',
  details:
    'A restore point is a time stamp: restoring it rewinds the rows of everybody, so that it goes into a recovery sandbox and never over a pet. The sandbox is cattle of purpose recovery whose `recovers` names the pet, of kind sandbox, in the same region, and Managed if the pet is. Without --yes it says what would be lost in the sandbox and what must be kept from reaching out afterwards. Since the rows of everybody become readable there it takes two people, one of whom answers for the data of the pet: the first --yes is a proposal, the same command of the second carries it out. Afterwards the sandbox lets in the people of the pet alone, administration mode stays on and background operations off; what is left to do is listed, and an end is set.',
  arguments: [{ name: 'pet', description: 'id of the environment' }],
  options: [
    { flags: '--into <sandbox>', description: 'id of its recovery sandbox', isRequired: true },
    { flags: '--point <id>', description: 'restore point, as `drover env restore-points` lists them; the newest unless given' },
    { flags: '--at <instant>', description: 'a moment that the platform still keeps, like 2026-11-20T08:30:00Z' },
    { flags: '--reason <text>', description: 'why; recorded. Whoever confirms may leave it out' },
    { flags: '--yes', description: 'propose or confirm it' },
    ...followOptions,
  ],
  examples: [
    { command: 'drover recovery restore prod --into rescue', what: 'see what would be lost' },
    { command: 'drover recovery restore prod --into rescue --yes --reason "Permits went missing"', what: 'propose it, or confirm it' },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const environmentId = toId<EnvironmentId>(context.argument(0))
    const sandboxId = toId<EnvironmentId>(context.requiredOption('into'))
    const [pointId, at] = [context.option('point'), context.option('at')]
    const answer = await client.restoreSandbox({
      ...{ environmentId, sandboxId, reason: context.option('reason') ?? '', isConfirmed: context.flag('yes') },
      ...(pointId === undefined ? {} : { pointId }),
      ...(at === undefined ? {} : { at: toId<Instant>(at) }),
    })
    if (!answer.ok) return refused(answer)
    const { value } = answer
    if (value.work === undefined)
      return done(value, (paint) => restorePreviewText(value, { pet: environmentId, sandbox: sandboxId }, paint))
    return followRecovery(context, client, value.work)
  },
}
