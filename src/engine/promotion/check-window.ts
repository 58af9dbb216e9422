import type { Reason } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { StepKind } from '#domain/plan'
import type { Promotion } from '#domain/promotion'
import { changingSteps, evaluateChangeWindow, evaluateGates, workedMs } from '#domain/promotion'
import { loadWindow } from '../queries/load-window.ts'
import { findOtherContent } from '../steps/observe.ts'
import type { AttemptFacts, AttemptRun } from './run.ts'
import { loadStanding } from './standing.ts'
import { loadPromotionStream, recordFact } from './stream.ts'

/** Undefined: the step may be taken. `postponed`: the attempt has ended, and the ledger says so; reasons: data can be moved further. */
export type Shut = { readonly end: 'postponed' } | { readonly end: 'migrating'; readonly reasons: readonly Reason[] } | undefined

/**
 * Whether the stage still takes the promotion, asked twice by an attempt, which may have waited for its lane: before it begins, with every gate
 * besides, so that no waiver outlives its date in a queue; and right before the first step that changes the target. What was sent before is followed at any time, and a staged upgrade is withdrawn at any time.
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
  const shut = await run.ctx.step<NonNullable<Shut> | null>(`window-before-${step}`, async () => (await look(run, isFirst)) ?? null)
  return shut ?? undefined
}

function firstChange({ request }: AttemptRun): StepKind | undefined {
  return request.plan.steps.find((step) => changingSteps.includes(step))
}

async function look(run: AttemptRun, isFirst: boolean): Promise<Shut> {
  const { deps, promotionId, attemptId } = run
  const stream = await loadPromotionStream(deps.ledger, promotionId)
  if (stream === undefined) throw new DroverError('promotion.unknown', `The ledger holds no promotion ${promotionId}.`)
  // The word that ends this attempt may be in the ledger already, and the process that wrote it killed.
  if (stream.events.some((event) => event.type === 'attempt-postponed' && event.data.attemptId === attemptId)) return { end: 'postponed' }
  const gates = isFirst && run.migration === undefined ? await findShutGates(run, stream.promotion) : []
  const reasons = [...gates, ...(await findShut(run, stream.promotion))]
  if (reasons.length === 0) return undefined
  if (run.migration !== undefined) return { end: 'migrating', reasons }
  await recordFact(deps.ledger, promotionId, { type: 'attempt-postponed', data: { attemptId, reasons }, key: `${attemptId}:ended` })
  return { end: 'postponed' }
}

/** By every gate as it would stand now for one that waits: a waiver may have ended in the lane, somebody may have left, the stage before may have failed. */
async function findShutGates(run: AttemptRun, promotion: Promotion): Promise<readonly Reason[]> {
  const { deps } = run
  // What is no more what was approved ends the attempt by its own name, where the target is looked at.
  if (findOtherContent(run) !== undefined) return []
  const waiting: Promotion = { ...promotion, status: { state: 'pending' } }
  const standing = await loadStanding(deps, waiting)
  // What is in force ends an attempt where the target is looked at; a window has a word of its own.
  const shut = evaluateGates(waiting, deps.clock.now(), standing).filter(({ state }) => state !== 'open')
  return shut.filter(({ kind }) => kind !== 'in-force' && kind !== 'change-window').flatMap(({ reasons }) => reasons)
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
