import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { protectionText } from '../render/protection.ts'
import { table } from '../render/table.ts'

export const envShow: CommandSpec = {
  path: ['env', 'show'],
  summary: 'show what an environment has installed, and who and what may change it, read now',
  details:
    'Signs in to the environment and reads its solutions, whether unmanaged changes are blocked, what its layer policy wants, and who holds roles that can change it; imports that were not of Drover come from the last observation. Nothing is changed.',
  arguments: [{ name: 'environment', description: 'id of the environment' }],
  examples: [{ command: 'drover env show prod', what: 'list the solutions in prod' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.inspectEnvironment({ environmentId: toId(context.argument(0)) })
    if (!answer.ok) return refused(answer)
    const protection = await client.loadProtection({ environmentId: toId(context.argument(0)) })
    if (!protection.ok) return refused(protection)
    const { environment, solutions } = answer.value
    const data = { ...answer.value, protection: protection.value }
    return done(data, (paint) => {
      const head = `${paint.bold(environment.name)}  ${environment.purpose}, ${environment.careClass}, owner ${environment.owner}\n${environment.url}\n\n`
      return (
        head +
        protectionText(protection.value, paint) +
        '\n' +
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
