import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { table } from '../render/table.ts'

export const envShow: CommandSpec = {
  path: ['env', 'show'],
  summary: 'show what an environment has installed, read now',
  details: 'Signs in to the environment and reads its solutions at this moment; nothing is changed.',
  arguments: [{ name: 'environment', description: 'id of the environment' }],
  examples: [{ command: 'drover env show prod', what: 'list the solutions in prod' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.inspectEnvironment({ environmentId: toId(context.argument(0)) })
    if (!answer.ok) return refused(answer)
    const { environment, solutions } = answer.value
    return done(answer.value, (paint) => {
      const head = `${paint.bold(environment.name)}  ${environment.purpose}, ${environment.careClass}, owner ${environment.owner}\n${environment.url}\n\n`
      return (
        head +
        table(
          {
            headings: ['SOLUTION', 'VERSION', 'KIND', 'PUBLISHER'],
            rows: solutions.map((solution) => [
              solution.uniqueName,
              solution.version,
              solution.isManaged ? 'managed' : 'unmanaged',
              solution.publisherPrefix ?? '–',
            ]),
            whenEmpty: 'No solutions are installed.',
          },
          paint,
        )
      )
    })
  },
}
