import { DroverError } from '#domain/kernel'
import type { CommandContext, OptionSpec } from './command.ts'
import type { ReadOptions } from './deps.ts'

/** Taken by every command that reads a solution on this machine. */
export const maxSizeOption: OptionSpec = {
  flags: '--max-size <MiB>',
  description:
    'most that a solution may hold unpacked, in MiB (default: 2048, half of it in one file). When you name it, it is the only bound: bombs are not looked for',
}

/** Taken by those of them that read folders. */
export const solutionOption: OptionSpec = {
  flags: '--solution <name>',
  description: 'which solution, where a folder in the YAML layout holds several',
}

export function readOptions(context: CommandContext): ReadOptions {
  const mebibytes = context.numberOption('max-size')
  if (mebibytes === 0) throw new DroverError('cli.usage', '--max-size takes 1 or more.', { hint: 'Leave it out for the default.' })
  return { maxBytes: mebibytes === undefined ? undefined : mebibytes * 1024 ** 2, solution: context.option('solution') }
}
