import type { Client, PromotionViewReply } from '#contract'
import { gateName } from '#domain/pipeline'
import { type PromotionId, toId } from '#domain/kernel'
import type { CommandContext, CommandSpec } from '../command.ts'
import { emergencyOf, emergencyOptions } from '../emergency-option.ts'
import { done, type Outcome, refused } from '../outcome.ts'
import { promotionText } from '../render/promotion.ts'
import { required } from '../required.ts'
import { waitUntil } from '../wait.ts'

export const promotionRequest: CommandSpec = {
  path: ['promotion', 'request'],
  summary: 'ask for a release to go into a stage',
  details:
    'Makes the plan against the target as it is now and opens the gates that can be opened by evidence. What people have to decide waits for them; when the last gate opens, the work starts by itself.',
  arguments: [{ name: 'release', description: 'id of the release' }],
  options: [
    { flags: '--to <stage>', description: 'id of the stage', isRequired: true },
    { flags: '--unmanaged', description: 'bring the unmanaged artifact, which only protective environments take' },
    ...emergencyOptions,
    { flags: '--wait', description: 'wait until it succeeded or will not' },
    { flags: '--timeout <seconds>', description: 'how long to wait', default: '1800' },
  ],
  examples: [
    { command: 'drover promotion request r-01JD3F --to test --wait', what: 'bring the release into Test and wait for the end' },
    { command: 'drover promotion request r-01JD3F --to prod', what: 'ask for Prod; its approvers decide' },
    {
      command: 'drover promotion request r-01JD3F --to prod --emergency --reason "Permits are lost"',
      what: 'go past the board, which looks at it afterwards',
    },
  ],
  exits: ['refused', 'notFound', 'undecided'],
  needs: 'server',
  run: async (context) => {
    const client = await context.client()
    const requested = await client.requestPromotion({
      releaseId: toId(context.argument(0)),
      stageId: toId(context.requiredOption('to')),
      ...(context.flag('unmanaged') ? { isUnmanaged: true } : {}),
      ...emergencyOf(context),
    })
    if (!requested.ok) return refused(requested)
    if (!context.flag('wait')) return done(requested.value, (paint) => promotionText(requested.value, paint))
    return waitForPromotion(context, client, requested.value.promotion.request.promotionId)
  },
}

export async function waitForPromotion(context: CommandContext, client: Client, promotionId: PromotionId): Promise<Outcome> {
  const seen = new Set<string>()
  const view = await waitUntil({
    load: async () => required(await client.loadPromotion({ promotionId })),
    isFinished,
    onLook: (look) => {
      for (const line of progressLines(look)) {
        if (!seen.has(line)) context.progress(line)
        seen.add(line)
      }
    },
    timeoutSeconds: context.numberOption('timeout') ?? 1800,
    signal: context.deps.signal,
    what: `Promotion ${promotionId}`,
  })
  return done(view, (paint) => promotionText(view, paint), endCode(view))
}

/** It ended, or waits for what no waiting opens. */
export function isFinished({ promotion, gates }: PromotionViewReply): boolean {
  if (promotion.status.state === 'pending') return gates.some((gate) => gate.state === 'closed')
  return promotion.status.state !== 'running'
}

/** What it waits for, and what was done of its work, as lines that are told once. */
export function progressLines({ promotion, gates }: PromotionViewReply): readonly string[] {
  const waiting =
    promotion.status.state === 'pending'
      ? gates.filter((gate) => gate.state === 'pending').map((gate) => `  ○ waits for ${gateName(gate.kind)}${timeOf(gate)}`)
      : []
  const attempt = 'attempt' in promotion.status ? promotion.status.attempt : undefined
  const steps = (attempt?.steps ?? []).map((step) =>
    step.finishedAt === undefined ? `  … ${step.step}` : `  ✔ ${step.step}${step.note === undefined ? '' : `: ${step.note}`}`,
  )
  return [...waiting, ...steps]
}

/** When the stage takes it, which no person can hurry. */
function timeOf({ kind, reasons }: PromotionViewReply['gates'][number]): string {
  return kind === 'change-window' ? `: ${reasons.map(({ message }) => message).join(' ')}` : ''
}

/** The exit code by how it stands. */
export function endCode({ promotion }: PromotionViewReply): number {
  switch (promotion.status.state) {
    case 'succeeded':
      return 0
    case 'errored':
      return 1
    case 'indeterminate':
    case 'migrating':
    case 'running':
      return 6
    case 'pending':
    case 'failed':
    case 'rejected':
    case 'withdrawn':
      return 3
  }
}
