import type { AccessScope } from '#domain/people'
import { accessScopes } from '#domain/people'
import type { PersonId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'

export const tokenIssue: CommandSpec = {
  path: ['token', 'issue'],
  summary: 'make a token that says who you are',
  details:
    'With --person: a token of anybody, made in the workspace of a running `drover up`, for whoever can read that folder. Without it the server makes one: of yourself, or as a platform-admin of a service identity (--service), which reaches no further than the token that you ask with. It is told once, and the server keeps its hash only. What is done with it is recorded under the name of its person.',
  options: [
    { flags: '--person <id>', description: 'id of the person in drover.yaml; made in the workspace, without the server' },
    { flags: '--service <id>', description: 'id of a service identity in drover.yaml' },
    { flags: '--hours <hours>', description: 'how long it holds', default: '8' },
    { flags: '--scope <list>', description: `what it lets do: some of ${accessScopes.join(', ')} (default: all)` },
    { flags: '--environment <list>', description: 'ids of the only environments that it acts on (default: all)' },
    { flags: '--solution <list>', description: 'unique names of the only solutions that it acts on (default: all)' },
    { flags: '--label <text>', description: 'what it is for, as `drover token list` shows it' },
  ],
  examples: [
    { command: 'export DROVER_TOKEN=$(drover token issue --person ada)', what: 'act as ada in this shell' },
    { command: 'drover token issue --scope read --hours 24 --label wallboard', what: 'a token of your own that may only look' },
    {
      command: 'drover token issue --service build --scope request --solution ContosoExpenses',
      what: 'one for a build, by a platform-admin',
    },
  ],
  exits: ['refused'],
  needs: 'server',
  run: async (context) => {
    const hours = context.numberOption('hours') ?? 8
    if (hours < 1) throw new DroverError('cli.usage', '--hours takes 1 or more.', { hint: 'A token that holds for no time is of no use.' })
    const limits = readLimits(context)
    const person = context.option('person')
    if (person !== undefined) {
      const issued = await context.deps.offline.issueToken({ workspace: context.workspace, person, hours, ...limits })
      return issued.ok ? done(issued.value, () => `${issued.value.token}\n`) : refused(issued)
    }
    const service = context.option('service')
    const client = await context.client()
    const issued = await client.issueToken({
      ...(service === undefined ? {} : { personId: toId<PersonId>(service) }),
      ...{ hours, label: context.option('label') ?? '' },
      ...limits,
    })
    return issued.ok ? done(issued.value, () => `${issued.value.token}\n`) : refused(issued)
  },
}

function readLimits(context: CommandContext): {
  readonly scopes?: readonly AccessScope[]
  readonly environments?: readonly string[]
  readonly solutions?: readonly string[]
} {
  const [scopes, environments, solutions] = [named(context, 'scope'), named(context, 'environment'), named(context, 'solution')]
  return {
    ...(scopes === undefined ? {} : { scopes: scopes.map(readScope) }),
    ...(environments === undefined ? {} : { environments }),
    ...(solutions === undefined ? {} : { solutions }),
  }
}

function named(context: CommandContext, option: string): readonly string[] | undefined {
  return context
    .option(option)
    ?.split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

function readScope(word: string): AccessScope {
  const scope = accessScopes.find((known) => known === word)
  if (scope !== undefined) return scope
  throw new DroverError('cli.usage', `There is no scope "${word}".`, { hint: `Name some of ${accessScopes.join(', ')}.` })
}
