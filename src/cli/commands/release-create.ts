import type { Client, ReleaseViewReply } from '#contract'
import type { ReleaseId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import { done, type Outcome, refused } from '../outcome.ts'
import { releaseText } from '../render/release.ts'
import { required } from '../required.ts'
import { waitUntil } from '../wait.ts'

export const releaseCreate: CommandSpec = {
  path: ['release', 'create'],
  summary: 'prepare a release of a solution',
  details:
    'Publishes what is pending in Dev, exports the solution, commits its source, checks it and seals the release. From then on nothing is rebuilt: the same bytes go through every stage. Without --wait it returns at once with the id.',
  arguments: [{ name: 'solution', description: 'unique name of the solution' }],
  options: [
    { flags: '--wait', description: 'wait until the release is sealed or refused' },
    { flags: '--timeout <seconds>', description: 'how long to wait', default: '1800' },
  ],
  examples: [{ command: 'drover release create ContosoExpenses --wait', what: 'prepare a release and show each step' }],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const started = await client.prepareRelease({ solution: context.argument(0) })
    if (!started.ok) return refused(started)
    const { releaseId } = started.value
    if (!context.flag('wait'))
      return done(started.value, () => `Release ${releaseId} is being prepared. Follow it with: drover release show ${releaseId}\n`)
    return waitForRelease(context, client, releaseId)
  },
}

/** Waits until a release is sealed or refused, telling its steps. */
export async function waitForRelease(context: CommandContext, client: Client, releaseId: ReleaseId): Promise<Outcome> {
  let seen = 0
  const view = await waitUntil({
    load: async () => required(await client.loadRelease({ releaseId })),
    isFinished: ({ preparation }) => preparation.status.state !== 'running',
    onLook: ({ preparation }) => {
      for (const step of preparation.steps.slice(seen)) context.progress(`  ${step.name}: ${step.note}`)
      seen = preparation.steps.length
    },
    timeoutSeconds: context.numberOption('timeout') ?? 1800,
    signal: context.deps.signal,
    what: `Release ${releaseId}`,
  })
  return outcomeOf(view)
}

function outcomeOf(view: ReleaseViewReply): Outcome {
  const { status } = view.preparation
  if (status.state === 'refused') return refused(status)
  return done(view, (paint) => releaseText(view, paint), status.state === 'errored' ? 1 : 0)
}
