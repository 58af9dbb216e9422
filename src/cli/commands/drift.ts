import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, DriftReply, Reply } from '#contract'
import type { EnvironmentId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Outcome } from '../outcome.ts'
import { done, refused } from '../outcome.ts'
import { driftText } from '../render/drift.ts'
import { createPaint } from '../render/paint.ts'

export const drift: CommandSpec = {
  path: ['drift'],
  summary: 'show what differs in an environment from what is expected of it',
  details:
    'Looks at the environment, changes nothing in it, and holds it against what Drover deployed, the baseline and the registered tweaks. Each deviation comes with who and when, as far as the environment tells: not as deployed, changed by hand, a registered tweak, or brought by others. Values, connections that were set here, states of flows, owners and layers that say nothing differ by design and are only counted.',
  arguments: [{ name: 'environment', description: 'id of the environment' }],
  options: [
    { flags: '--exit-code', description: 'end with 7 when something is not as deployed, unregistered, or could not be seen' },
    { flags: '--watch', description: 'look again and again, and say what changed, until Ctrl-C' },
    { flags: '--every <seconds>', description: 'how long --watch waits between two looks', default: '60' },
  ],
  examples: [
    { command: 'drover drift prod', what: 'look at prod' },
    { command: 'drover drift prod --exit-code --json', what: 'the same in a pipeline' },
    { command: 'drover drift prod --watch', what: 'keep an eye on it' },
  ],
  exits: ['refused', 'notFound', 'attention', 'interrupted'],
  exitMeanings: { interrupted: 'stopped by Ctrl-C before the first look had ended; nothing was changed' },
  needs: 'server',
  run: async (context) => {
    const environmentId = toId<EnvironmentId>(context.argument(0))
    context.progress(`looking at ${environmentId}`)
    const client = await context.client()
    const answer = await lookAt(client, environmentId, context.deps.signal)
    if (!answer.ok) return refused(answer)
    return context.flag('watch') ? watch(context, client, answer.value) : shown(context, answer.value)
  },
}

function shown(context: CommandContext, view: DriftReply): Outcome {
  const isOpen = view.assessment?.deviations.some(({ class: kind }) => kind === 'broken' || kind === 'unregistered') ?? false
  const needsWord = isOpen || (view.assessment?.unseen ?? []).length > 0
  const exitCode = context.flag('exit-code') && needsWord ? exitCodes.attention.code : exitCodes.ok.code
  return done(view, (paint) => driftText(view, paint), exitCode)
}

/** The server answers after a while at the latest; a longer look goes on there and is asked for again. */
async function lookAt(client: Client, environmentId: EnvironmentId, signal: AbortSignal): Promise<Reply<DriftReply>> {
  for (;;) {
    const answer = await client.watchDrift({ environmentId })
    if (answer.ok || answer.refusal.code !== 'observation.running') return answer
    if (signal.aborted) throw new DroverError('cli.interrupted', `${environmentId} is still being observed; nothing was changed in it.`)
  }
}

/** Writes the first state and each that says something else than the one before, a line of JSON each with --json. */
async function watch(context: CommandContext, client: Client, first: DriftReply): Promise<Outcome> {
  const { signal, stdout } = context.deps
  const pauseMs = Math.max(1, context.numberOption('every') ?? 60) * 1000
  const write = (view: DriftReply): void =>
    stdout.write(context.flag('json') ? `${JSON.stringify(view)}\n` : `${driftText(view, createPaint(stdout.isTerminal))}\n`)
  let view = first
  write(view)
  for (;;) {
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return done(undefined, () => '', shown(context, view).exitCode)
    const answer = await lookAt(client, view.environment.id, signal)
    if (!answer.ok) return refused(answer)
    if (told(answer.value) !== told(view)) write(answer.value)
    view = answer.value
  }
}

function told({ assessment, record }: DriftReply): string {
  const told = [...(assessment?.deviations ?? []), ...(assessment?.leftovers ?? [])].map(({ id, class: kind, digest }) => [
    id,
    kind,
    digest,
  ])
  return JSON.stringify([told, assessment?.unseen, record.dispositions])
}
