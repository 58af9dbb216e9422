import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { moreText, table } from '../render/table.ts'
import { stateText, timeText } from '../render/words.ts'

export const releaseList: CommandSpec = {
  path: ['release', 'list'],
  summary: 'list releases, newest first',
  details: 'Lists releases with their solution, version and whether they are sealed.',
  options: [
    { flags: '--limit <count>', description: 'how many at most (1 to 500)', default: '50' },
    { flags: '--after <number>', description: 'go on where a page ended' },
  ],
  examples: [{ command: 'drover release list --limit 10', what: 'list the newest ten' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.listReleases({ after: context.numberOption('after'), limit: context.numberOption('limit') })
    if (!answer.ok) return refused(answer)
    const { releases, next } = answer.value
    return done(
      answer.value,
      (paint) =>
        table(
          {
            headings: ['RELEASE', 'SOLUTION', 'VERSION', 'STATE', 'STARTED'],
            rows: releases.map((release) => [
              release.releaseId,
              release.solution,
              release.version ?? '–',
              stateText(release.state, paint),
              timeText(release.startedAt),
            ]),
            whenEmpty: 'There are no releases yet. Prepare one with: drover release create <solution> --wait',
          },
          paint,
        ) + moreText('drover release list', next),
    )
  },
}
