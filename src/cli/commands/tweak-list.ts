import type { DriftReply } from '#contract'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { tweaksText } from '../render/drift.ts'

export const tweakList: CommandSpec = {
  path: ['tweak', 'list'],
  summary: 'list the registered production-only changes, and change requests that wait',
  details:
    'Lists tweaks that are in force: what, whose solution, who answers for it, until when, and what shall become of it (PET-08). Then the change requests by which owners are asked to take such changes into the source: who has to act, and where.',
  options: [{ flags: '--env <environment>', description: 'only of this environment' }],
  examples: [{ command: 'drover tweak list --env prod', what: 'list those of prod' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const listed = await client.listEnvironments()
    if (!listed.ok) return refused(listed)
    const wanted = context.option('env')
    const ids = wanted === undefined ? listed.value.environments.map(({ id }) => id) : [toId<EnvironmentId>(wanted)]
    const views: DriftReply[] = []
    for (const environmentId of ids) {
      const answer = await client.loadDrift({ environmentId })
      if (!answer.ok) return refused(answer)
      views.push(answer.value)
    }
    const tweaks = views.flatMap(({ environment, record }) =>
      record.tweaks.filter(({ endedAt }) => endedAt === undefined).map((tweak) => ({ environmentId: environment.id, ...tweak })),
    )
    const changeRequests = views.flatMap(({ environment, record }) =>
      (record.changeRequests ?? [])
        .filter(({ ended }) => ended === undefined)
        .map((request) => ({ environmentId: environment.id, ...request })),
    )
    return done({ tweaks, changeRequests }, (paint) => tweaksText(views, paint))
  },
}
