import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { table } from '../render/table.ts'
import { stateText, timeText } from '../render/words.ts'

export const releaseList: CommandSpec = {
  path: ['release', 'list'],
  summary: 'list releases, newest first',
  details: 'Lists every release with its solution, version and whether it is sealed.',
  examples: [{ command: 'drover release list', what: 'list them' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.listReleases()
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) =>
      table(
        {
          headings: ['RELEASE', 'SOLUTION', 'VERSION', 'STATE', 'STARTED'],
          rows: answer.value.releases.map((release) => [
            release.releaseId,
            release.solution,
            release.version ?? '–',
            stateText(release.state, paint),
            timeText(release.startedAt),
          ]),
          whenEmpty: 'There are no releases yet. Prepare one with: drover release create <solution> --wait',
        },
        paint,
      ),
    )
  },
}
