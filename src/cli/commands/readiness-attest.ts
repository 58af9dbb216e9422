import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { timeText } from '../render/words.ts'

export const readinessAttest: CommandSpec = {
  path: ['readiness', 'attest'],
  summary: 'say that an item of the readiness checklist holds',
  details:
    'For what no scan can show. The newest word on an item holds, until its date, and only while whoever said it stands in the configuration. Where what Drover read shows the opposite, a word does not count.',
  arguments: [{ name: 'item', description: 'for example RDY-17' }],
  options: [
    { flags: '--text <text>', description: 'how it is done, so that another can check it', isRequired: true },
    { flags: '--evidence <address>', description: 'where it can be looked up' },
    { flags: '--days <n>', description: 'for how many days it holds; default: as long as policy lets it' },
  ],
  examples: [
    {
      command: 'drover readiness attest RDY-17 --text "Assessed in March, asked for by form 12" --evidence https://wiki.example/connectors',
      what: 'write it down for as long as policy lets it',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const [evidence, days] = [context.option('evidence'), context.numberOption('days')]
    const answer = await client.attestReadiness({
      item: context.argument(0),
      text: context.requiredOption('text'),
      ...(evidence === undefined ? {} : { evidence }),
      ...(days === undefined ? {} : { days }),
    })
    if (!answer.ok) return refused(answer)
    return done(answer.value, () => `Written down for ${answer.value.item}; it holds until ${timeText(answer.value.holdsUntil)}.\n`)
  },
}
