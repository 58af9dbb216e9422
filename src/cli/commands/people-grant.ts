import { roles } from '#contract'
import type { EnvironmentId, Instant, PersonId, PipelineId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { personText } from '../render/people.ts'

export const peopleGrant: CommandSpec = {
  path: ['people', 'grant'],
  summary: 'ask for a role that somebody has until an end, and that then ends by itself',
  details:
    'For yourself, or as a platform-admin for others. It gives nothing before a platform-admin who neither asked nor would have it confirms it with `people confirm`, and nothing from its end on; `people return` ends it earlier. A gate is decided by whoever it names besides. For how long at most is a number of the policy. Give the end as 2026-12-24T18:00:00Z, or with --for.',
  arguments: [
    { name: 'person', description: 'id of the person' },
    { name: 'role', description: `one of ${roles.join(', ')}` },
  ],
  options: [
    { flags: '--reason <text>', description: 'why they need it', isRequired: true },
    { flags: '--until <time>', description: 'when it ends' },
    { flags: '--for <hours>', description: 'instead: after how many hours from now' },
    { flags: '--environment <id>', description: 'only for this environment' },
    { flags: '--pipeline <id>', description: 'only for this pipeline' },
    { flags: '--solution <name>', description: 'only for this solution' },
  ],
  examples: [
    {
      command: 'drover people grant ben release-manager --for 4 --reason "Remy is ill"',
      what: 'have Ben be one for four hours, once confirmed',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const role = roles.find((one) => one === context.argument(1))
    if (role === undefined)
      throw new DroverError('cli.usage', `There is no role "${context.argument(1)}".`, { hint: `Name one of ${roles.join(', ')}.` })
    const [environment, pipeline, solution] = [context.option('environment'), context.option('pipeline'), context.option('solution')]
    const client = await context.client()
    const answer = await client.askForGrant({
      personId: toId<PersonId>(context.argument(0)),
      role,
      until: endOf(context),
      reason: context.requiredOption('reason'),
      ...(environment === undefined ? {} : { environment: toId<EnvironmentId>(environment) }),
      ...(pipeline === undefined ? {} : { pipeline: toId<PipelineId>(pipeline) }),
      ...(solution === undefined ? {} : { solution }),
    })
    return answer.ok ? done(answer.value, (paint) => personText(answer.value, paint)) : refused(answer)
  },
}

function endOf(context: CommandContext): Instant {
  const [until, hours] = [context.option('until'), context.option('for')]
  if ((until === undefined) === (hours === undefined))
    throw new DroverError('cli.usage', 'A role is granted until an end.', { hint: 'Give either --until <time> or --for <hours>.' })
  if (until !== undefined) return toId<Instant>(until)
  const ms = Number(hours) * 3_600_000
  if (!(ms > 0 && ms < 8.64e12)) throw new DroverError('cli.usage', `"${hours}" is no number of hours.`, { hint: 'Give one as 4 or 0.5.' })
  return toId<Instant>(new Date(Date.now() + ms).toISOString())
}
