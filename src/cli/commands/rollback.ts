import type { Client, PromotionViewReply } from '#contract'
import type { PromotionId, ReleaseId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import type { Outcome } from '../outcome.ts'
import { done, refused } from '../outcome.ts'
import { promotionText } from '../render/promotion.ts'
import { trainText } from '../render/recovery.ts'
import { required } from '../required.ts'
import { waitForPromotion } from './promotion-request.ts'

const ways = ['redeploy', 'repack', 'uninstall'] as const

export const rollback: CommandSpec = {
  path: ['rollback'],
  summary: 'ask for an environment to go back to a known good release',
  details:
    'Makes a promotion that goes back: planned, approved by another person, carried out, verified and recorded like any other; tests, sign-offs, review and change windows are not asked of it. Without --way the environment is asked whether it takes the tested bytes over the higher version (redeploy: what the bad release added stays); where it does not, the same content goes in under a higher version (repack: what the bad release added goes, saved before). A first release is uninstalled, with its name typed, a fresh restore point and its data acknowledged. What the bad release had saved before it destroyed it is named in the plan, and is written back with --wait --restore-rescued. With --promotions only the way back of a train that failed is shown, and nothing is asked for.',
  arguments: [
    { name: 'environment', description: 'id of the environment' },
    { name: 'solution', description: 'unique name of the solution', isOptional: true },
  ],
  options: [
    { flags: '--to <release>', description: 'a release that ran there; the known-good one without it' },
    { flags: '--way <way>', description: 'how to go back', choices: [...ways] },
    { flags: '--reason <text>', description: 'what went wrong' },
    { flags: '--confirm <name>', description: 'name of the environment, to uninstall a first release' },
    { flags: '--withdraw', description: 'withdraw first what of the solution waits to go in there' },
    { flags: '--promotions <ids>', description: 'promotions of a train in their order, with commas between: show its way back only' },
    { flags: '--wait', description: 'wait until it succeeded or will not' },
    { flags: '--restore-rescued', description: 'afterwards write back what the bad release had saved; needs --wait' },
    { flags: '--timeout <seconds>', description: 'how long to wait', default: '1800' },
  ],
  examples: [
    { command: 'drover rollback prod ContosoInspection --reason "Inspections cannot be saved"', what: 'ask for the known-good release' },
    { command: 'drover rollback prod ContosoInspection --way repack --reason "…" --wait', what: 'its content under a higher version' },
    { command: 'drover rollback prod --promotions p-1,p-2,p-3', what: 'see the way back of a train that failed' },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const promotions = context.option('promotions')
    return promotions === undefined ? goBack(context, client) : showTrain(context, client, promotions)
  },
}

async function showTrain(context: CommandContext, client: Client, promotions: string): Promise<Outcome> {
  const promotionIds = promotions
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
    .map((id) => toId<PromotionId>(id))
  const answer = await client.planTrainRecovery({ environmentId: toId(context.argument(0)), promotionIds })
  return answer.ok ? done(answer.value, (paint) => trainText(answer.value, paint)) : refused(answer)
}

async function goBack(context: CommandContext, client: Client): Promise<Outcome> {
  const solution = context.optionalArgument(1)
  const reason = context.option('reason')
  if (solution === undefined || reason === undefined) {
    throw new DroverError('cli.usage', 'Going back needs a solution and a reason.', {
      hint: 'drover rollback <environment> <solution> --reason "what went wrong"',
    })
  }
  if (context.flag('restore-rescued') && !context.flag('wait')) {
    throw new DroverError('cli.usage', '--restore-rescued writes back when going back has succeeded, so it needs --wait.', {
      hint: 'Add --wait.',
    })
  }
  const to = context.option('to')
  const typedName = context.option('confirm')
  const way = ways.find((each) => each === context.option('way'))
  const asked = await client.rollback({
    ...{ environmentId: toId(context.argument(0)), solution, reason },
    ...(to === undefined ? {} : { to: toId<ReleaseId>(to) }),
    ...(way === undefined ? {} : { way }),
    ...(typedName === undefined ? {} : { typedName }),
    ...(context.flag('withdraw') ? { isWithdrawing: true } : {}),
  })
  if (!asked.ok) return refused(asked)
  if (!context.flag('wait')) return done(asked.value, (paint) => promotionText(asked.value, paint))
  const { promotionId, intent } = asked.value.promotion.request
  const outcome = await waitForPromotion(context, client, promotionId)
  if (context.flag('restore-rescued') && intent?.kind === 'recovery')
    await restoreRescued(context, client, { promotionId, of: intent.of, reason })
  return outcome
}

/** As the person who is signed in: who may not write back is told so, and the recovery stands. */
async function restoreRescued(
  context: CommandContext,
  client: Client,
  { promotionId, of, reason }: { readonly promotionId: PromotionId; readonly of: PromotionId | undefined; readonly reason: string },
): Promise<void> {
  const ended: PromotionViewReply = required(await client.loadPromotion({ promotionId }))
  if (ended.promotion.status.state !== 'succeeded' || of === undefined) return
  const { rescues } = required(await client.loadPromotion({ promotionId: of })).promotion
  for (const { id } of rescues) {
    const answer = await client.restoreRescue({ rescueId: id, reason, dryRun: false })
    const told = answer.ok
      ? `is being written back; follow it with: drover rescue show ${id}`
      : `was not written back: ${answer.refusal.message}`
    context.progress(`  ${id} ${told}`)
  }
}
