import { DroverError } from '#domain/kernel'
import type { CommandContext } from './command.ts'

/** The --port option; 0 lets the machine choose. */
export function port(context: CommandContext): number {
  return optionalPort(context, 'port') ?? 0
}

/** Undefined when the option is not given. */
export function optionalPort(context: CommandContext, name: string): number | undefined {
  const wanted = context.numberOption(name)
  if (wanted === undefined || wanted <= 65_535) return wanted
  throw new DroverError('cli.usage', `--${name} takes a number up to 65535, not ${wanted}.`, { hint: 'Choose another port.' })
}
