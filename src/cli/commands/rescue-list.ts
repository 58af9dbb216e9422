import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { table } from '../render/table.ts'
import { timeText } from '../render/words.ts'

export const rescueList: CommandSpec = {
  path: ['rescue', 'list'],
  summary: 'list what was saved before it was destroyed, newest first',
  details: 'Lists rescues with the environment they are from, the version that destroyed what they hold, and until when they are kept.',
  options: [{ flags: '--env <environment>', description: 'only those from this environment' }],
  examples: [{ command: 'drover rescue list --env prod', what: 'list what was saved from prod' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const environment = context.option('env')
    const answer = await client.listRescues(environment === undefined ? {} : { environment })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) =>
      table(
        {
          headings: ['RESCUE', 'FROM', 'BEFORE', 'ROWS', 'KEPT UNTIL'],
          rows: answer.value.rescues.map((record) => [
            record.rescue.id,
            record.environmentId,
            record.repair?.holds ??
              (record.layer === undefined ? `${record.solution} ${record.version}` : `change by hand on ${record.layer.name}`),
            String(record.rescue.items.reduce((sum, item) => sum + item.rows, 0)),
            record.removedAt === undefined ? timeText(record.rescue.keepUntil) : 'deleted',
          ]),
          whenEmpty: 'Nothing was rescued yet: an attempt saves rows and values before it destroys them.',
        },
        paint,
      ),
    )
  },
}
