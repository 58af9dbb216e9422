import type { EnvironmentId, PersonId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { driftText } from '../render/drift.ts'

const decisions = ['back-port', 'keep', 'remove'] as const

export const driftAccept: CommandSpec = {
  path: ['drift', 'accept'],
  summary: 'register a change as a tweak of this environment',
  details:
    'Says that a change by hand may stay: why, who answers for it, for how long, and what shall become of it. It holds until it expires or the component is changed again, whatever releases come meanwhile. For the owner of the solution or of the environment.',
  arguments: [
    { name: 'environment', description: 'id of the environment' },
    { name: 'deviation', description: 'id of the deviation, as `drover drift` lists it' },
  ],
  options: [
    { flags: '--reason <text>', description: 'why production needs it', isRequired: true },
    { flags: '--owner <person>', description: 'id of the person who answers for it', isRequired: true },
    { flags: '--days <count>', description: 'for how many days', isRequired: true },
    { flags: '--then <decision>', description: 'what shall become of it', choices: decisions, isRequired: true },
  ],
  examples: [
    {
      command: 'drover drift accept prod SystemForm:6f1c… --reason "Auditors need the field" --owner grace --days 90 --then back-port',
      what: 'let a changed form stay until it comes back from Dev',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const decision = decisions.find((candidate) => candidate === context.requiredOption('then'))
    if (decision === undefined) throw new DroverError('cli.usage', `--then takes one of ${decisions.join(', ')}.`)
    const answer = await client.acceptDeviation({
      environmentId: toId<EnvironmentId>(context.argument(0)),
      deviation: context.argument(1),
      reason: context.requiredOption('reason'),
      owner: toId<PersonId>(context.requiredOption('owner')),
      days: context.numberOption('days') ?? 0,
      decision,
    })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => driftText(answer.value, paint))
  },
}
