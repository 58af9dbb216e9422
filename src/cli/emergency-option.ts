import { DroverError } from '#domain/kernel'
import type { CommandContext, OptionSpec } from './command.ts'

/** The options with which somebody declares that something cannot wait. */
export const emergencyOptions: readonly OptionSpec[] = [
  {
    flags: '--emergency',
    description: 'it cannot wait: go past the gates that policy names, with a second person; each is owed afterwards',
  },
  { flags: '--reason <text>', description: 'with --emergency: what harm is done while it waits' },
]

/** The emergency that was declared with them; nothing where none was. */
export function emergencyOf(context: CommandContext): { readonly emergency?: { readonly reason: string } } {
  const reason = context.option('reason')
  if (!context.flag('emergency')) {
    if (reason === undefined) return {}
    throw new DroverError('cli.usage', 'Only an emergency has a reason.', { hint: 'Give --emergency, too, or leave --reason away.' })
  }
  if (reason === undefined || reason.trim() === '')
    throw new DroverError('cli.usage', 'An emergency needs a reason.', { hint: 'Give --reason with what harm is done while it waits.' })
  return { emergency: { reason } }
}
