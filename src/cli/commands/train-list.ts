import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { trainsText } from '../render/train.ts'

export const trainList: CommandSpec = {
  path: ['train', 'list'],
  summary: 'list trains',
  details: 'Newest first. One that stands waits for people, goes in, or was stopped by one of its releases.',
  examples: [{ command: 'drover train list', what: 'list all' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.listTrains()
    return answer.ok ? done(answer.value, (paint) => trainsText(answer.value.trains, paint)) : refused(answer)
  },
}
