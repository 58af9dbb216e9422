import type { Reason } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { StepKind } from '#domain/plan'
import type { Promotion } from '#domain/promotion'
import { changingSteps, evaluateChangeWindow, workedMs } from '#domain/promotion'
import { loadWindow } from '../queries/load-window.ts'
import type { AttemptFacts, AttemptRun } from './run.ts'
import { loadPromotionStream, recordFact } from './stream.ts'

/** Undefined: the step may be taken. `postponed`: the attempt has ended, and the ledger says so; reasons: data can be moved further. */
export type Shut = { readonly end: 'postponed' } | { readonly end: 'migrating'; readonly reasons: readonly Reason[] } | undefined

/**
 * Whether the stage still takes the promotion, asked twice by an attempt, which may have waited for its lane: before it begins, and right before
 * the first step that changes the target. What was sent before is followed at any time, and a staged upgrade is withdrawn at any time.
 */
export async function checkWindow(
  run: AttemptRun,
  facts: AttemptFacts,
  { step, isFirst }: { readonly step: StepKind; readonly isFirst: boolean },
): Promise<Shut> {
  const isApplying = run.migration !== undefined && step === 'apply-upgrade' && facts.isUpgradeBegun !== true
  const hasBegun = run.migration !== undefined || facts.earlierImport !== null || run.followsOnly
  const isAsked = isApplying || (!hasBegun && (isFirst ? run.earlierImports.length === 0 : step === firstChange(run)))
  if (!isAsked) return undefined
  const shut = await run.ctx.step<NonNullable<Shut> | null>(`window-before-${step}`, async () => (await look(run)) ?? null)
  return shut ?? undefined
}

function firstChange({ request }: AttemptRun): StepKind | undefined {
  return request.plan.steps.find((step) => changingSteps.includes(step))
}

async function look(run: AttemptRun): Promise<Shut> {
  const { deps, promotionId, attemptId } = run
  const stream = await loadPromotionStream(deps.ledger, promotionId)
  if (stream === undefined) throw new DroverError('promotion.unknown', `The ledger holds no promotion ${promotionId}.`)
  // The word that ends this attempt may be in the ledger already, and the process that wrote it killed.
  if (stream.events.some((event) => event.type === 'attempt-postponed' && event.data.attemptId === attemptId)) return { end: 'postponed' }
  const reasons = await findShut(run, stream.promotion)
  if (reasons.length === 0) return undefined
  if (run.migration !== undefined) return { end: 'migrating', reasons }
  await recordFact(deps.ledger, promotionId, { type: 'attempt-postponed', data: { attemptId, reasons }, key: `${attemptId}:ended` })
  return { end: 'postponed' }
}

async function findShut({ deps }: AttemptRun, promotion: Promotion): Promise<readonly Reason[]> {
  const { request, status } = promotion
  const window = await loadWindow(deps, request)
  if (window === undefined) return []
  const now = deps.clock.now()
  const elapsedMs = status.state === 'running' ? workedMs(status.attempt, now) : 0
  const gate = evaluateChangeWindow(promotion, now, window, elapsedMs)
  return gate.state === 'open' ? [] : gate.reasons
}
