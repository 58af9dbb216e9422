import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { releaseText } from '../render/release.ts'

export const releaseShow: CommandSpec = {
  path: ['release', 'show'],
  summary: 'show a release and how it was prepared',
  details: 'Shows the steps of its preparation, its artifacts by digest, the check report and what each stage has to provide.',
  arguments: [{ name: 'release', description: 'id of the release' }],
  examples: [{ command: 'drover release show r-01JD3F', what: 'show it' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadRelease({ releaseId: toId(context.argument(0)) })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => releaseText(answer.value, paint))
  },
}
