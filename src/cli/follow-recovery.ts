import type { Client, RecoveryWorkReply } from '#contract'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { followRestore } from './follow-restore.ts'
import type { Outcome } from './outcome.ts'
import { done } from './outcome.ts'
import { recoveryWorkText } from './render/sandbox.ts'
import { required } from './required.ts'
import { waitUntil } from './wait.ts'

/** Waits for the end of work on a recovery sandbox, if that is asked for, and shows it. */
export async function followRecovery(context: CommandContext, client: Client, begun: RecoveryWorkReply): Promise<Outcome> {
  if (!context.flag('wait')) {
    return done(begun, () => `${begun.id} has begun. Follow it with: drover recovery list ${begun.environmentId}\n`)
  }
  let told = 0
  const work = await waitUntil({
    load: async () => required(await client.loadRecoveryWork({ workId: begun.id })),
    isFinished: ({ state }) => state !== 'running',
    onLook: ({ parts }) => {
      for (const { name, note } of parts.slice(told)) context.progress(`  ${name}: ${note}`)
      told = parts.length
    },
    timeoutSeconds: context.numberOption('timeout') ?? 3600,
    signal: context.deps.signal,
    what: `The work ${begun.id}`,
  })
  return done(work, (paint) => recoveryWorkText(work, paint), exitCodeFor(work) || (await restoreExitCode(context, client, work)))
}

/** What a repair brings back is written by the restore of a rescue, and is there when that has ended. */
async function restoreExitCode(context: CommandContext, client: Client, { written }: RecoveryWorkReply): Promise<number> {
  if (written?.restoreId === undefined) return exitCodes.ok.code
  return (await followRestore(context, client, { rescueId: written.rescueId, restoreId: written.restoreId })).exitCode
}

function exitCodeFor({ state }: RecoveryWorkReply): number {
  if (state === 'done') return exitCodes.ok.code
  if (state === 'indeterminate') return exitCodes.undecided.code
  return state === 'failed' ? exitCodes.refused.code : exitCodes.unexpected.code
}

/** Options of every command that begins such work. */
export const followOptions = [
  { flags: '--wait', description: 'wait until it has ended' },
  { flags: '--timeout <seconds>', description: 'how long to wait', default: '3600' },
] as const
