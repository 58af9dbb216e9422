import type { StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { emergencyOf, emergencyOptions } from '../emergency-option.ts'
import { done, refused } from '../outcome.ts'
import { trainViewText } from '../render/train.ts'

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
  ],
  examples: [
    {
      command: 'drover train request r-01JD3F r-01JD3K r-01JD3M --to prod --name "Autumn"',
      what: 'ask for three releases to go into Prod',
    },
  ],
  exits: ['refused', 'notFound'],
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
    return answer.ok ? done(answer.value, (paint) => trainViewText(answer.value, paint)) : refused(answer)
  },
}
