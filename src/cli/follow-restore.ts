import type { Client, RescueReply } from '#contract'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { required } from './required.ts'
import { waitUntil } from './wait.ts'

/** Waits for the end of a restore, telling what was written; the exit code says whether all of it was. */
export async function followRestore(
  context: CommandContext,
  client: Client,
  { rescueId, restoreId }: { readonly rescueId: string; readonly restoreId: string },
): Promise<{ readonly record: RescueReply; readonly exitCode: number }> {
  let seen = 0
  const find = (record: RescueReply) => record.restores.find(({ id }) => id === restoreId)
  const record = await waitUntil({
    load: async () => required(await client.loadRescue({ rescueId })),
    isFinished: (each) => find(each)?.status.state !== 'running',
    onLook: (each) => {
      for (const part of find(each)?.done.slice(seen) ?? []) context.progress(`  ${part.table}, ${part.part}: ${part.written} written`)
      seen = find(each)?.done.length ?? seen
    },
    timeoutSeconds: context.numberOption('timeout') ?? 3600,
    signal: context.deps.signal,
    what: `The restore of ${rescueId}`,
  })
  return { record, exitCode: exitCodeFor(find(record)) }
}

function exitCodeFor(restore: RescueReply['restores'][number] | undefined): number {
  if (restore?.status.state === 'errored') return exitCodes.unexpected.code
  return restore?.done.some(({ refused }) => refused > 0) === true ? exitCodes.undecided.code : exitCodes.ok.code
}
