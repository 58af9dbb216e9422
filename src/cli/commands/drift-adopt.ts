import type { DriftReply } from '#contract'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { done, refused } from '../outcome.ts'
import { driftText } from '../render/drift.ts'
import { waitUntil } from '../wait.ts'

export const driftAdopt: CommandSpec = {
  path: ['drift', 'adopt'],
  summary: 'bring changes by hand back into the source, on a branch that its owner is asked to merge',
  details:
    'Reads the changed components out of the environment by a solution that is made for that and removed again, merges them three ways (what was shipped, what the environment has, what Dev has) and commits the result on a branch of the source repository with a message that says what changed. What both sides changed is listed in a file of its own; what cannot be merged, such as a canvas app that both changed, is said. The owner of the solution is asked to take it: by a pull request where drover.yaml names the host of the source, and by a change request of Drover in any case, which `drover drift` and `drover tweak list` show until it ends. It ends when a release that carries the change is deployed there, or somebody declines it. For the owner of the solution or of the environment.',
  arguments: [
    { name: 'environment', description: 'id of the environment' },
    { name: 'deviation...', description: 'ids of deviations of one solution, as `drover drift` lists them' },
  ],
  options: [{ flags: '--timeout <seconds>', description: 'how long to wait for the branch', default: '600' }],
  examples: [{ command: 'drover drift adopt prod SystemForm:6f1c…', what: 'propose a changed form on a branch' }],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const environmentId = toId<EnvironmentId>(context.argument(0))
    const deviations = namedDeviations(context)
    const started = await client.adoptDeviations({ environmentId, deviations: [...deviations] })
    if (!started.ok) return refused(started)
    const answer = await waitUntil({
      load: () => client.loadDrift({ environmentId }),
      isFinished: (reply) => !reply.ok || statesOf(reply.value, deviations).every((state) => state !== 'running'),
      timeoutSeconds: context.numberOption('timeout') ?? 600,
      signal: context.deps.signal,
      what: 'Reading the change out of the environment',
    })
    if (!answer.ok) return refused(answer)
    const hasFailed = statesOf(answer.value, deviations).includes('failed')
    return done(answer.value, (paint) => driftText(answer.value, paint), hasFailed ? exitCodes.refused.code : exitCodes.ok.code)
  },
}

function namedDeviations(context: CommandContext): readonly string[] {
  const named = [context.argument(1)]
  for (let at = 2, next = context.optionalArgument(at); next !== undefined; next = context.optionalArgument(++at)) named.push(next)
  return named
}

function statesOf(view: DriftReply, deviations: readonly string[]): readonly (string | undefined)[] {
  return deviations.map((deviation) => view.record.dispositions[deviation]?.state)
}
