import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { waiverText } from '../render/waiver.ts'

export const waiverRevoke: CommandSpec = {
  path: ['waiver', 'revoke'],
  summary: 'end a waiver before its date',
  details:
    'For whoever asked for it, approved it or might have, and for the owner of the solution. Promotions that lean on it and have not begun wait or are refused again.',
  arguments: [{ name: 'waiver', description: 'id of the waiver' }],
  options: [{ flags: '--reason <text>', description: 'why it is no longer to hold', isRequired: true }],
  examples: [{ command: 'drover waiver revoke w-01JD3F --reason "The vendor mended it"', what: 'end it now' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.revokeWaiver({ waiverId: context.argument(0), reason: context.requiredOption('reason') })
    return answer.ok ? done(answer.value, (paint) => waiverText(answer.value, paint)) : refused(answer)
  },
}
