import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { table } from '../render/table.ts'
import { stateText, timeText } from '../render/words.ts'

export const dataList: CommandSpec = {
  path: ['data', 'list'],
  summary: 'what was filled with data and looked through, newest first',
  details: 'Lists fillings and looks with who asked, what was found, and what waits for the word of a data owner.',
  options: [{ flags: '--env <environment>', description: 'only of this environment' }],
  examples: [{ command: 'drover data list --env test', what: 'where the rows of test are from' }],
  exits: ['refused'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const environment = context.option('env')
    const answer = await client.listData(environment === undefined ? {} : { environment })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) =>
      table(
        {
          headings: ['ID', 'WHAT', 'ENVIRONMENT', 'SOURCE', 'STATE', 'FOUND', 'BY', 'AT'],
          rows: answer.value.data.map(({ request, status, scan, requestedBy, requestedAt }) => [
            request.id,
            request.kind,
            request.environmentId,
            request.sourceId ?? (request.synthetic === undefined ? '' : 'made up'),
            stateText(status.state, paint),
            scan === undefined ? '' : String(scan.found),
            requestedBy,
            timeText(requestedAt),
          ]),
          whenEmpty: 'Nothing was filled or looked through yet.',
        },
        paint,
      ),
    )
  },
}
