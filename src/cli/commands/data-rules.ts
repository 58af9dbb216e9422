import type { CommandSpec } from '../command.ts'
import { doneWithFile, refused } from '../outcome.ts'

export const dataRules: CommandSpec = {
  path: ['data', 'rules'],
  summary: 'propose masking rules',
  details:
    'Prints a masking.yaml with a rule for each column that would not be kept: of the tables of a solution in its source environment, or of the custom and usual tables of an environment. Look through it, and write keep where a column says nothing about anybody. With --schema it prints the JSON Schema of the file instead, by which editors complete and check it.',
  options: [
    { flags: '--for <subject>', description: 'id of an environment, or unique name of a solution' },
    { flags: '--locale <language>', description: 'language of fakes, for example en, de or fr_CH', default: 'en' },
    { flags: '--schema', description: 'print the JSON Schema of the file' },
  ],
  examples: [
    { command: 'drover data rules --for test > masking.yaml', what: 'begin with what test consists of' },
    { command: 'drover data rules --schema > masking.schema.json', what: 'save the schema for an editor' },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    if (context.flag('schema')) {
      const { maskingJsonSchema } = await import('#contract')
      const schema = maskingJsonSchema()
      return doneWithFile(schema, `${JSON.stringify(schema, null, 2)}\n`)
    }
    const subject = context.requiredOption('for')
    const client = await context.client()
    const answer = await client.proposeDataRules({ subject, locale: context.option('locale') ?? 'en' })
    return answer.ok ? doneWithFile(answer.value, answer.value.yaml) : refused(answer)
  },
}
