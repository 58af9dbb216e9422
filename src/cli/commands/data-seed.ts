import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { readTextFile } from '../files.ts'
import { refused } from '../outcome.ts'
import { followData, tablesOption } from '../wait-for-data.ts'

export const dataSeed: CommandSpec = {
  path: ['data', 'seed'],
  summary: 'fill an environment with masked or made-up rows',
  details:
    'Copies rows from another environment and masks them while they are read, or makes rows up; a raw row never reaches the target. What no rule names goes by the default of its kind: whatever can hold something about somebody is masked or left out; ids, lookups, choices, states and yes/no are kept. The same value becomes the same fake everywhere, so people stay themselves across tables; alternate keys stay unique. The target must be cattle. From a pet it waits for the word of somebody else who answers for its data (`drover data approve`). Rows keep their ids; those that are there stay as they are. Files and images are not copied. Plug-ins, and flows that are on, run as rows are written. At the end the target is looked through as `drover data scan` does.',
  arguments: [{ name: 'environment', description: 'id of the environment to fill' }],
  options: [
    { flags: '--rules <file>', description: 'masking rules; `drover data rules` proposes some', isRequired: true },
    { flags: '--from <environment>', description: 'where rows are from' },
    { flags: '--synthetic <number>', description: 'make up so many rows of each table instead' },
    { flags: '--tables <tables>', description: 'only these, by logical names with commas between them (default: all that the rules name)' },
    { flags: '--rows <number>', description: 'at most so many of each table (default: all)' },
    { flags: '--seed <text>', description: 'another one gives other fakes', default: '42' },
    { flags: '--wait', description: 'wait until it has ended' },
    { flags: '--timeout <seconds>', description: 'how long to wait', default: '3600' },
  ],
  examples: [
    { command: 'drover data seed test --rules masking.yaml --from dev --wait', what: 'copy from dev, masked, and say what was written' },
    {
      command: 'drover data seed test --rules masking.yaml --from prod --rows 1000',
      what: 'ask for a thousand rows of each table of prod',
    },
    { command: 'drover data seed dev --rules masking.yaml --synthetic 200', what: 'make rows up' },
  ],
  exits: ['refused', 'notFound', 'undecided', 'attention'],
  exitMeanings: {
    undecided: 'not finished in time, or some rows were refused',
    attention: 'something arrived that should not have; the places are listed',
  },
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const sourceId = context.option('from')
    const rows = context.numberOption('rows')
    const synthetic = context.numberOption('synthetic')
    const answer = await client.seedData({
      environmentId: toId<EnvironmentId>(context.argument(0)),
      rules: await readTextFile(context.requiredOption('rules')),
      seed: context.option('seed') ?? '42',
      ...tablesOption(context),
      ...(sourceId === undefined ? {} : { sourceId: toId<EnvironmentId>(sourceId) }),
      ...(rows === undefined ? {} : { rows }),
      ...(synthetic === undefined ? {} : { synthetic }),
    })
    return answer.ok ? followData(context, client, answer.value) : refused(answer)
  },
}
