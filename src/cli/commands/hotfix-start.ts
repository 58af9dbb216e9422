import type { Client } from '#contract'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { makePair, pairNames } from '../hotfix-pair.ts'
import { done, refused } from '../outcome.ts'
import { hotfixText } from '../render/hotfix.ts'
import { required } from '../required.ts'
import { waitUntil } from '../wait.ts'

export const hotfixStart: CommandSpec = {
  path: ['hotfix', 'start'],
  summary: 'start a hotfix of what production runs',
  details:
    'Finds what production runs, reserves versions above it that main will not give, makes a branch from that commit, and makes a Dev and a Test of its own ready: the source goes into the one, the very bytes into the other. The two are disposable environments beside the pipeline; what is in them is written over. Without --dev and --test the pair is made, like Dev and like the first stage of the pipeline, with an end, for platform-admins; asked again, it goes on with the pair that is there. Refused where production is not what Drover brought there, or was not looked at lately (`drover drift`).',
  arguments: [{ name: 'solution', description: 'unique name of the solution' }],
  options: [
    { flags: '--env <environment>', description: 'id of the production environment', isRequired: true },
    { flags: '--dev <environment>', description: 'id of the development environment of the hotfix; without it one is made' },
    { flags: '--test <environment>', description: 'id of the test environment of the hotfix; without it one is made' },
    { flags: '--reason <text>', description: 'why production cannot wait for the next release', isRequired: true },
    { flags: '--days <days>', description: 'how long a pair lives that is made for it', default: '30' },
    { flags: '--currency <code>', description: 'base currency of a pair that is made, where nobody can read it' },
    { flags: '--timeout <seconds>', description: 'how long to wait until Dev and Test are ready', default: '1800' },
  ],
  examples: [
    {
      command: 'drover hotfix start ContosoExpenses --env prod --reason "Totals are rounded down"',
      what: 'make a Dev and a Test, and bring into them what prod runs',
    },
    {
      command: 'drover hotfix start ContosoExpenses --env prod --dev hotfix-dev --test hotfix-test --reason "Totals are rounded down"',
      what: 'bring what prod runs into two environments that are there',
    },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const started = await start(context, client)
    if (!started.ok) return refused(started)
    const { hotfixId } = started.value.hotfix
    let seen = 0
    const view = await waitUntil({
      load: async () => required(await client.loadHotfix({ hotfixId })),
      isFinished: ({ state }) => state !== 'preparing',
      onLook: ({ hotfix }) => {
        for (const step of hotfix.preparation.steps.slice(seen)) context.progress(`  ${step.name}: ${step.note}`)
        seen = hotfix.preparation.steps.length
      },
      timeoutSeconds: context.numberOption('timeout') ?? 1800,
      signal: context.deps.signal,
      what: `Hotfix ${hotfixId}`,
    })
    return done(view, (paint) => hotfixText(view, paint), view.state === 'failed' ? exitCodes.refused.code : exitCodes.ok.code)
  },
}

/** Asked before anything is made: whatever stands against it is said first, and a pair is made only where nothing but the pair is missing. */
async function start(context: CommandContext, client: Client): ReturnType<Client['startHotfix']> {
  const solution = context.argument(0)
  const reason = context.requiredOption('reason')
  const names = pairNames(solution)
  const [dev, test] = [context.option('dev'), context.option('test')]
  const pair = { dev: toId<EnvironmentId>(dev ?? names.dev), test: toId<EnvironmentId>(test ?? names.test) }
  const order = { solution, environmentId: toId<EnvironmentId>(context.requiredOption('env')), ...pair, reason }
  const asked = await client.startHotfix(order)
  if (asked.ok || asked.refusal.code !== 'hotfix.unfit-pair' || (dev !== undefined && test !== undefined)) return asked
  const isOurs = asked.refusal.reasons.every(({ subject }) => subject === names.dev || subject === names.test)
  if (!isOurs) return asked
  const made = await makePair(context, client, {
    solution,
    pair,
    reason,
    only: [...(dev === undefined ? [pair.dev] : []), ...(test === undefined ? [pair.test] : [])],
  })
  return made.ok ? client.startHotfix(order) : made
}
