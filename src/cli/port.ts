import { DroverError } from '#domain/kernel'
import type { CommandContext } from './command.ts'

/** The --port option; 0 lets the machine choose. */
export function port(context: CommandContext): number {
  const wanted = context.numberOption('port') ?? 0
  if (wanted <= 65_535) return wanted
  throw new DroverError('cli.usage', `--port takes a number up to 65535, not ${wanted}.`, { hint: 'Choose another port.' })
}
