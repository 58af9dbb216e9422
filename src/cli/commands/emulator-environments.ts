import type { CommandContext, CommandSpec, OptionSpec } from '../command.ts'
import type { EnvironmentChange } from '../deps.ts'
import type { Outcome } from '../outcome.ts'
import { done } from '../outcome.ts'
import { emulatorExit } from './emulator.ts'

const where: readonly OptionSpec[] = [
  { flags: '--data <folder>', description: 'folder that keeps their state', default: '.drover/emulator' },
  { flags: '--host <address>', description: 'address of the running emulator', default: '127.0.0.1' },
]
const environment = { name: 'environment', description: 'name of the environment' }
const both = 'Works on the running emulator of the folder, or, when none runs, on the folder itself.'

export const emulatorReset: CommandSpec = {
  path: ['emulator', 'reset'],
  summary: 'empty a local environment, as new',
  details: `Removes everything from a local environment and makes it anew. ${both} Refused while a solution operation runs in the environment.`,
  arguments: [environment],
  options: where,
  examples: [{ command: 'drover emulator reset dev', what: 'begin again' }],
  exits: ['refused', 'notFound'],
  exitOf: emulatorExit,
  needs: 'nothing',
  run: (context) => change(context, { kind: 'reset' }, (name) => `${name} is empty, as new`),
}

export const emulatorSnapshot: CommandSpec = {
  path: ['emulator', 'snapshot'],
  summary: 'write a local environment to one file',
  details: `Writes all rows and files of a local environment to one file, checked by digest; it can be restored anywhere. An existing file is replaced only by a finished one. ${both}`,
  arguments: [environment],
  options: [{ flags: '--out <file>', description: 'file to write', isRequired: true }, ...where],
  examples: [{ command: 'drover emulator snapshot dev --out dev.snapshot', what: 'keep what dev is now' }],
  exits: ['refused', 'notFound'],
  exitOf: emulatorExit,
  needs: 'nothing',
  run: (context) => {
    const out = context.requiredOption('out')
    return change(context, { kind: 'snapshot', out }, (name) => `${name} is in ${out}`)
  },
}

export const emulatorRestore: CommandSpec = {
  path: ['emulator', 'restore'],
  summary: 'put a snapshot in the place of a local environment',
  details: `Replaces everything in a local environment by a snapshot, or makes the environment of it. All or nothing: until the new state is whole, the old one stays. ${both} Refused while a solution operation runs in the environment.`,
  arguments: [environment],
  options: [{ flags: '--from <file>', description: 'file that `drover emulator snapshot` wrote', isRequired: true }, ...where],
  examples: [{ command: 'drover emulator restore dev --from dev.snapshot', what: 'go back to it' }],
  exits: ['refused', 'notFound'],
  exitOf: emulatorExit,
  needs: 'nothing',
  run: (context) => {
    const from = context.requiredOption('from')
    return change(context, { kind: 'restore', from }, (name) => `${name} is what ${from} holds`)
  },
}

async function change(context: CommandContext, what: EnvironmentChange['what'], text: (name: string) => string): Promise<Outcome> {
  const name = context.argument(0)
  const data = context.requiredOption('data')
  const { isRunning } = await context.deps.offline.changeEnvironment({
    data,
    host: context.requiredOption('host'),
    environment: name,
    what,
  })
  return done({ environment: name, done: what.kind, isRunning }, (paint) => `${paint.green('✔')} ${text(name)}\n`)
}
