import type { Client, RebuildReply } from '#contract'
import type { EnvironmentId, ReleaseId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import type { Outcome } from '../outcome.ts'
import { done, refused } from '../outcome.ts'
import { rebuildPlanText, rebuildText } from '../render/rebuild.ts'
import { required } from '../required.ts'
import { waitUntil } from '../wait.ts'

export const envRebuild: CommandSpec = {
  path: ['env', 'rebuild'],
  summary: 'rebuild a development or test environment from source and settings',
  details:
    'Shows first what belongs into the environment (by its pipelines: source, unmanaged, in a development environment; what is released there in a stage), what of it needs a person, and changes nothing. With --yes the environment is deleted and made anew, and brought to that: solutions in the order of their needs, connection references re-mapped by connector and name, values, flows, configuration data, and the rows that it was filled with before. Connection ids that drover.yaml names are changed in the configuration in force, in the name of whoever ordered it; where they may not apply one, --confirm-ids by somebody who may does it. Where only people can go on, it does what it can without them, names every step at once and waits; --resume goes on. With --of an earlier release is brought again, for example the one that is in production still; it must have been promoted into this environment once, since a rebuild goes past gates, and from then on it is what is deployed there. In the end what is there is compared with its source. A pet is never rebuilt. For the owner of the environment and platform-admins.',
  arguments: [{ name: 'environment', description: 'id of the environment' }],
  options: [
    { flags: '--from-commit <sha>', description: 'source of this commit; without it the newest' },
    { flags: '--of <release>', description: 'this release in place of the one that is deployed: one that ran there before' },
    { flags: '--currency <code>', description: 'base currency, where the administration does not show that of the old one' },
    { flags: '--dry-run', description: 'only show what it takes, also with --yes' },
    { flags: '--yes', description: 'do it' },
    { flags: '--resume', description: 'go on with one that waited for people, or that went wrong' },
    { flags: '--afresh', description: 'begin again although an earlier one waits or ended badly' },
    { flags: '--confirm-ids', description: 'bring the connection ids that the last rebuild found into the configuration in force' },
    { flags: '--timeout <seconds>', description: 'how long to wait for its end', default: '7200' },
  ],
  examples: [
    { command: 'drover env rebuild test', what: 'see what it takes, and who' },
    { command: 'drover env rebuild test --yes', what: 'delete it, make it anew and bring what is released there' },
    { command: 'drover env rebuild test --resume', what: 'go on when the connections are made' },
  ],
  exits: ['refused', 'notFound', 'undecided', 'attention'],
  exitMeanings: {
    undecided: 'it waits for people, is not finished in time, or nobody can tell',
    attention: 'rebuilt, and not equal to its source',
  },
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const environmentId = toId<EnvironmentId>(context.argument(0))
    if (context.flag('resume')) {
      const resumed = await client.resumeRebuild({ environmentId })
      return resumed.ok ? follow(context, client, resumed.value.rebuild) : refused(resumed)
    }
    if (context.flag('confirm-ids')) {
      const confirmed = await client.confirmRebuildSettings({ environmentId })
      if (!confirmed.ok) return refused(confirmed)
      const { rebuild } = confirmed.value
      return done(rebuild, (paint) => (rebuild === undefined ? '' : rebuildText(rebuild, paint)))
    }
    const isConfirmed = context.flag('yes') && !context.flag('dry-run')
    const answer = await client.rebuildEnvironment({ environmentId, ...choices(context), isConfirmed, isAfresh: context.flag('afresh') })
    if (!answer.ok) return refused(answer)
    const { plan, rebuild } = answer.value
    if (rebuild !== undefined) return follow(context, client, rebuild)
    return done(
      answer.value,
      (paint) =>
        `${rebuildPlanText(plan, paint)}\n${plan.blockers.length === 0 ? 'Nothing was changed. To do it, run it again with --yes.' : 'Nothing was changed. With --yes it is done as soon as nothing stands against it.'}\n`,
    )
  },
}

function choices(context: CommandContext) {
  const fromCommit = context.option('from-commit')
  const release = context.option('of')
  const currency = context.option('currency')
  return {
    ...(fromCommit === undefined ? {} : { fromCommit }),
    ...(release === undefined ? {} : { releaseId: toId<ReleaseId>(release) }),
    ...(currency === undefined ? {} : { currency }),
  }
}

async function follow(context: CommandContext, client: Client, started: RebuildReply | undefined): Promise<Outcome> {
  const rebuildId = started?.id ?? ''
  let seen = 0
  const { rebuild } = await waitUntil({
    load: async () => required(await client.loadRebuild({ rebuildId })),
    isFinished: (view) => view.rebuild?.status.state !== 'running',
    onLook: (view) => {
      for (const step of view.rebuild?.steps.slice(seen) ?? []) context.progress(`  ${step.note}`)
      seen = view.rebuild?.steps.length ?? seen
    },
    timeoutSeconds: context.numberOption('timeout') ?? 7200,
    signal: context.deps.signal,
    what: `The rebuild ${rebuildId}`,
  })
  return done(rebuild, (paint) => (rebuild === undefined ? '' : rebuildText(rebuild, paint)), rebuild === undefined ? 1 : exitOf(rebuild))
}

function exitOf({ status }: RebuildReply): number {
  if (status.state === 'done') return status.comparisons.every(({ isEqual }) => isEqual) ? 0 : 7
  if (status.state === 'failed') return 3
  return status.state === 'errored' ? 1 : 6
}
