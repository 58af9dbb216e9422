import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { tokensText } from '../render/access.ts'

export const tokenRevoke: CommandSpec = {
  path: ['token', 'revoke'],
  summary: 'revoke a token or session: it is refused from the next call on',
  details: 'Your own, or as a platform-admin anybody’s.',
  arguments: [{ name: 'id', description: 'id of the token, as `drover token list` shows it' }],
  options: [{ flags: '--reason <text>', description: 'why, for the record', isRequired: true }],
  examples: [{ command: 'drover token revoke t-01JD… --reason "pasted into a chat"', what: 'nobody acts with it any more' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.revokeToken({ tokenId: context.argument(0), reason: context.requiredOption('reason') })
    return answer.ok ? done(answer.value, (paint) => tokensText([answer.value], paint)) : refused(answer)
  },
}
