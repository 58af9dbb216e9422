import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { biographyText } from '../render/biography.ts'
import { protectionText } from '../render/protection.ts'
import { table } from '../render/table.ts'

export const envShow: CommandSpec = {
  path: ['env', 'show'],
  summary: 'show an environment: what it has installed, who and what may change it, and what happened to it',
  details:
    'Signs in to the environment and reads its solutions, whether unmanaged changes are blocked, what its layer policy wants, and who holds roles that can change it; imports that were not of Drover come from the last observation. Its biography, newest first, tells releases and who approved them, tweaks, incidents, restore points with their expiry, rehearsals, restores, repairs, holds and changes of its protection. Nothing is changed.',
  options: [{ flags: '--limit <number>', description: 'how much of its biography', default: '20' }],
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
    const limit = context.numberOption('limit') ?? 20
    const biography = await client.loadBiography({ environmentId: toId(context.argument(0)), limit })
    if (!biography.ok) return refused(biography)
    const { environment, solutions } = answer.value
    const { entries, next } = biography.value
    const data = { ...answer.value, protection: protection.value, biography: { entries, ...(next === undefined ? {} : { next }) } }
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
        ) +
        `\n${paint.bold('What happened to it')}\n${biographyText(entries, paint)}${next === undefined ? '' : '  There is more; --limit shows it.\n'}`
      )
    })
  },
}
