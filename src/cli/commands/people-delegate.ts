import { peopleGates, roles } from '#contract'
import type { Instant, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { personText } from '../render/people.ts'

export const peopleDelegate: CommandSpec = {
  path: ['people', 'delegate'],
  summary: 'name who takes your place at gates while you are away',
  details:
    'The deputy has a role that fits the gate themselves, and what they decide is recorded as decided for you. Neither of you may then decide what is kept apart from it. A platform-admin may name a deputy for somebody who cannot, with --for; a second one confirms it with `people confirm`. Give times as 2026-12-24 or 2026-12-24T18:00:00Z.',
  options: [
    { flags: '--to <person>', description: 'who takes the place', isRequired: true },
    { flags: '--until <time>', description: 'when it ends', isRequired: true },
    { flags: '--reason <text>', description: 'why', isRequired: true },
    { flags: '--from <time>', description: 'when it begins (default: now)' },
    { flags: '--gate <gate>', description: 'only at this gate (default: at every one that names you)', choices: peopleGates },
    { flags: '--role <role>', description: 'only at gates that ask for this role', choices: roles },
    { flags: '--for <person>', description: 'for somebody else, who is away; for platform-admins' },
  ],
  examples: [
    { command: 'drover people delegate --to ben --until 2026-12-24 --reason "Holiday"', what: 'have Ben decide in your place until then' },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const me = await client.loadMe()
    if (!me.ok) return refused(me)
    const gate = peopleGates.find((one) => one === context.option('gate'))
    const role = roles.find((one) => one === context.option('role'))
    const from = context.option('from')
    const absent = context.option('for')
    const answer = await client.nameDeputy({
      personId: absent === undefined ? me.value.id : toId<PersonId>(absent),
      deputy: toId<PersonId>(context.requiredOption('to')),
      ...(gate === undefined ? {} : { gates: [gate] }),
      ...(role === undefined ? {} : { roles: [role] }),
      ...(from === undefined ? {} : { from: timeOf(from) }),
      until: timeOf(context.requiredOption('until')),
      reason: context.requiredOption('reason'),
    })
    return answer.ok ? done(answer.value, (paint) => personText(answer.value, paint)) : refused(answer)
  },
}

/** A day is meant from its begin, by UTC; what is no time is left for the server to refuse. */
function timeOf(text: string): Instant {
  return toId<Instant>(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text)
}
