import type { PlanReply } from '#contract'
import { toId } from '#domain/kernel'
import type { CommandSpec } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { done, refused } from '../outcome.ts'
import { planText } from '../render/plan.ts'

export const plan: CommandSpec = {
  path: ['plan'],
  summary: 'show what a release would do to a stage, and change nothing',
  details:
    'Reads the target as it is now and says what the release would destroy, hide, change and create there, with how many rows and values go. Asks for nothing and records nothing. With --exit-code it ends with 7 when anything is destroyed, loses part of what it allows, stays hidden or cannot be told, and with 3 when something forbids the import.',
  arguments: [{ name: 'release', description: 'id of the release' }],
  options: [
    { flags: '--to <stage>', description: 'id of the stage', isRequired: true },
    { flags: '--exit-code', description: 'end with 7 when there is something to look at, 3 when it cannot go in' },
    { flags: '--all', description: 'list every component, also those that are only new' },
  ],
  examples: [
    { command: 'drover plan r-01JD3F --to prod', what: 'see what would happen in Prod' },
    { command: 'drover plan r-01JD3F --to prod --json --exit-code', what: 'decide on it in a script' },
  ],
  exits: ['refused', 'notFound', 'attention'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const answer = await client.planRelease({ releaseId: toId(context.argument(0)), stageId: toId(context.requiredOption('to')) })
    if (!answer.ok) return refused(answer)
    const { solution, version, stageId, plan: planned } = answer.value
    const isWhole = context.flag('all')
    return done(
      answer.value,
      (paint) => `${paint.bold(`${solution} ${version}`)} → ${stageId}\n\n${planText(planned, paint, { isWhole })}`,
      context.flag('exit-code') ? endCode(planned) : exitCodes.ok.code,
    )
  },
}

function endCode(planned: PlanReply): number {
  if (planned.blockers.length > 0) return exitCodes.refused.code
  const isGrave = planned.content.some(
    (component) =>
      component.effect === 'destroy' ||
      component.effect === 'hide' ||
      // Data may go without a component that goes: a choice loses an option, a column gets shorter.
      (component.effect === 'change' && (component.class === 'destructive' || component.comesBack !== 'yes')) ||
      component.certainty === 'unknown',
  )
  const isUnclear = planned.unseen.length > 0 || planned.lines.some((line) => line.certainty === 'unknown')
  return isGrave || isUnclear ? exitCodes.attention.code : exitCodes.ok.code
}
