import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { readinessText } from '../render/readiness.ts'

export const readiness: CommandSpec = {
  path: ['readiness'],
  summary: 'show how ready the tenant is for governed releases, and what to do next',
  details:
    'Each of the 21 items is proved by what Drover has read, attested by a person, or missing. What is proved counts double. Nothing is asked of any environment: what was observed longer ago than policy lets it proves nothing.',
  options: [{ flags: '--all', description: 'with the reasons of what is proved and attested too' }],
  examples: [
    { command: 'drover readiness', what: 'show the items and what to do next' },
    { command: 'drover readiness --json', what: 'all of it, for a report' },
  ],
  exits: [],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.loadReadiness()
    if (!answer.ok) return refused(answer)
    const isWhole = context.flag('all')
    return done(answer.value, (paint) => readinessText(answer.value, { paint, isWhole }))
  },
}
