import type { Client, TrainViewReply } from '#contract'
import type { StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import { emergencyOf, emergencyOptions } from '../emergency-option.ts'
import { done, type Outcome, refused } from '../outcome.ts'
import { trainViewText } from '../render/train.ts'
import { required } from '../required.ts'
import { waitUntil } from '../wait.ts'
import { endCode, isFinished, progressLines } from './promotion-request.ts'

export const trainRequest: CommandSpec = {
  path: ['train', 'request'],
  summary: 'ask for several releases to go into one environment together',
  details:
    'Orders the releases as they need each other (where nothing is needed, as they are named), plans each against the target as it will be after those before it, and asks for all of them at once: what would be refused of one refuses the train. The highest tier among the solutions rules for all. People decide once a gate on the whole of it; it leaves when all is decided, and stops at the first release that goes wrong.',
  arguments: [{ name: 'releases', description: 'ids of the releases, one of each solution', isVariadic: true }],
  options: [
    { flags: '--to <stage>', description: 'id of the stage', isRequired: true },
    { flags: '--name <text>', description: 'what people call it' },
    ...emergencyOptions,
    { flags: '--wait', description: 'wait until all of it arrived or will not' },
    { flags: '--timeout <seconds>', description: 'how long to wait', default: '1800' },
  ],
  examples: [
    {
      command: 'drover train request r-01JD3F r-01JD3K r-01JD3M --to prod --name "Autumn"',
      what: 'ask for three releases to go into Prod',
    },
    { command: 'drover train request r-01JD3F r-01JD3K --to test --wait', what: 'bring two releases into Test and wait for the end' },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const name = context.option('name')
    const answer = await client.requestTrain({
      releaseIds: context.rest(0).map((id) => toId(id)),
      stageId: toId<StageId>(context.requiredOption('to')),
      ...(name === undefined ? {} : { name }),
      ...emergencyOf(context),
    })
    if (!answer.ok) return refused(answer)
    if (!context.flag('wait')) return done(answer.value, (paint) => trainViewText(answer.value, paint))
    return waitForTrain(context, client, answer.value.train.trainId)
  },
}

async function waitForTrain(context: CommandContext, client: Client, trainId: string): Promise<Outcome> {
  const seen = new Set<string>()
  const view = await waitUntil({
    load: async () => required(await client.loadTrain({ trainId })),
    isFinished: isOver,
    onLook: ({ promotions }) => {
      for (const one of promotions)
        for (const line of progressLines(one)) {
          const told = `${one.promotion.request.solution} ${line.trim()}`
          if (!seen.has(told)) context.progress(told)
          seen.add(told)
        }
    },
    timeoutSeconds: context.numberOption('timeout') ?? 1800,
    signal: context.deps.signal,
    what: `Train ${trainId}`,
  })
  return done(view, (paint) => trainViewText(view, paint), endOfTrain(view))
}

/** It is over, or stands still until somebody acts. */
function isOver({ train, promotions }: TrainViewReply): boolean {
  return train.endedAt !== undefined || promotions.some((one) => one.promotion.status.state !== 'succeeded' && isFinished(one))
}

/** As the first of it ended that did not arrive. */
function endOfTrain({ train, promotions }: TrainViewReply): number {
  if (train.state === 'arrived') return 0
  const short = promotions.find(({ promotion }) => promotion.status.state !== 'succeeded')
  return short === undefined ? 3 : endCode(short)
}
