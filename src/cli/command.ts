import type { Client } from '#contract'
import type { CliDeps, Progress } from './deps.ts'
import type { exitCodes } from './exit-codes.ts'
import type { Outcome } from './outcome.ts'
import type { ProgressBar } from './render/progress.ts'

export type ExitName = keyof typeof exitCodes

/** A command of the command line, as data: the parser, the help and docs/reference/commands.md are made from it. */
export interface CommandSpec {
  /** Words of the command, for example ['promotion', 'approve']. */
  readonly path: readonly [string] | readonly [string, string]
  readonly summary: string
  /** What it does, for a newcomer. */
  readonly details: string
  readonly arguments?: readonly ArgumentSpec[]
  readonly options?: readonly OptionSpec[]
  readonly examples: readonly ExampleSpec[]
  /** Ways it can end beside ok, unexpected and usage. */
  readonly exits: readonly ExitName[]
  /** What a code means here, where this command says it more closely than the table does. */
  readonly exitMeanings?: Partial<Readonly<Record<ExitName, string>>>
  /** How the command ends on an error with this code; undefined: as every command does. `unexpected` is the code of what is no error of ours. */
  exitOf?(errorCode: string): ExitName | undefined
  /** `server` commands act through the API and take --server and --token. */
  readonly needs: 'server' | 'workspace' | 'nothing'
  run(context: CommandContext): Promise<Outcome>
}

export interface ArgumentSpec {
  readonly name: string
  readonly description: string
  readonly isOptional?: boolean
  /** The last, with all that follows. */
  readonly isVariadic?: boolean
}

export interface OptionSpec {
  /** As commander writes them, for example '--to <stage>'. */
  readonly flags: string
  readonly description: string
  readonly default?: string
  readonly choices?: readonly string[]
  readonly isRequired?: boolean
  /** It may be given more than once. */
  readonly isList?: boolean
}

export interface ExampleSpec {
  readonly command: string
  readonly what: string
}

/** What a running command sees of its command line and of the world. */
export interface CommandContext {
  readonly deps: CliDeps
  readonly workspace: string
  /** The nth argument; throws `cli.usage` when it is absent. */
  argument(index: number): string
  optionalArgument(index: number): string | undefined
  /** All arguments from the nth on. */
  rest(index: number): readonly string[]
  option(name: string): string | undefined
  /** The values of an option that may be given more than once. */
  list(name: string): readonly string[]
  /** The value of an option that has a default or is required. */
  requiredOption(name: string): string
  /** A whole number or `cli.usage`. */
  numberOption(name: string): number | undefined
  flag(name: string): boolean
  client(): Promise<Client>
  /** Address of the server, for calls that need no token. */
  server(): Promise<string>
  /** Progress for people, on stderr; silent with --json. */
  readonly progress: Progress
  /** How far work is that takes long; to be ended, also when the work fails. */
  progressBar(verb: string): ProgressBar
}
