import type { PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { personText } from '../render/people.ts'

export const peopleShow: CommandSpec = {
  path: ['people', 'show'],
  summary: 'show a person: roles with where and since when, groups, deputies',
  details: 'A role that was taken away and given again counts from then.',
  arguments: [{ name: 'person', description: 'id of the person' }],
  examples: [{ command: 'drover people show anna', what: 'show one person' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const answer = await (await context.client()).loadPerson({ personId: toId<PersonId>(context.argument(0)) })
    return answer.ok ? done(answer.value, (paint) => personText(answer.value, paint)) : refused(answer)
  },
}
