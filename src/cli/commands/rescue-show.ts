import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { rescueText } from '../render/rescue.ts'

export const rescueShow: CommandSpec = {
  path: ['rescue', 'show'],
  summary: 'show what a rescue holds and how it was restored',
  details:
    'Shows tables, columns and how many rows were saved, until when they are kept, and what each restore wrote. Rows themselves are never shown.',
  arguments: [{ name: 'rescue', description: 'id of the rescue' }],
  examples: [{ command: 'drover rescue show rescue-01JD3H', what: 'show it' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadRescue({ rescueId: context.argument(0) })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => rescueText(answer.value, paint))
  },
}
