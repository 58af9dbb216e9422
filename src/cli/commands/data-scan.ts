import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { readTextFile } from '../files.ts'
import { refused } from '../outcome.ts'
import { followData, tablesOption } from '../wait-for-data.ts'

export const dataScan: CommandSpec = {
  path: ['data', 'scan'],
  summary: 'look whether an environment holds values that masking should have kept away',
  details:
    'Reads the values that the rules protect from another environment, keeps keyed hashes of them for the time of the look, and searches texts, JSON and readable files of the environment for them: whole, among other words, in other case, accents and spacing, and encoded. Besides, forms that no rule put there: addresses of e-mail outside of domains for examples, bank accounts, telephones. Findings name table, column, row and rule, never the value. Packed and encrypted files cannot be looked into; single common words and short numbers are not sought, since they would be found anywhere. Where the values of a pet are read for it, it waits for the word of another person who answers for its data, as copying does.',
  arguments: [{ name: 'environment', description: 'id of the environment to look through' }],
  options: [
    { flags: '--rules <file>', description: 'masking rules', isRequired: true },
    { flags: '--against <environment>', description: 'whose values are sought (default: only forms are)' },
    { flags: '--tables <tables>', description: 'only these, by logical names with commas between them (default: all that the rules name)' },
    { flags: '--wait', description: 'wait until it has ended' },
    { flags: '--timeout <seconds>', description: 'how long to wait', default: '3600' },
  ],
  examples: [
    { command: 'drover data scan test --rules masking.yaml --against prod --wait', what: 'show that nothing protected of prod is in test' },
  ],
  exits: ['refused', 'notFound', 'undecided', 'attention'],
  exitMeanings: { undecided: 'not finished in time', attention: 'something was found; the places are listed' },
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const sourceId = context.option('against')
    const answer = await client.scanData({
      environmentId: toId<EnvironmentId>(context.argument(0)),
      rules: await readTextFile(context.requiredOption('rules')),
      ...tablesOption(context),
      ...(sourceId === undefined ? {} : { sourceId: toId<EnvironmentId>(sourceId) }),
    })
    return answer.ok ? followData(context, client, answer.value) : refused(answer)
  },
}
