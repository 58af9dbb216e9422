import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { structureText } from '../render/governance.ts'

export const structureSet: CommandSpec = {
  path: ['structure', 'set'],
  summary: 'record a decision on the structure of a solution',
  details:
    'For the owner of the solution, or a platform-admin. It opens and changes nothing: what is there is held against it from then on.',
  arguments: [
    { name: 'solution', description: 'unique name of the solution' },
    { name: 'question', description: 'segmentation, branching, versioning, uat or managed-environments' },
    { name: 'answer', description: 'one of its answers, as `drover structure show` lists them' },
  ],
  options: [{ flags: '--reason <text>', description: 'why', isRequired: true }],
  examples: [
    {
      command: 'drover structure set ContosoInspection segmentation single --reason "One team, one app"',
      what: 'one solution holds all of it',
    },
    {
      command: 'drover structure set ContosoInspection uat merged --reason "Five users, who test it themselves"',
      what: 'no acceptance of its own',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.decideStructure({
      solution: context.argument(0),
      question: context.argument(1),
      answer: context.argument(2),
      reason: context.requiredOption('reason'),
    })
    return answer.ok ? done(answer.value, (paint) => structureText(answer.value, paint)) : refused(answer)
  },
}
