import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { done, refused } from '../outcome.ts'
import { hotfixText } from '../render/hotfix.ts'
import { required } from '../required.ts'
import { waitUntil } from '../wait.ts'

export const hotfixStart: CommandSpec = {
  path: ['hotfix', 'start'],
  summary: 'start a hotfix of what production runs',
  details:
    'Finds what production runs, reserves versions above it that main will not give, makes a branch from that commit, and makes a Dev and a Test of its own ready: the source goes into the one, the very bytes into the other. The two are disposable environments beside the pipeline; what is in them is written over. Refused where production is not what Drover brought there, or was not looked at lately (`drover drift`).',
  arguments: [{ name: 'solution', description: 'unique name of the solution' }],
  options: [
    { flags: '--env <environment>', description: 'id of the production environment', isRequired: true },
    { flags: '--dev <environment>', description: 'id of the development environment of the hotfix', isRequired: true },
    { flags: '--test <environment>', description: 'id of the test environment of the hotfix', isRequired: true },
    { flags: '--reason <text>', description: 'why production cannot wait for the next release', isRequired: true },
    { flags: '--timeout <seconds>', description: 'how long to wait until Dev and Test are ready', default: '1800' },
  ],
  examples: [
    {
      command: 'drover hotfix start ContosoExpenses --env prod --dev hotfix-dev --test hotfix-test --reason "Totals are rounded down"',
      what: 'make Dev and Test of a hotfix from what prod runs',
    },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const started = await client.startHotfix({
      solution: context.argument(0),
      environmentId: toId(context.requiredOption('env')),
      dev: toId(context.requiredOption('dev')),
      test: toId(context.requiredOption('test')),
      reason: context.requiredOption('reason'),
    })
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
