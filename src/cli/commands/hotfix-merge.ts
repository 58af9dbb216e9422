import type { CommandSpec } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { done, refused } from '../outcome.ts'
import { hotfixText } from '../render/hotfix.ts'
import { required } from '../required.ts'
import { waitUntil } from '../wait.ts'

export const hotfixMerge: CommandSpec = {
  path: ['hotfix', 'merge'],
  summary: 'bring a hotfix that is in production to main',
  details:
    'Merges three ways, component by component: what production ran, what the hotfix made of it, and what Dev says now. The result is committed on a branch, and with --into-dev what changed is imported into Dev and published. What both sides changed stays as Dev has it and is named (drover hotfix decide says that it holds); so does what one took out and the other changed or uses. What the hotfix took out and Dev left as it was goes from the source and, with --into-dev, from Dev; where rows or values are in it, it stays there and is named with their count until --with-rows says that they may go. What another solution of Dev holds too, or Dev refuses to delete, is named for a person. The hotfix is owed until a release of main was sealed that has its content.',
  arguments: [{ name: 'hotfix', description: 'id of the hotfix' }],
  options: [
    { flags: '--into-dev', description: 'bring it into the Dev environment too' },
    {
      flags: '--with-rows',
      description: 'with --into-dev: delete there what the hotfix took out although rows or values are in it; nothing saves them',
    },
    { flags: '--timeout <seconds>', description: 'how long to wait', default: '1800' },
  ],
  examples: [{ command: 'drover hotfix merge h-01JD3F --into-dev', what: 'bring it into Dev, and propose it on a branch' }],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const hotfixId = context.argument(0)
    const started = await client.mergeHotfix({ hotfixId, intoDev: context.flag('into-dev'), withRows: context.flag('with-rows') })
    if (!started.ok) return refused(started)
    const view = await waitUntil({
      load: async () => required(await client.loadHotfix({ hotfixId })),
      isFinished: ({ hotfix }) => hotfix.merge?.state !== 'running',
      timeoutSeconds: context.numberOption('timeout') ?? 1800,
      signal: context.deps.signal,
      what: `Bringing hotfix ${hotfixId} to main`,
    })
    const isLeft = view.hotfix.merge?.state === 'failed' || (view.hotfix.merge?.conflicts ?? []).length > 0
    return done(view, (paint) => hotfixText(view, paint), isLeft ? exitCodes.refused.code : exitCodes.ok.code)
  },
}
