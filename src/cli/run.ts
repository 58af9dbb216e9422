import { Command, CommanderError, Option } from 'commander'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { ArgumentSpec, CommandSpec } from './command.ts'
import { groups, parts } from './commands/groups.ts'
import { createContext } from './context.ts'
import type { CliDeps, Output } from './deps.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'
import { helpText } from './help.ts'
import type { Outcome } from './outcome.ts'
import { createPaint, type Paint } from './render/paint.ts'
import { refusalText } from './render/refusal.ts'
import { readableText } from './render/words.ts'

/** Runs one command line (without the words `node drover`) and returns the exit code. */
export async function runCli(argv: readonly string[], deps: CliDeps): Promise<number> {
  const isJson = argv.includes('--json')
  let exitCode: number = exitCodes.ok.code
  const program = createCli(await commandsFor(argv), deps, (code) => {
    exitCode = code
  })
  if (argv.length === 0) {
    deps.stdout.write(program.helpInformation())
    return exitCodes.ok.code
  }
  try {
    await program.parseAsync(asHelp(argv), { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return reportUsage(error, deps, isJson)
    return reportError(error, deps, isJson)
  }
}

/** `help promotion request` asks for what `promotion request --help` shows; commander's own help looks at one word only. */
function asHelp(argv: readonly string[]): string[] {
  const [first, ...words] = argv
  const path = words.filter((word) => !word.startsWith('-'))
  return first === 'help' && path.length > 1 ? [...path, '--help'] : [...argv]
}

/** A command line that begins with `solution` needs the commands of that group alone; any other may need all, for its help. */
async function commandsFor([first]: readonly string[]): Promise<readonly CommandSpec[]> {
  if (first === 'solution') return (await import('./commands/solution.ts')).solutionCommands
  return (await import('./commands/registry.ts')).commands
}

/** The command line of these commands. `finish` is told the exit code of the command that ran; commander's own errors are thrown. */
export function createCli(commands: readonly CommandSpec[], deps: CliDeps, finish: (exitCode: number) => void): Command {
  const program = new Command('drover')
    .description('The governed path to production for Power Platform solutions.')
    .enablePositionalOptions()
    .version(deps.version, '-V, --version', 'print the version')
    .showHelpAfterError('Run it with --help to see what it takes.')
  const parents = new Map<string, Command>()
  for (const spec of commands) {
    const parent = spec.path.length === 1 ? program : group(program, parents, spec.path[0])
    const made = addCommand(parent, spec, (command) => runCommand({ spec, command, deps, finish }))
    // A command may have commands below it that belong to it, as `emulator reset`.
    if (spec.path.length === 1) parents.set(spec.path[0], made)
  }
  for (const [heading, names] of Object.entries(parts))
    for (const command of program.commands.filter((one) => names.includes(one.name()))) command.helpGroup(heading)
  program.addHelpText('after', `\nEvery command takes --json and --help. Start with \`drover demo\`, then \`drover up\`.\n`)
  program.configureOutput({ writeOut: (text) => deps.stdout.write(text), writeErr: () => undefined })
  harden(program)
  return program
}

function group(program: Command, parents: Map<string, Command>, name: string): Command {
  const known = parents.get(name)
  if (known !== undefined) return known
  const made = program.command(name).description(groups[name] ?? '')
  parents.set(name, made)
  return made
}

function addCommand(parent: Command, spec: CommandSpec, run: (command: Command) => Promise<void>): Command {
  const command = parent
    .command(spec.path.at(-1) ?? '')
    .summary(spec.summary)
    .description(spec.details)
  for (const argument of spec.arguments ?? []) command.argument(argumentText(argument), argument.description)
  for (const option of spec.options ?? []) {
    const made = new Option(option.flags, option.description).makeOptionMandatory(option.isRequired ?? false)
    if (option.isList === true) made.argParser((value: string, before: readonly string[] = []) => [...before, value])
    if (option.choices !== undefined) made.choices([...option.choices])
    if (option.default !== undefined) made.default(option.default)
    command.addOption(made)
  }
  if (spec.needs === 'server') {
    command.option('--server <address>', 'address of the Drover server (default: DROVER_SERVER, or the one that `drover up` started here)')
    command.option('--token <token>', 'who you are (default: DROVER_TOKEN, or the token of the workspace)')
  }
  if (spec.needs !== 'nothing')
    command.option('--workspace <folder>', 'folder that `drover up` keeps its state in (default: DROVER_WORKSPACE or .drover)')
  command.option('--json', 'print the result as JSON on stdout, and errors as JSON on stderr')
  command.addHelpText('after', helpText(spec))
  command.action(() => run(command))
  return command
}

function argumentText({ name, isOptional, isVariadic }: ArgumentSpec): string {
  const text = isVariadic === true ? `${name}...` : name
  return isOptional === true ? `[${text}]` : `<${text}>`
}

/** Commander exits the process by itself unless each command is told not to. */
function harden(command: Command): void {
  command.exitOverride().copyInheritedSettings(command.parent ?? command)
  for (const child of command.commands) harden(child)
}

async function runCommand({
  spec,
  command,
  deps,
  finish,
}: {
  spec: CommandSpec
  command: Command
  deps: CliDeps
  finish: (exitCode: number) => void
}): Promise<void> {
  const isJson = command.opts()['json'] === true
  try {
    const outcome = await spec.run(createContext({ args: command.args, options: command.opts(), deps, isJson }))
    finish(report(outcome, deps, isJson))
  } catch (error) {
    const exit = spec.exitOf?.(errorCode(error))
    const exitCode = reportError(error, deps, isJson)
    finish(exit === undefined ? exitCode : exitCodes[exit].code)
  }
}

function report(outcome: Outcome, deps: CliDeps, isJson: boolean): number {
  if (outcome.kind === 'done') {
    const text = isJson ? '' : outcome.text(paintFor(deps.stdout, deps))
    if (!isJson) deps.stdout.write(outcome.isFile === true ? text : readableText(text))
    else if (outcome.data !== undefined) deps.stdout.write(`${JSON.stringify(outcome.data, null, 2)}\n`)
    return outcome.exitCode ?? exitCodes.ok.code
  }
  deps.stderr.write(isJson ? `${JSON.stringify({ error: outcome.refusal })}\n` : refusalText(outcome.refusal, paintFor(deps.stderr, deps)))
  return outcome.exitCode
}

function reportUsage(error: CommanderError, deps: CliDeps, isJson: boolean): number {
  if (error.exitCode === 0) return exitCodes.ok.code
  const message =
    error.code === 'commander.help' ? 'The second word of the command is missing.' : sentence(error.message.replace(/^error: /, ''))
  writeProblem({ code: 'cli.usage', message, hint: 'Run it with --help to see what it takes.' }, deps, isJson)
  return exitCodes.usage.code
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`
}

function reportError(error: unknown, deps: CliDeps, isJson: boolean): number {
  const known = error instanceof DroverError ? error : undefined
  writeProblem({ code: known?.code ?? 'unexpected', message: errorMessage(error), hint: known?.hint ?? '' }, deps, isJson)
  if (known === undefined && error instanceof Error && !isJson) deps.stderr.write(`${error.stack ?? ''}\n`)
  return exitCodeOf(error)
}

function writeProblem(
  problem: { readonly code: string; readonly message: string; readonly hint: string },
  deps: CliDeps,
  isJson: boolean,
): void {
  const whole = { ...problem, reasons: [] }
  deps.stderr.write(isJson ? `${JSON.stringify({ error: whole })}\n` : refusalText(whole, paintFor(deps.stderr, deps)))
}

function paintFor(output: Output, deps: CliDeps): Paint {
  const refuses = deps.env['NO_COLOR'] !== undefined && deps.env['NO_COLOR'] !== ''
  return createPaint(output.isTerminal && !refuses)
}
