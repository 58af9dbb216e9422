import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { restorePointsText } from '../render/biography.ts'

export const envRestorePoints: CommandSpec = {
  path: ['env', 'restore-points'],
  summary: 'list the restore points of an environment, and which are of Drover',
  details:
    'Asks the administration of the tenant, which the environment names by administrationUrl and platformApiUrl. Backups that the platform makes by itself are not listed by it. Those that Drover recorded and that the platform no longer has are listed too, and marked.',
  arguments: [{ name: 'environment', description: 'id of the environment' }],
  examples: [{ command: 'drover env restore-points prod', what: 'what prod could be rewound to' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.listRestorePoints({ environmentId: toId<EnvironmentId>(context.argument(0)) })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => restorePointsText(answer.value, paint))
  },
}
