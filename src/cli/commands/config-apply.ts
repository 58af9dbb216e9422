import type { CommandSpec } from '../command.ts'
import { readTextFile } from '../files.ts'
import { done, refused } from '../outcome.ts'
import { inForceText } from '../render/configuration.ts'

export const configApply: CommandSpec = {
  path: ['config', 'apply'],
  summary: 'make a drover.yaml the configuration in force',
  details:
    'Sends the file to the server as a proposal. When it holds and you may apply it, it becomes a new version in the ledger, with who and what changed. What weakens a guard, or says who may open one, needs a second platform-admin: the refusal names the digest for `drover config confirm`. Promotions that wait are judged again by the new version.',
  arguments: [{ name: 'file', description: 'configuration file (default: drover.yaml)', isOptional: true }],
  examples: [{ command: 'drover config apply drover.yaml', what: 'apply the file and list what changes' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const yaml = await readTextFile(context.optionalArgument(0) ?? 'drover.yaml')
    const client = await context.client()
    const answer = await client.applyConfiguration({ yaml })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => inForceText(answer.value, paint))
  },
}
