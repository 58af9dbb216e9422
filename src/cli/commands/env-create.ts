import type { CattleReply } from '#contract'
import type { EnvironmentId, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import type { Outcome } from '../outcome.ts'
import { done, refused } from '../outcome.ts'
import { cattleNote } from '../render/cattle.ts'
import { required } from '../required.ts'
import { waitUntil } from '../wait.ts'

export const envCreate: CommandSpec = {
  path: ['env', 'create'],
  summary: 'make a disposable environment, from the source of a branch',
  details:
    'Orders an environment from the platform: a developer environment or a sandbox for a feature, in the tenant, place and language of the development environment of the solution, with an owner, a reason and an end. When it is made it is configured by the address that the platform gave it, in a version of its own, and the source of the branch is brought into it, unmanaged. At its end it is removed, warned about before; drover env keep puts that off. For platform-admins. Copy what drover config show says of it into your drover.yaml: applying one without it takes it out of the configuration.',
  arguments: [{ name: 'name', description: 'what it is called; its id is made of it' }],
  options: [
    { flags: '--for <purpose>', description: 'what kind it is', choices: ['developer', 'feature'], isRequired: true },
    { flags: '--owner <person>', description: 'id of who answers for it', isRequired: true },
    { flags: '--justification <text>', description: 'what it is for, and why it is needed', isRequired: true },
    { flags: '--days <days>', description: 'how long it lives', default: '30' },
    { flags: '--solution <name>', description: 'solution that it begins with; without it the environment is empty' },
    { flags: '--from <branch>', description: 'branch or commit of its source; without it the newest of the main branch' },
    {
      flags: '--like <environment>',
      description: 'whose tenant, place and identity it shares; without it the development environment of the solution',
    },
    { flags: '--currency <code>', description: 'base currency, where the administration does not show it' },
    { flags: '--timeout <seconds>', description: 'how long to wait for its end', default: '3600' },
  ],
  examples: [
    {
      command: 'drover env create sails --for feature --owner ada --justification "Sails on boats" --solution Boats --from feature/sails',
      what: 'a sandbox for a month with the source of a branch',
    },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.createCattle({
      name: context.argument(0),
      kind: context.requiredOption('for') === 'developer' ? 'developer' : 'feature',
      owner: toId<PersonId>(context.requiredOption('owner')),
      justification: context.requiredOption('justification'),
      days: context.numberOption('days') ?? 30,
      ...choices(context),
    })
    if (!answer.ok) return refused(answer)
    const { environmentId } = answer.value
    const made = await waitUntil({
      load: async () => required(await client.listCattle()).cattle.find((one) => one.environmentId === environmentId),
      isFinished: (one) => one?.creation?.state !== 'running',
      timeoutSeconds: context.numberOption('timeout') ?? 3600,
      signal: context.deps.signal,
      what: `Making ${environmentId}`,
    })
    return outcomeOf(made ?? answer.value)
  },
}

function choices(context: CommandContext) {
  const [solution, from, like, currency] = [
    context.option('solution'),
    context.option('from'),
    context.option('like'),
    context.option('currency'),
  ]
  return {
    ...(solution === undefined ? {} : { solution }),
    ...(from === undefined ? {} : { from }),
    ...(like === undefined ? {} : { like: toId<EnvironmentId>(like) }),
    ...(currency === undefined ? {} : { currency }),
  }
}

function outcomeOf(made: CattleReply): Outcome {
  const note = made.creation?.note ?? ''
  return done(made, () => `${note}\n${made.environmentId}: ${cattleNote(made)}\n`, made.creation?.state === 'errored' ? 1 : 0)
}
