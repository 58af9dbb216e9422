import type { CommandSpec } from '../command.ts'
import { doneWithFile } from '../outcome.ts'

export const configSchema: CommandSpec = {
  path: ['config', 'schema'],
  summary: 'print the JSON Schema of drover.yaml',
  details: 'Prints the JSON Schema (2020-12) of drover.yaml. Editors with a YAML language server complete and check the file by it.',
  examples: [
    {
      command: 'drover config schema > drover.schema.json',
      what: 'save it; then begin drover.yaml with: # yaml-language-server: $schema=./drover.schema.json',
    },
  ],
  exits: [],
  needs: 'nothing',
  run: async () => {
    const { configurationJsonSchema } = await import('#contract')
    const schema = configurationJsonSchema()
    return doneWithFile(schema, `${JSON.stringify(schema, null, 2)}\n`)
  },
}
