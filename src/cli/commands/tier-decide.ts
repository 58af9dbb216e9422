import { DroverError } from '#domain/kernel'
import type { Tier } from '#domain/solution'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { tierText } from '../render/governance.ts'

const tiers: Readonly<Record<string, Tier>> = { 1: 1, 2: 2, 3: 3, 4: 4 }

export const tierDecide: CommandSpec = {
  path: ['tier', 'decide'],
  summary: 'decide on a higher tier that is proposed for a solution',
  details:
    'Until somebody decides, the solution is held to the proposed tier. A decision upward holds at once, and drover.yaml is then to be raised. Keeping a lower one takes two platform-admins, each signed in as themselves, a reason, and has an end, after which the proposal stands again; what the answers do give needs no end.',
  arguments: [{ name: 'solution', description: 'unique name of the solution' }],
  options: [
    { flags: '--tier <n>', description: 'the tier that is to hold', choices: ['1', '2', '3', '4'], isRequired: true },
    { flags: '--reason <text>', description: 'why', isRequired: true },
    { flags: '--days <n>', description: 'for how long a lower tier is kept (default: as long as policy lets it)' },
    { flags: '--release <id>', description: 'judge this release, such as an older one that gives more (default: the newest)' },
  ],
  examples: [
    { command: 'drover tier decide ContosoInspection --tier 3 --reason "It is used across departments"', what: 'agree to the proposal' },
    {
      command: 'drover tier decide ContosoInspection --tier 2 --days 30 --reason "The custom connector goes with 2.0"',
      what: 'keep the lower tier for a month; a second platform-admin says the same',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const wanted = tiers[context.requiredOption('tier')]
    if (wanted === undefined) throw new DroverError('cli.usage', 'A tier is 1, 2, 3 or 4.')
    const days = context.numberOption('days')
    const release = context.option('release')
    const client = await context.client()
    const answer = await client.decideTier({
      solution: context.argument(0),
      tier: wanted,
      reason: context.requiredOption('reason'),
      ...(days === undefined ? {} : { days }),
      ...(release === undefined ? {} : { releaseId: release }),
    })
    return answer.ok ? done(answer.value, (paint) => tierText(answer.value, paint)) : refused(answer)
  },
}
