import { DroverError } from '#domain/kernel'
import type { CommandContext, CommandSpec } from './command.ts'

/** How fast the time of local environments goes. */
export const clockOption: NonNullable<CommandSpec['options']>[number] = {
  flags: '--clock <scale>',
  description: 'how fast their time goes: 1 as at the service, 60 makes an hour a minute',
  default: '1',
}

/** The --clock option. */
export function clockScale(context: CommandContext): number {
  const text = context.requiredOption('clock')
  const scale = Number(text)
  if (text.trim() !== '' && scale > 0 && scale <= 100_000) return scale
  throw new DroverError('cli.usage', `--clock takes a number above 0 and up to 100000, not "${text}".`, {
    hint: '1 is the time of the service, 60 makes an hour a minute, 0.1 is ten times slower.',
  })
}
