import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { waitForRelease } from './release-create.ts'

export const hotfixRelease: CommandSpec = {
  path: ['hotfix', 'release'],
  summary: 'prepare a release of a hotfix',
  details:
    'As any release is prepared, from the Dev of the hotfix and under the next version that was reserved for it. Then ask for its stages: `drover promotion request <release> --to hotfix-test`, and after that the stage of production. There it goes past the gates that policy names, such as the review window; sign-offs among them are owed afterwards.',
  arguments: [{ name: 'hotfix', description: 'id of the hotfix' }],
  options: [
    { flags: '--wait', description: 'wait until the release is sealed or refused' },
    { flags: '--timeout <seconds>', description: 'how long to wait', default: '1800' },
  ],
  examples: [{ command: 'drover hotfix release h-01JD3F --wait', what: 'prepare a release and show each step' }],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const started = await client.releaseHotfix({ hotfixId: context.argument(0) })
    if (!started.ok) return refused(started)
    const { releaseId } = started.value
    if (context.flag('wait')) return waitForRelease(context, client, releaseId)
    return done(started.value, () => `Release ${releaseId} is being prepared. Follow it with: drover release show ${releaseId}\n`)
  },
}
