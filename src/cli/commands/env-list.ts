import type { BoardReply } from '#contract'
import { signalText } from '#domain/drift'
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
    const board = await client.loadBoard()
    if (!board.ok) return refused(board)
    const stages = board.value.pipelines.flatMap(({ stagesWithState }) => stagesWithState)
    return done(answer.value, (paint) =>
      table(
        {
          headings: ['ENVIRONMENT', 'NAME', 'PURPOSE', 'CARE', 'LAYERS', 'OWNER', 'DEPLOYED', 'ADDRESS'],
          rows: answer.value.environments.map((one) => [
            one.id,
            one.name,
            one.purpose,
            one.careClass,
            one.layerPolicy?.kind ?? 'register',
            one.owner,
            deployedText(stages, one.id),
            one.url,
          ]),
          whenEmpty: 'No environments are configured. Declare them in drover.yaml and run: drover config apply',
        },
        paint,
      ),
    )
  },
}

type StageReply = BoardReply['pipelines'][number]['stagesWithState'][number]

/** What Drover deployed there, with how many changes nobody has said anything about, and what the place is held for. */
function deployedText(stages: readonly StageReply[], environmentId: string): string {
  const there = stages.filter((stage) => stage.environment.id === environmentId)
  const deployed = there.flatMap(({ deployments }) => deployments).map((deployment) => `${deployment.solution} ${signalText(deployment)}`)
  const held = there.flatMap(({ holds }) => holds).map(({ solution }) => `held for ${solution}`)
  return [...new Set([...deployed, ...held])].join(', ') || '–'
}
