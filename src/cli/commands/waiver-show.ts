import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { waiverText } from '../render/waiver.ts'

export const waiverShow: CommandSpec = {
  path: ['waiver', 'show'],
  summary: 'show a waiver: what it excepts, why, by whom and until when',
  details: 'Shows the rule, where it is excepted, what is done instead, who asked and who approved, and whether it holds now.',
  arguments: [{ name: 'waiver', description: 'id of the waiver' }],
  examples: [{ command: 'drover waiver show w-01JD3F', what: 'show one' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadWaiver({ waiverId: context.argument(0) })
    return answer.ok ? done(answer.value, (paint) => waiverText(answer.value, paint)) : refused(answer)
  },
}
