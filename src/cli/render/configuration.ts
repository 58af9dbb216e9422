import type { ConfigurationVersionReply } from '#contract'
import type { Paint } from './paint.ts'

export function inForceText({ version, changes }: ConfigurationVersionReply, paint: Paint): string {
  const lines = changes.map((change) => `  ${change}\n`)
  return `${paint.green('✔')} Version ${version} of the configuration is in force.\n${lines.length === 0 ? '  Nothing changed.\n' : lines.join('')}`
}
