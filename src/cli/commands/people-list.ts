import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { peopleText } from '../render/people.ts'

export const peopleList: CommandSpec = {
  path: ['people', 'list'],
  summary: 'list people with their roles, where those hold, and when each was seen last',
  details: 'What rights are certified again by: `people show` tells of one person since when each role holds.',
  examples: [{ command: 'drover people list', what: 'list everybody whom the configuration names' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const answer = await (await context.client()).listPeople()
    return answer.ok ? done(answer.value, (paint) => peopleText(answer.value.people, paint)) : refused(answer)
  },
}
