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
import { readableText } from '../render/words.ts'

export const drift: CommandSpec = {
  path: ['drift'],
  summary: 'show what differs in an environment from what is expected of it',
  details:
    'Looks at the environment, changes nothing in it, and holds it against what Drover deployed, the baseline and the registered tweaks. Each deviation comes with who and when, as far as the environment tells: not as deployed, changed by hand, a registered tweak, or brought by others. Values, connections that were set here, states of flows, owners and layers that say nothing differ by design and are only counted.',
  arguments: [{ name: 'environment', description: 'id of the environment; left out with --all', isOptional: true }],
  options: [
    { flags: '--exit-code', description: 'end with 7 when something is not as deployed, unregistered, or could not be seen' },
    { flags: '--all', description: 'look at every environment in one pass, side by side: each has limits of its own' },
    { flags: '--watch', description: 'look again and again, and say what changed, until Ctrl-C' },
    { flags: '--every <seconds>', description: 'how long --watch waits between two looks', default: '60' },
  ],
  examples: [
    { command: 'drover drift prod', what: 'look at prod' },
    { command: 'drover drift prod --exit-code --json', what: 'the same in a pipeline' },
    { command: 'drover drift --all --exit-code', what: 'look at all environments in one pass' },
    { command: 'drover drift prod --watch', what: 'keep an eye on it' },
  ],
  exits: ['refused', 'notFound', 'attention', 'interrupted'],
  exitMeanings: { interrupted: 'stopped by Ctrl-C before the first look had ended; nothing was changed' },
  needs: 'server',
  run: async (context) => {
    if (context.flag('all')) return lookAtAll(context)
    const named = context.optionalArgument(0)
    if (named === undefined) throw new DroverError('cli.usage', 'Name an environment, or look at every one with --all.')
    const environmentId = toId<EnvironmentId>(named)
    context.progress(`looking at ${environmentId}`)
    const client = await context.client()
    const answer = await lookAt(client, environmentId, context.deps.signal)
    if (!answer.ok) return refused(answer)
    return context.flag('watch') ? watch(context, client, answer.value) : shown(context, answer.value)
  },
}

/** All are asked for at once: how fast each answers is told by its own limits, and one that cannot be reached holds nobody up. */
async function lookAtAll(context: CommandContext): Promise<Outcome> {
  if (context.flag('watch') || context.optionalArgument(0) !== undefined)
    throw new DroverError('cli.usage', '--all looks at every environment once: it takes neither the id of one nor --watch.')
  const client = await context.client()
  const listed = await client.listEnvironments()
  if (!listed.ok) return refused(listed)
  const ids = listed.value.environments.map(({ id }) => id)
  context.progress(`looking at ${ids.length} environments`)
  const answers = await Promise.all(ids.map(async (id) => ({ id, answer: await tryToLook(client, id, context.deps.signal) })))
  const views = answers.flatMap(({ answer }) => (answer.ok ? [answer.value] : []))
  const failed = answers.flatMap(({ id, answer }) => (answer.ok ? [] : [{ environmentId: id, refusal: answer.refusal }]))
  const isFine = failed.length === 0 && !views.some(needsWord)
  const text = (paint: Parameters<typeof driftText>[1]): string =>
    [
      ...views.map((view) => driftText(view, paint)),
      ...failed.map(({ environmentId, refusal }) => `${paint.bold(environmentId)}  ${paint.red(refusal.message)}\n`),
    ].join('\n')
  return done({ environments: views, failed }, text, context.flag('exit-code') && !isFine ? exitCodes.attention.code : exitCodes.ok.code)
}

/** What one environment cannot do is told with it; what concerns all of them, such as a server that is away or Ctrl-C, ends the command. */
async function tryToLook(client: Client, environmentId: EnvironmentId, signal: AbortSignal) {
  try {
    return await lookAt(client, environmentId, signal)
  } catch (error) {
    if (!(error instanceof DroverError) || error.code.startsWith('cli.') || error.code.startsWith('api.')) throw error
    return { ok: false, refusal: { code: error.code, message: error.message, hint: error.hint ?? '', reasons: [] } } as const
  }
}

function needsWord({ assessment }: DriftReply): boolean {
  const isOpen = assessment?.deviations.some(({ class: kind }) => kind === 'broken' || kind === 'unregistered') ?? false
  return isOpen || (assessment?.unseen ?? []).length > 0
}

function shown(context: CommandContext, view: DriftReply): Outcome {
  const exitCode = context.flag('exit-code') && needsWord(view) ? exitCodes.attention.code : exitCodes.ok.code
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
    stdout.write(context.flag('json') ? `${JSON.stringify(view)}\n` : `${readableText(driftText(view, createPaint(stdout.isTerminal)))}\n`)
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
