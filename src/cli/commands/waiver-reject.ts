import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { waiverText } from '../render/waiver.ts'

export const waiverReject: CommandSpec = {
  path: ['waiver', 'reject'],
  summary: 'reject a waiver',
  details:
    'For whoever policy names for its rule; never for whoever asked, nor for the owner of the solution. Say what is to be done instead.',
  arguments: [{ name: 'waiver', description: 'id of the waiver' }],
  options: [{ flags: '--comment <text>', description: 'why not', isRequired: true }],
  examples: [{ command: 'drover waiver reject w-01JD3F --comment "Mend it; it is an afternoon"', what: 'say no' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.decideWaiver({ waiverId: context.argument(0), verdict: 'reject', comment: context.option('comment') ?? '' })
    return answer.ok ? done(answer.value, (paint) => waiverText(answer.value, paint)) : refused(answer)
  },
}
