import type { ReleaseId, StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { done, refused } from '../outcome.ts'
import { unmanagedPlanText } from '../render/unmanaged-plan.ts'

export const promotionPlanUnmanaged: CommandSpec = {
  path: ['promotion', 'plan-unmanaged'],
  summary: 'show what deploying a release unmanaged would do in a protective environment',
  details:
    'An unmanaged import overwrites silently, so each component is looked at three ways: what was shipped last, what is there now, what the release brings. What was changed there by hand is left out, what both changed is a conflict that closes the way, what goes is deleted by steps of its own. The solution of the target is exported first and kept as the way back; nothing is changed there. `drover promotion request --unmanaged` asks for it to be carried out; `drover promotion decide-conflict` says which side of a conflict holds.',
  arguments: [{ name: 'release', description: 'id of the release' }],
  options: [{ flags: '--to <stage>', description: 'id of the stage whose environment is meant', isRequired: true }],
  examples: [{ command: 'drover promotion plan-unmanaged r-01JD3G --to prod', what: 'see what would be overwritten' }],
  exits: ['refused', 'notFound'],
  exitMeanings: { refused: 'the way is closed; the blockers are listed' },
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const releaseId = toId<ReleaseId>(context.argument(0))
    const stageId = toId<StageId>(context.requiredOption('to'))
    const answer = await client.planUnmanaged({ releaseId, stageId })
    if (!answer.ok) return refused(answer)
    const isClosed = answer.value.plan.blockers.length > 0
    return done(answer.value, (paint) => unmanagedPlanText(answer.value, paint), isClosed ? exitCodes.refused.code : exitCodes.ok.code)
  },
}
