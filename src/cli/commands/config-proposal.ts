import { type Digest, toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { timeText } from '../render/words.ts'

export const configProposal: CommandSpec = {
  path: ['config', 'proposal'],
  summary: 'show what a proposal would change',
  details:
    'Shows who proposed it and each change in words, marking those for which it takes a second person, and whether it still can be confirmed.',
  arguments: [{ name: 'digest', description: 'digest of the proposal, as `drover config apply` told it' }],
  examples: [{ command: 'drover config proposal sha256:2c26b4…', what: 'look at what there is to confirm' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadProposal({ digest: toId<Digest>(context.argument(0)) })
    if (!answer.ok) return refused(answer)
    const { proposedBy, proposedAt, changes, isOutdated } = answer.value
    return done(answer.value, () => {
      const lines = changes.map(({ subject, text, authority }) => `  ${authority === 'two-people' ? '!' : ' '} ${subject}: ${text}\n`)
      const state = isOutdated
        ? 'Nothing is to be confirmed any more: a configuration came into force since. If it was another one, apply yours again.\n'
        : ''
      return `${state}Proposed by ${proposedBy}, ${timeText(proposedAt)}; ! takes a second person.\n${lines.join('')}`
    })
  },
}
