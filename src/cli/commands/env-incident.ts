import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { timeText } from '../render/words.ts'

export const envIncident: CommandSpec = {
  path: ['env', 'incident'],
  summary: 'write what happened to an environment into its biography',
  details:
    'An incident is remembered with who wrote it and when, and shows in `drover env show` and on the page of the environment. Nothing follows from it, and it cannot be taken back: what turned out otherwise is written as another one.',
  arguments: [{ name: 'environment', description: 'id of the environment' }],
  options: [{ flags: '--text <text>', description: 'what happened, in words', isRequired: true }],
  examples: [{ command: 'drover env incident prod --text "Approvals stood still from 14:00 to 15:00"', what: 'remember it' }],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const environmentId = toId<EnvironmentId>(context.argument(0))
    const answer = await client.recordIncident({ environmentId, text: context.requiredOption('text') })
    if (!answer.ok) return refused(answer)
    return done(answer.value, () => `Written into the biography of ${environmentId} at ${timeText(answer.value.at)}.\n`)
  },
}
