import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { cattleNote } from '../render/cattle.ts'
import { required } from '../required.ts'
import { waitUntil } from '../wait.ts'

export const envRemove: CommandSpec = {
  path: ['env', 'remove'],
  summary: 'remove a disposable environment now, with all that is in it',
  details:
    'Deletes the environment at the platform, which can bring it back for some days, and takes it out of the configuration. Its name is typed as it is. Never a pet, nor what a pipeline goes through. For the owner of the environment and platform-admins.',
  arguments: [{ name: 'environment', description: 'id of the environment' }],
  options: [
    { flags: '--name <name>', description: 'the name of the environment, typed as it is', isRequired: true },
    { flags: '--reason <text>', description: 'why; it is recorded' },
    { flags: '--yes', description: 'do it' },
    { flags: '--timeout <seconds>', description: 'how long to wait for its end', default: '1800' },
  ],
  examples: [{ command: 'drover env remove sails --name Sails --yes', what: 'remove it' }],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const environmentId = toId<EnvironmentId>(context.argument(0))
    if (!context.flag('yes'))
      return done({ environmentId }, () => `Nothing was removed. To delete ${environmentId} with all that is in it, add --yes.\n`)
    const answer = await client.removeEnvironment({
      environmentId,
      typedName: context.requiredOption('name'),
      reason: context.option('reason') ?? '',
    })
    if (!answer.ok) return refused(answer)
    const removed = await waitUntil({
      load: async () => required(await client.listCattle()).cattle.find((one) => one.environmentId === environmentId),
      isFinished: (one) => one?.removal?.state !== 'running',
      timeoutSeconds: context.numberOption('timeout') ?? 1800,
      signal: context.deps.signal,
      what: `Removing ${environmentId}`,
    })
    const last = removed ?? answer.value
    return done(last, () => `${environmentId} ${cattleNote(last)}\n`, last.removal?.state === 'errored' ? 1 : 0)
  },
}
