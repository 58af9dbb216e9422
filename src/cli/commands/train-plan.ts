import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { trainPlanText } from '../render/train.ts'

export const trainPlan: CommandSpec = {
  path: ['train', 'plan'],
  summary: 'show what a train does, release after release',
  details:
    'Shows the plan of each release as it is decided on: what goes in before it with the train counts as there. Its binding names what was looked at; give it with --seen.',
  arguments: [{ name: 'train', description: 'id of the train' }],
  examples: [{ command: 'drover train plan t-01JD3G', what: 'see all of it before deciding' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadTrain({ trainId: context.argument(0) })
    return answer.ok ? done(answer.value, (paint) => trainPlanText(answer.value, paint)) : refused(answer)
  },
}
