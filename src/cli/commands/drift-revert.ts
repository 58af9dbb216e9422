import type { Client, DriftReply, Reply } from '#contract'
import type { EnvironmentId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Outcome } from '../outcome.ts'
import { done, refused } from '../outcome.ts'
import { driftText, revertText } from '../render/drift.ts'
import { waitUntil } from '../wait.ts'

export const driftRevert: CommandSpec = {
  path: ['drift', 'revert'],
  summary: 'take a change by hand away, by two people',
  details:
    'Says first what would go and what users would see instead, and asks for a second person: the owner of the environment, or a platform-admin where the owner asked. Confirmed, the component is exported and saved, its unmanaged layer is removed once, and the environment is asked whether it is gone. Only on components of governed solutions, and never the only layer.',
  arguments: [
    { name: 'environment', description: 'id of the environment' },
    { name: 'deviation', description: 'id of the deviation, as `drover drift` lists it' },
  ],
  options: [
    { flags: '--reason <text>', description: 'why the change shall go' },
    { flags: '--confirm', description: 'say yes, as the second person, to a revert that was asked for' },
    { flags: '--timeout <seconds>', description: 'how long to wait for the end', default: '600' },
  ],
  examples: [
    { command: 'drover drift revert prod SystemForm:6f1c… --reason "A slip"', what: 'ask for it' },
    { command: 'drover drift revert prod SystemForm:6f1c… --confirm', what: 'confirm it as the second person' },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const named = { environmentId: toId<EnvironmentId>(context.argument(0)), deviation: context.argument(1) }
    if (context.flag('confirm')) return confirm(context, client, named)
    const reason = context.option('reason')
    if (reason === undefined) {
      throw new DroverError('cli.usage', '--reason is missing.', {
        hint: 'Say why the change shall go, or confirm with --confirm what another person asked for.',
      })
    }
    const answer = await client.revertDeviation({ ...named, reason })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => revertText(answer.value, named.deviation, paint))
  },
}

async function confirm(
  context: CommandContext,
  client: Client,
  named: { readonly environmentId: EnvironmentId; readonly deviation: string },
): Promise<Outcome> {
  const started = await client.confirmRevert(named)
  if (!started.ok) return refused(started)
  const stateOf = (view: DriftReply): string | undefined => view.record.dispositions[named.deviation]?.state
  const answer = await waitUntil<Reply<DriftReply>>({
    load: () => client.loadDrift({ environmentId: named.environmentId }),
    isFinished: (reply) => !reply.ok || stateOf(reply.value) !== 'running',
    timeoutSeconds: context.numberOption('timeout') ?? 600,
    signal: context.deps.signal,
    what: 'The revert',
  })
  if (!answer.ok) return refused(answer)
  const isDone = stateOf(answer.value) === 'done'
  return done(answer.value, (paint) => driftText(answer.value, paint), isDone ? exitCodes.ok.code : exitCodes.refused.code)
}
