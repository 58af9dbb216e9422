import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { tierText } from '../render/governance.ts'

export const tierAnswer: CommandSpec = {
  path: ['tier', 'answer'],
  summary: 'answer a question that the tier of a solution rests on',
  details:
    'For the owner of the solution, or a platform-admin. An earlier answer is replaced and kept in the ledger. What a release shows weighs besides, and the heavier counts. A tier that follows from it is proposed at the next release.',
  arguments: [
    { name: 'solution', description: 'unique name of the solution' },
    { name: 'question', description: 'id of the question, as `drover tier` lists it' },
    { name: 'answer', description: 'one of its answers' },
  ],
  options: [{ flags: '--comment <text>', description: 'what it rests on', default: '' }],
  examples: [
    { command: 'drover tier answer ContosoInspection data-class internal', what: 'the data of a department' },
    { command: 'drover tier answer ContosoInspection users 500 --comment "all of field service"', what: 'how many use it' },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.answerTier({
      solution: context.argument(0),
      question: context.argument(1),
      answer: context.argument(2),
      comment: context.requiredOption('comment'),
    })
    return answer.ok ? done(answer.value, (paint) => tierText(answer.value, paint)) : refused(answer)
  },
}
