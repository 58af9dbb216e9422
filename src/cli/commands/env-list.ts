import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { table } from '../render/table.ts'

export const envList: CommandSpec = {
  path: ['env', 'list'],
  summary: 'list the environments',
  details:
    'Lists the environments of the configuration in force, with purpose, care class (pet: protected; cattle: disposable), layer policy (what may be unmanaged there) and owner.',
  examples: [{ command: 'drover env list', what: 'list them' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.listEnvironments()
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) =>
      table(
        {
          headings: ['ENVIRONMENT', 'NAME', 'PURPOSE', 'CARE', 'LAYERS', 'OWNER', 'ADDRESS'],
          rows: answer.value.environments.map((one) => [
            one.id,
            one.name,
            one.purpose,
            one.careClass,
            one.layerPolicy?.kind ?? 'register',
            one.owner,
            one.url,
          ]),
          whenEmpty: 'No environments are configured. Declare them in drover.yaml and run: drover config apply',
        },
        paint,
      ),
    )
  },
}
