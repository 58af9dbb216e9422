import type { ReleaseId, StageId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { done, refused } from '../outcome.ts'
import { unmanagedPlanText } from '../render/unmanaged-plan.ts'

const sides = ['theirs', 'ours'] as const

export const promotionDecideConflict: CommandSpec = {
  path: ['promotion', 'decide-conflict'],
  summary: 'say which side holds of a component that a protective environment and a release both changed',
  details:
    'theirs: it stays as it is there and is left out of the import; ours: the release holds, and what is there now is only in the way back. The word is recorded and holds as long as both sides say what they say now. The owner of the environment decides; that theirs holds, the owner of the solution may say too.',
  arguments: [
    { name: 'release', description: 'id of the release' },
    { name: 'component', description: 'kind:key, as `drover promotion plan-unmanaged` shows it' },
  ],
  options: [
    { flags: '--to <stage>', description: 'id of the stage whose environment is meant', isRequired: true },
    { flags: '--keep <side>', description: 'which side holds', choices: sides, isRequired: true },
    { flags: '--reason <text>', description: 'why', isRequired: true },
  ],
  examples: [
    {
      command:
        'drover promotion decide-conflict r-01JD3G WebResource:contoso_/scripts/a.js --to prod --keep theirs --reason "Hotfix of Monday"',
      what: 'leave a script as it was mended in Prod',
    },
  ],
  exits: ['refused', 'notFound'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const choice = sides.find((side) => side === context.requiredOption('keep'))
    if (choice === undefined) throw new DroverError('cli.usage', `--keep takes one of ${sides.join(', ')}.`)
    const answer = await client.decideConflict({
      releaseId: toId<ReleaseId>(context.argument(0)),
      stageId: toId<StageId>(context.requiredOption('to')),
      component: context.argument(1),
      choice,
      reason: context.requiredOption('reason'),
    })
    if (!answer.ok) return refused(answer)
    return done(answer.value, (paint) => unmanagedPlanText(answer.value, paint))
  },
}
