import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { waiversText } from '../render/waiver.ts'

export const waiverList: CommandSpec = {
  path: ['waiver', 'list'],
  summary: 'list waivers, and rules that were waived so often that they are to be changed',
  details: 'Waivers of every state, newest first. A rule that is waived again and again is wrong; it is named with how often.',
  options: [{ flags: '--solution <name>', description: 'only of this solution' }],
  examples: [{ command: 'drover waiver list', what: 'list all' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const solution = context.option('solution')
    const answer = await client.listWaivers(solution === undefined ? {} : { solution })
    return answer.ok ? done(answer.value, (paint) => waiversText(answer.value, paint)) : refused(answer)
  },
}
