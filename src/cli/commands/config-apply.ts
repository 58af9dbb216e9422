import type { CommandSpec } from '../command.ts'
import { readTextFile } from '../files.ts'
import { done, refused } from '../outcome.ts'

export const configApply: CommandSpec = {
  path: ['config', 'apply'],
  summary: 'make a drover.yaml the configuration in force',
  details:
    'Sends the file to the server as a proposal. When it holds and you may apply it, it becomes a new version in the ledger, with who and what changed; running promotions keep the version that they were requested under.',
  arguments: [{ name: 'file', description: 'configuration file (default: drover.yaml)', isOptional: true }],
  options: [
    {
      flags: '--confirm-token <token>',
      description: 'token of the second platform-admin, for changes that weaken a guard (default: DROVER_CONFIRM_TOKEN)',
    },
  ],
  examples: [{ command: 'drover config apply drover.yaml', what: 'apply the file and list what changes' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const yaml = await readTextFile(context.optionalArgument(0) ?? 'drover.yaml')
    const client = await context.client()
    const answer = await client.applyConfiguration({
      yaml,
      confirmationToken: context.option('confirmToken') ?? context.deps.env['DROVER_CONFIRM_TOKEN'],
    })
    if (!answer.ok) return refused(answer)
    const { version, changes } = answer.value
    return done(answer.value, (paint) => {
      const lines = changes.map((change) => `  ${change}\n`)
      return `${paint.green('✔')} Version ${version} of the configuration is in force.\n${lines.length === 0 ? '  Nothing changed.\n' : lines.join('')}`
    })
  },
}
