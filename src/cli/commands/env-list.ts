import type { BoardReply, CattleReply } from '#contract'
import { signalText } from '#domain/drift'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { cattleNote } from '../render/cattle.ts'
import { table } from '../render/table.ts'

export const envList: CommandSpec = {
  path: ['env', 'list'],
  summary: 'list the environments',
  details:
    'Lists the environments of the configuration in force, with purpose, care class (pet: protected; cattle: disposable), layer policy (what may be unmanaged there), owner, and of disposable ones when they end and whether they are to be rebuilt.',
  examples: [{ command: 'drover env list', what: 'list them' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.listEnvironments()
    if (!answer.ok) return refused(answer)
    const board = await client.loadBoard()
    if (!board.ok) return refused(board)
    const life = await client.listCattle()
    if (!life.ok) return refused(life)
    const { cattle } = life.value
    const stages = board.value.pipelines.flatMap(({ stagesWithState }) => stagesWithState)
    return done({ ...answer.value, cattle }, (paint) =>
      table(
        {
          headings: ['ENVIRONMENT', 'NAME', 'PURPOSE', 'CARE', 'LAYERS', 'OWNER', 'DEPLOYED', 'END AND REBUILD', 'ADDRESS'],
          rows: answer.value.environments.map((one) => [
            one.id,
            one.name,
            one.purpose,
            one.careClass,
            one.layerPolicy?.kind ?? 'register',
            one.owner,
            deployedText(stages, one.id),
            noteOf(cattle, one.id),
            one.url,
          ]),
          whenEmpty: 'No environments are configured. Declare them in drover.yaml and run: drover config apply',
        },
        paint,
      ),
    )
  },
}

/** When it ends, and whether it is to be rebuilt (PET-03); pets have neither. */
function noteOf(cattle: readonly CattleReply[], environmentId: string): string {
  const life = cattle.find((one) => one.environmentId === environmentId)
  return (life && cattleNote(life)) || '–'
}

type StageReply = BoardReply['pipelines'][number]['stagesWithState'][number]

/** What Drover deployed there, with how many changes nobody has said anything about, and what the place is held for. */
function deployedText(stages: readonly StageReply[], environmentId: string): string {
  const there = stages.filter((stage) => stage.environment.id === environmentId)
  const deployed = there.flatMap(({ deployments }) => deployments).map((deployment) => `${deployment.solution} ${signalText(deployment)}`)
  const held = there.flatMap(({ holds }) => holds).map(({ solution }) => `held for ${solution}`)
  return [...new Set([...deployed, ...held])].join(', ') || '–'
}
