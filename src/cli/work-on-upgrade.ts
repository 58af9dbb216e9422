import type { UpgradeWorkReply } from '#contract'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import type { Outcome } from './outcome.ts'
import { done, refused } from './outcome.ts'
import { required } from './required.ts'
import { waitUntil } from './wait.ts'

/** Asks for a left-over upgrade to be applied or withdrawn, and waits for the end of that. */
export async function workOnUpgrade(context: CommandContext, deed: UpgradeWorkReply['deed']): Promise<Outcome> {
  const client = await context.client()
  const environmentId = toId<EnvironmentId>(context.argument(0))
  const started = await client.workLeftoverUpgrade({
    environmentId,
    solution: context.argument(1),
    deed,
    reason: context.option('reason') ?? '',
    isConfirmed: context.flag('yes'),
  })
  if (!started.ok) return refused(started)
  const work = await waitUntil({
    load: async () => required(await client.loadUpgradeWork({ environmentId, workId: started.value.id })),
    isFinished: ({ state }) => state !== 'running',
    timeoutSeconds: context.numberOption('timeout') ?? 1800,
    signal: context.deps.signal,
    what: `The work ${started.value.id} on the staged upgrade of ${started.value.solution}`,
  })
  return done(work, (paint) => `${work.state === 'done' ? paint.green('done') : paint.red(work.state)}  ${work.note}\n`, exitCodeFor(work))
}

function exitCodeFor({ state }: UpgradeWorkReply): number {
  if (state === 'done') return exitCodes.ok.code
  if (state === 'indeterminate') return exitCodes.undecided.code
  return state === 'failed' ? exitCodes.refused.code : exitCodes.unexpected.code
}
