import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { port } from '../port.ts'

export const emulator: CommandSpec = {
  path: ['emulator'],
  summary: 'start local Dataverse environments only',
  details:
    'Starts the local environments that `drover up` uses, by themselves, for tests and for trying things out. They speak the Dataverse Web API as far as the support matrix says and refuse the rest by name.',
  options: [
    { flags: '--data <folder>', description: 'folder that keeps their state', default: '.drover/emulator' },
    { flags: '--port <port>', description: 'port to listen on', default: '4700' },
    { flags: '--host <address>', description: 'address to listen on; the default is this machine only', default: '127.0.0.1' },
  ],
  examples: [{ command: 'drover emulator --port 4700', what: 'start; Ctrl-C stops it' }],
  exits: ['refused'],
  needs: 'nothing',
  run: async (context) => {
    const ended = await context.deps.offline.emulator(
      { data: context.requiredOption('data'), host: context.requiredOption('host'), port: port(context), signal: context.deps.signal },
      context.progress,
    )
    return ended.ok ? done({ stopped: true }, () => '') : refused(ended)
  },
}
