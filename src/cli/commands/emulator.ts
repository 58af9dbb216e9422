import { clockOption, clockScale } from '../clock-scale.ts'
import type { CommandContext, CommandSpec } from '../command.ts'
import type { EmulatorReady } from '../deps.ts'
import { done, refused } from '../outcome.ts'
import { port } from '../port.ts'

export const emulator: CommandSpec = {
  path: ['emulator'],
  summary: 'start local Dataverse environments only',
  details:
    'Starts local Dataverse environments by themselves, for tests and for trying things out. They speak the Dataverse Web API as far as the support matrix says, and refuse the rest by name. State survives a crash. With --json one line says how they are reached as soon as they are; nothing else is printed. docs/emulator.md is the guide.',
  options: [
    { flags: '--data <folder>', description: 'folder that keeps their state', default: '.drover/emulator' },
    { flags: '--port <port>', description: 'port to listen on', default: '4700' },
    { flags: '--host <address>', description: 'address to listen on; the default is this machine only', default: '127.0.0.1' },
    {
      flags: '--environments <names>',
      description:
        'environments to make when they are absent, with commas between, each with its kind behind a colon unless it is a sandbox: Production, Developer, Trial or Default (default: dev,test,prod:Production in a new folder)',
    },
    {
      flags: '--template <name>',
      description: 'platform solutions of new environments: dataverse, sales or customer-service',
      default: 'dataverse',
    },
    { flags: '--faults <file>', description: 'what is to go wrong, in YAML or JSON' },
    clockOption,
    { flags: '--limits <which>', description: 'service protection limits', choices: ['service', 'off'], default: 'service' },
  ],
  examples: [
    { command: 'drover emulator', what: 'start dev, test and prod; Ctrl-C stops them' },
    { command: 'drover emulator --environments dev,crm --template sales --clock 60', what: 'two environments with the solutions of Sales' },
    { command: 'drover emulator --faults faults.yaml --json', what: 'for a script: one line of JSON when it is ready' },
  ],
  exits: ['refused', 'notFound'],
  exitOf: emulatorExit,
  needs: 'nothing',
  run: async (context) => {
    const ended = await context.deps.offline.emulator(
      {
        data: context.requiredOption('data'),
        host: context.requiredOption('host'),
        port: port(context),
        environments: wantedEnvironments(context.option('environments')),
        template: context.option('template'),
        faults: context.option('faults'),
        clockScale: clockScale(context),
        isLimited: context.requiredOption('limits') === 'service',
        signal: context.deps.signal,
      },
      (ready) => tellReady(context, ready),
    )
    return ended.ok ? done(undefined, () => '') : refused(ended)
  },
}

/** Refusals of the emulator are a "no", not breakage. */
export function emulatorExit(code: string): 'refused' | 'notFound' | undefined {
  if (code === 'emulator.environment-unknown' || code === 'emulator.not-found' || code === 'emulator.folder-unknown') return 'notFound'
  return code.startsWith('emulator.') || code === 'workspace.in-use' ? 'refused' : undefined
}

function tellReady(context: CommandContext, ready: EmulatorReady): void {
  if (context.flag('json')) {
    context.deps.stdout.write(`${JSON.stringify(ready)}\n`)
    return
  }
  const { signIn, environments } = ready
  const lines = [
    `local Dataverse environments ${environments.map(({ name }) => name).join(', ')} at ${ready.url} (Ctrl-C stops them)`,
    `sign in with client credentials at ${signIn.tokenUrl}, scope ${signIn.scope}`,
    ...signIn.clients.map((client) => `  ${client.name}: client_id ${client.clientId}, client_secret in ${client.clientSecretFile}`),
  ]
  for (const line of lines) context.progress(line)
}

function wantedEnvironments(text: string | undefined): readonly { readonly name: string; readonly kind?: string }[] | undefined {
  return text
    ?.split(',')
    .map((item) => item.trim().split(/:(.*)/))
    .map(([name = '', kind]) => (kind === undefined ? { name } : { name, kind }))
    .filter(({ name, kind }) => name !== '' || kind !== undefined)
}
