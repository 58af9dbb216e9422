import { clockOption, clockScale } from '../clock-scale.ts'
import type { CommandContext, CommandSpec } from '../command.ts'
import type { UpReady } from '../deps.ts'
import { done, refused } from '../outcome.ts'
import { optionalPort, port } from '../port.ts'

export const up: CommandSpec = {
  path: ['up'],
  summary: 'start everything here: database, local environments, worker, API and web page',
  details:
    'Starts Drover with a database of its own, or the one that DATABASE_URL names, and three local environments to try it on. State is kept in the workspace folder; Ctrl-C stops everything that it started, and the next start goes on where it was. Making, deleting and restoring an environment takes the local environments as long as the service, unless --clock is given. With --json one line says how it is reached as soon as it is; nothing else is printed.',
  options: [
    { flags: '--port <port>', description: 'port of the web page and the API', default: '4600' },
    { flags: '--host <address>', description: 'address to listen on; the default is this machine only', default: '127.0.0.1' },
    { flags: '--emulator-port <port>', description: 'port of the local environments (default: the one this workspace had, else 4700)' },
    clockOption,
  ],
  examples: [
    { command: 'drover up', what: 'start, then open http://127.0.0.1:4600' },
    { command: 'drover up --clock 60', what: 'where the service takes an hour, wait a minute' },
  ],
  exits: ['refused'],
  needs: 'workspace',
  run: async (context) => {
    const ended = await context.deps.offline.up(
      {
        workspace: context.workspace,
        host: context.requiredOption('host'),
        port: port(context),
        emulatorPort: optionalPort(context, 'emulator-port'),
        clockScale: clockScale(context),
        signal: context.deps.signal,
      },
      context.progress,
      (ready) => tellReady(context, ready),
    )
    return ended.ok ? done(undefined, () => '') : refused(ended)
  },
}

function tellReady(context: CommandContext, ready: UpReady): void {
  if (context.flag('json')) {
    context.deps.stdout.write(`${JSON.stringify(ready)}\n`)
    return
  }
  context.progress(`web and API at ${ready.url}`)
  for (const { name, url } of ready.signIn) context.progress(`  sign in as ${name}: ${url}`)
  context.progress('Ctrl-C stops everything.')
}
