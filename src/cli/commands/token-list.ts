import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { tokensText } from '../render/access.ts'

export const tokenList: CommandSpec = {
  path: ['token', 'list'],
  summary: 'list tokens and sessions, with how far they reach and when they were last used',
  details: 'Your own; a platform-admin sees those of everybody. The tokens themselves are kept nowhere and cannot be shown.',
  examples: [{ command: 'drover token list --json', what: 'for a review of who can act as whom' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.listTokens()
    return answer.ok ? done(answer.value, (paint) => tokensText(answer.value.tokens, paint)) : refused(answer)
  },
}
