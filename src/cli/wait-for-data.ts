import type { Client, DataWorkReply } from '#contract'
import type { CommandContext } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { done, type Outcome } from './outcome.ts'
import { dataText } from './render/data.ts'
import { required } from './required.ts'
import { waitUntil } from './wait.ts'

/** Waits until a filling or a look has ended, where that is wanted and it began; findings end with 7, refused rows with 6. */
export async function followData(context: CommandContext, client: Client, work: DataWorkReply): Promise<Outcome> {
  const dataId = work.request.id
  if (!context.flag('wait') || work.status.state !== 'running') {
    const hint = work.status.state === 'running' ? `Follow it with: drover data show ${dataId}\n` : ''
    return done(work, (paint) => `${dataText(work, paint)}${hint}`, exitOf(work))
  }
  let seen = 0
  const ended = await waitUntil({
    load: async () => required(await client.loadData({ dataId })),
    isFinished: ({ status }) => status.state !== 'running',
    onLook: (each) => {
      for (const part of each.done.slice(seen)) context.progress(`  ${part.table}, ${part.part}: ${part.written} written`)
      seen = each.done.length
    },
    timeoutSeconds: context.numberOption('timeout') ?? 3600,
    signal: context.deps.signal,
    what: dataId,
  })
  return done(ended, (paint) => dataText(ended, paint), exitOf(ended))
}

export function exitOf({ status, scan, done: written }: DataWorkReply): number {
  if (status.state === 'errored') return exitCodes.unexpected.code
  if ((scan?.found ?? 0) > 0) return exitCodes.attention.code
  return written.some(({ refused }) => refused > 0) ? exitCodes.undecided.code : exitCodes.ok.code
}

/** The --tables option: nothing where it is not given. */
export function tablesOption(context: CommandContext): { readonly tables?: string[] } {
  const names = context.option('tables')
  return names === undefined ? {} : { tables: names.split(',').map((name) => name.trim()) }
}
