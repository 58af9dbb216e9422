import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { waiverText } from '../render/waiver.ts'

export const waiverApprove: CommandSpec = {
  path: ['waiver', 'approve'],
  summary: 'approve a waiver',
  details:
    'For whoever policy names for its rule; never for whoever asked, nor for the owner of the solution. It holds from then on until its end, or until it is revoked.',
  arguments: [{ name: 'waiver', description: 'id of the waiver' }],
  options: [{ flags: '--comment <text>', description: 'what you looked at' }],
  examples: [{ command: 'drover waiver approve w-01JD3F --comment "Until the vendor mends it"', what: 'say yes' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.decideWaiver({
      waiverId: context.argument(0),
      verdict: 'approve',
      comment: context.option('comment') ?? '',
    })
    return answer.ok ? done(answer.value, (paint) => waiverText(answer.value, paint)) : refused(answer)
  },
}
