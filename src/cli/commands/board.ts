import type { BoardReply, WaitingReply } from '#contract'
import { signalText } from '#domain/drift'
import { gateName } from '#domain/pipeline'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { owedHotfixesText } from '../render/hotfix.ts'
import { owedLines } from '../render/owed.ts'
import { tellWatch } from '#domain/promotion'
import type { Paint } from '../render/paint.ts'
import { table } from '../render/table.ts'
import { durationText, shortDigest, stateText, timeText } from '../render/words.ts'

export const board: CommandSpec = {
  path: ['board'],
  summary: 'show what is deployed where, and what is on its way',
  details:
    'Shows each pipeline with its stages: the version that is deployed, who approved it, and promotions that wait or run; trains that are not all in; and what waits for a word of yours.',
  examples: [{ command: 'drover board', what: 'show all pipelines' }],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const [answer, waiting] = [await client.loadBoard(), await client.listWaiting()]
    if (!answer.ok) return refused(answer)
    if (!waiting.ok) return refused(waiting)
    const data = { ...answer.value, waiting: waiting.value }
    return done(data, (paint) => `${boardText(answer.value, paint)}${forYouText(waiting.value, paint)}`)
  },
}

function boardText(view: BoardReply, paint: Paint): string {
  if (view.pipelines.length === 0) return 'No pipelines are configured. Declare them in drover.yaml and run: drover config apply\n'
  const pipelines = view.pipelines
    .map(
      (pipeline) =>
        `${paint.bold(pipeline.name)}  (from ${pipeline.source})\n${deploymentsText(pipeline, paint)}${heldText(pipeline, paint)}${watchedText(pipeline, paint)}${waitingText(pipeline, paint)}`,
    )
    .join('\n')
  return `${pipelines}${trainsText(view, paint)}${owedHotfixesText(view.hotfixes, paint)}${owedLines(view.owed, paint)}`
}

type PipelineReply = BoardReply['pipelines'][number]

function deploymentsText(pipeline: PipelineReply, paint: Paint): string {
  const rows = pipeline.stagesWithState.flatMap((stage) =>
    stage.deployments.map((deployment) => [
      stage.stageId,
      deployment.solution,
      signalText(deployment),
      shortDigest(deployment.digest),
      deployment.commit.slice(0, 8),
      [...new Set(deployment.approvals.map(({ by }) => by))].join(', ') || '–',
      timeText(deployment.deployedAt),
      durationText(deployment.durationMs),
    ]),
  )
  return table(
    {
      headings: ['STAGE', 'SOLUTION', 'VERSION', 'DIGEST', 'COMMIT', 'APPROVED BY', 'DEPLOYED', 'TOOK'],
      rows,
      whenEmpty: '  Nothing is deployed yet.',
    },
    paint,
  )
}

function heldText(pipeline: PipelineReply, paint: Paint): string {
  return pipeline.stagesWithState
    .flatMap(({ stageId, holds }) => holds.map((hold) => ({ stageId, ...hold })))
    .map(
      ({ stageId, solution, since, promotionId }) =>
        `  ${paint.red('held')}  ${solution} in ${stageId} since ${timeText(since)}, because of ${promotionId}\n`,
    )
    .join('')
}

/** Pets that are watched after what went into them, and those of which nobody said in time how that went. */
function watchedText(pipeline: PipelineReply, paint: Paint): string {
  return pipeline.stagesWithState
    .flatMap(({ stageId, deployments }) => deployments.map((deployment) => ({ stageId, ...deployment })))
    .flatMap(({ stageId, solution, version, promotionId, watch }) => {
      const told = watch === undefined ? undefined : tellWatch(watch)
      if (told === undefined) return []
      return [
        `  ${told.isOverdue ? paint.red('overdue') : paint.yellow('watched')}  ${solution} ${version} in ${stageId}: ${told.text}; drover promotion validate ${promotionId}\n`,
      ]
    })
    .join('')
}

function waitingText(pipeline: PipelineReply, paint: Paint): string {
  const open = pipeline.stagesWithState.flatMap((stage) =>
    stage.promotions.filter((promotion) => ['pending', 'running', 'migrating', 'errored', 'indeterminate'].includes(promotion.state)),
  )
  return open
    .map(
      (promotion) =>
        `  ${stateText(promotion.state, paint)}  ${promotion.solution} ${promotion.version} → ${promotion.stageId}  ${promotion.promotionId}, asked by ${promotion.requestedBy}${promotion.escalated === undefined ? '' : paint.yellow(`, undecided for too long: ${promotion.escalated}`)}\n`,
    )
    .join('')
}

function trainsText({ trains }: BoardReply, paint: Paint): string {
  const lines = trains.map(
    ({ trainId, name, environmentId, members }) =>
      `  ${paint.yellow('train')}  ${name} → ${environmentId}: ${members.map(({ solution, version }) => `${solution} ${version}`).join(' → ')}; drover train show ${trainId}\n`,
  )
  return lines.join('')
}

function forYouText({ promotions, trains, waivers, words }: WaitingReply, paint: Paint): string {
  const lines = [
    ...promotions.map(({ promotionId, solution, version, stageId, asks, gates }) => {
      const where = gates.length === 0 ? '' : ` at ${gates.map(gateName).join(', ')}`
      return `  ${solution} ${version} → ${stageId}: ${asks.join(', ')}${where}; drover promotion show ${promotionId}\n`
    }),
    ...trains.map(
      ({ trainId, name, gates }) => `  train ${name}: decide at ${gates.map(gateName).join(', ')}; drover train show ${trainId}\n`,
    ),
    ...waivers.map(({ waiverId, solution }) => `  waiver for ${solution}: decide; drover waiver show ${waiverId}\n`),
    ...words.map(({ what, command }) => `  ${what} ${command}\n`),
  ]
  return lines.length === 0 ? '' : `\n${paint.bold('Waits for you')}\n${lines.join('')}`
}
