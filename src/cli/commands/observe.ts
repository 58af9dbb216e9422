import type { Client, ObservationReply, Reply } from '#contract'
import type { EnvironmentId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { observationText } from '../render/observation.ts'

export const observe: CommandSpec = {
  path: ['observe'],
  summary: 'see what an environment consists of, and whose it is',
  details:
    'Reads solutions, components, layers, flows, bindings, values, roles and settings with the least rights it takes, and changes nothing; it serves on an environment that Drover never deployed to. Says what is orphaned, what cannot be deployed, what nobody answers for, and what could not be seen and why. What was read is kept, so the next look asks only for what may have changed, and one that was stopped goes on where it was.',
  arguments: [{ name: 'environment', description: 'id of the environment' }],
  options: [{ flags: '--all', description: 'name every finding and solution, not only the first ones' }],
  examples: [
    { command: 'drover observe prod', what: 'look at prod' },
    { command: 'drover observe prod --json', what: 'the same for machines' },
  ],
  exits: ['refused', 'notFound', 'interrupted'],
  exitMeanings: { interrupted: 'stopped by Ctrl-C; the observation goes on in the server, and nothing was changed' },
  needs: 'server',
  run: async (context) => {
    const environmentId = toId<EnvironmentId>(context.argument(0))
    context.progress(`looking at ${environmentId}`)
    const answer = await untilSeen(await context.client(), environmentId, context.deps.signal)
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => observationText(answer.value, { isWhole: context.flag('all') }, paint))
  },
}

/** The server answers after a while at the latest; a longer observation goes on there and is asked for again. */
async function untilSeen(client: Client, environmentId: EnvironmentId, signal: AbortSignal): Promise<Reply<ObservationReply>> {
  for (;;) {
    const answer = await client.observeEnvironment({ environmentId })
    if (answer.ok || answer.refusal.code !== 'observation.running') return answer
    if (signal.aborted) throw new DroverError('cli.interrupted', `${environmentId} is still being observed; nothing was changed in it.`)
  }
}
