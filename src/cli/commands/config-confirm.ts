import { type Digest, toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { inForceText } from '../render/configuration.ts'

export const configConfirm: CommandSpec = {
  path: ['config', 'confirm'],
  summary: "bring another admin's proposal into force",
  details:
    'What weakens a guard, or says who may open one, takes two platform-admins: one proposes it with `drover config apply`, another confirms exactly that proposal here, signed in as themselves. It is refused when another configuration came into force since.',
  arguments: [{ name: 'digest', description: 'digest of the proposal, as `drover config apply` told it' }],
  examples: [{ command: 'drover config confirm sha256:2c26b4…', what: 'bring the proposal into force and list what changes' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.confirmConfiguration({ digest: toId<Digest>(context.argument(0)) })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => inForceText(answer.value, paint))
  },
}
