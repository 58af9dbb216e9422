import type { CommandSpec } from '../command.ts'
import { doneWithFile, refused } from '../outcome.ts'
import { timeText } from '../render/words.ts'

export const configShow: CommandSpec = {
  path: ['config', 'show'],
  summary: 'show the configuration in force',
  details: 'Prints the configuration in force as a drover.yaml that could be applied again, with its defaults written out.',
  examples: [{ command: 'drover config show > drover.yaml', what: 'save what is in force to a file' }],
  exits: ['notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadConfiguration()
    if (!answer.ok) return refused(answer)
    const { stringify } = await import('yaml')
    const { version, appliedBy, appliedAt, configuration } = answer.value
    return doneWithFile(answer.value, `# version ${version}, applied by ${appliedBy}, ${timeText(appliedAt)}\n${stringify(configuration)}`)
  },
}
